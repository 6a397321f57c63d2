"""Witness: real models, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

from typing import Any

from numerics import Trained, Training, train
from verify import trained
from verify.cases import Case, cases
from verify.expected import numbers_of
from verify.optimum.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding

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
            found = _trained(case, model, settings)
            at = f"n = {case.at.n}, d = {case.at.d}, {case.name}"
            expected, numbers = subject.expected(case.at), numbers_of(case.at)
            runs.append(trained.row(case.name, at, expected, found, numbers))
            if found.stopped == "interrupted":
                return trained.finding(runs)
    return trained.finding(runs)


def _trained(case: Case, model: str, settings: Settings) -> Trained:
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
