"""Witness: real models, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

import math
from typing import Any

from numerics import Trained, Training, train
from verify.cases import Case, cases
from verify.settings import Settings
from verify.subject import Subject
from verify.tolerances import EXCESS, ROUNDING
from verify.verdict import Finding, Verdict, join

NAME = "training"
MODELS = ("att", "ssm")
STEPS_SMALL, STEPS_LARGE = 600, 1500


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train attention and H3 and compare every restart's exact risk with the claimed optimum.

    A restart below the claimed optimum refutes it; no restart within the tolerance above it leaves
    the matter undecided. A claim that is too high by less than the excess that training ends with
    passes.
    """
    runs: list[dict[str, Any]] = []
    for case in cases(subject.design, settings):
        for model in MODELS:
            trained = _trained(subject, case, model, settings)
            runs.append(_row(subject, case, model, trained))
            if trained.stopped == "interrupted":
                return Finding(
                    NAME,
                    Verdict.UNDECIDED,
                    f"interrupted from the keyboard while training {model} at {runs[-1]['at']}",
                    examined=len(runs),
                    data={"runs": runs, "interrupted": True},
                )
    restarts = sum(len(run["excess"]) for run in runs)
    worst = max(min(run["excess"]) for run in runs)
    lowest = min(min(run["excess"]) for run in runs)
    side = "above" if lowest >= 0 else "below"
    return Finding(
        NAME,
        join(Verdict(run["verdict"]) for run in runs),
        f"{restarts} restarts in {len(runs)} runs of {' and '.join(MODELS)}: the best of each run "
        f"ends at most {100 * worst:.3f} % above the claimed optimum, {100 * EXCESS.value} % "
        f"allowed; the lowest of all ends {abs(100 * lowest):.3f} % {side} it",
        examined=restarts,
        data={"runs": runs, "tolerance": EXCESS.meaning},
    )


def _trained(subject: Subject, case: Case, model: str, settings: Settings) -> Trained:
    # The whole schedule, whatever the claim says: a stop near the claimed optimum could not tell
    # whether training would have gone below it.
    steps = STEPS_SMALL if case.at.d < 10 else STEPS_LARGE
    training = Training(
        model,
        case.at,
        steps=steps,
        evaluate_every=steps // 10,
        seed=settings.seed,
        device=settings.device,
    )
    what = f"training {model}, {case.name}: n = {case.at.n}, d = {case.at.d}"
    return train(training, progress=lambda step, steps, risks: settings.progress(what, step, steps))


def _row(subject: Subject, case: Case, model: str, trained: Trained) -> dict[str, Any]:
    claimed = float(subject.claim.risk_at(case.at))
    scale = abs(claimed) or 1.0
    excess = [(float(risk) - claimed) / scale for risk in trained.risks]
    verdict = Verdict.UNDECIDED
    if any(x < -ROUNDING.value for x in excess):
        verdict = Verdict.REFUTED
    elif any(x <= EXCESS.value for x in excess) and all(map(math.isfinite, excess)):
        verdict = Verdict.HOLDS
    return {
        "model": model,
        "case": case.name,
        "at": f"n = {case.at.n}, d = {case.at.d}, {case.name}",
        "claimed": claimed,
        "excess": excess,
        "steps": trained.steps,
        "seconds": trained.seconds,
        "stopped": trained.stopped,
        "verdict": verdict.value,
    }
