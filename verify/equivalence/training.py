"""Witness: attention and H3, trained from random initialisation, beside the optimum of PGD."""

from __future__ import annotations

from functools import partial
from typing import Any

from numerics import Training, train
from theory.designs.predictors import pgd
from theory.optima.derivation import derive
from verify import trained
from verify.equivalence.sampling import small
from verify.equivalence.subject import Subject
from verify.expected import Expected
from verify.settings import Level, Settings
from verify.verdict import Finding

STEPS = 600
BRIEF = ("independent", "rag", "task-aligned-features")
"""Designs trained on below the full level."""


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train the models and compare every restart's exact risk with the optimum of PGD.

    A restart below it refutes the claim; no restart within the tolerance above it leaves the matter
    undecided.
    """
    runs: list[dict[str, Any]] = []
    for design in subject.designs:
        if settings.level is not Level.FULL and design.name not in BRIEF:
            continue
        at = small(design)
        _, least = derive(design, pgd).plain.at(at.scalars, at.matrices, at.arithmetic)
        for comparison in subject.comparisons:
            what = f"training {comparison.name}, {design.name}"
            found = train(
                Training(
                    comparison.name,
                    at,
                    steps=STEPS,
                    evaluate_every=STEPS // 10,
                    seed=settings.seed,
                    device=settings.device,
                ),
                progress=partial(_told, settings, what),
            )
            where = f"n = {at.n}, d = {at.d}, {design.name}"
            runs.append(trained.row(design.name, where, Expected.of(least), found))
            if found.stopped == "interrupted":
                return trained.finding(runs)
    return trained.finding(runs)


def _told(settings: Settings, what: str, step: int, steps: int, risks: Any) -> None:
    settings.progress(what, step, steps)
