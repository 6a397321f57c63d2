"""Witness: attention and H3, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

from functools import partial
from typing import Any

from numerics import Training, train
from theory.optima.equivalence.assumptions import models_are_steps
from verify import trained
from verify.cases import Case
from verify.derived.places import cases
from verify.derived.subject import Optimal
from verify.expected import Expected, numbers_of
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "training"
STEPS_SMALL, STEPS_LARGE = 600, 1500


def examine(subject: Optimal, settings: Settings) -> Finding:
    """Train attention and H3 and compare every restart's exact risk with the optimum.

    Attention's is that of PGD, H3's that of WPGD. Where the latter is only an upper bound, H3 is
    not judged. A restart below the optimum refutes it; no restart within the tolerance above it
    leaves the matter undecided.
    """
    if not models_are_steps(subject.design).holds:
        return Finding(NAME, Verdict.UNDECIDED, "it is not derived what models reach here", 0)
    runs: list[dict[str, Any]] = []
    for case in cases(subject.design, settings):
        try:
            least = _least(subject, case)
        except ZeroDivisionError:
            continue  # the optimum is not defined there
        for model, optimum in least.items():
            runs.append(_run(case, model, optimum, settings))
            if runs[-1]["stopped"] == "interrupted":
                return trained.finding(runs)
    if not runs:
        return Finding(NAME, Verdict.UNDECIDED, "no place to train models at was found", 0)
    return trained.finding(runs)


def _least(subject: Optimal, case: Case) -> dict[str, Expected]:
    pgd = subject.expected(case.at)
    found = subject.weighted_at(case.at)
    if found is None:
        return {"att": pgd, "ssm": pgd}
    return {"att": pgd} if found.bound else {"att": pgd, "ssm": Expected.of(found.risk)}


def _run(case: Case, model: str, optimum: Expected, settings: Settings) -> dict[str, Any]:
    steps = STEPS_SMALL if case.at.d < 10 else STEPS_LARGE
    where = f"n = {case.at.n}, d = {case.at.d}, {case.name}"
    training = Training(
        model,
        case.at,
        steps=steps,
        evaluate_every=steps // 10,
        seed=settings.seed,
        device=settings.device,
    )
    progress = partial(_told, settings, f"training {model}: {where}")
    found = train(training, progress=progress)
    return trained.row(case.name, where, optimum, found, numbers_of(case.at))


def _told(settings: Settings, what: str, step: int, steps: int, risks: Any) -> None:
    settings.progress(what, step, steps)
