"""Witness: real models, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

from typing import Any

from numerics import Trained, Training, train
from verify.cases import Case, cases
from verify.settings import Settings
from verify.subject import Subject
from verify.tolerances import EXCESS, ROUNDING
from verify.verdict import Finding, Verdict, join

NAME = "training"
MODELS = ("att", "ssm")


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train attention and H3 and compare every restart's exact risk with the claimed optimum.

    A restart below the claimed optimum refutes it; no restart within the tolerance above it leaves
    the matter undecided.
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
    return Finding(
        NAME,
        join(Verdict(run["verdict"]) for run in runs),
        f"{restarts} restarts in {len(runs)} runs of {' and '.join(MODELS)}: the best of each run "
        f"ends at most {100 * worst:.2f} % above the claimed optimum, {100 * EXCESS.value} % "
        f"allowed; none below it (lowest {100 * lowest:.2g} %)",
        examined=restarts,
        data={"runs": runs, "tolerance": EXCESS.meaning},
    )


def _trained(subject: Subject, case: Case, model: str, settings: Settings) -> Trained:
    training = Training(model, case.at, seed=settings.seed, device=settings.device)
    what = f"training {model}, {case.name}: n = {case.at.n}, d = {case.at.d}"
    return train(
        training,
        optimum=float(subject.claim.risk_at(case.at)),
        progress=lambda step, steps, risks: settings.progress(what, step, steps),
    )


def _row(subject: Subject, case: Case, model: str, trained: Trained) -> dict[str, Any]:
    claimed = float(subject.claim.risk_at(case.at))
    excess = [(float(risk) - claimed) / claimed for risk in trained.risks]
    verdict = Verdict.HOLDS
    if min(excess) < -ROUNDING.value:
        verdict = Verdict.REFUTED
    elif not min(excess) <= EXCESS.value:
        verdict = Verdict.UNDECIDED
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
