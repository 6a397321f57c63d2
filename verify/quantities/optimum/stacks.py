"""Stacks of linear attention layers beside the least risk of several steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from torch import Tensor

from numerics import Training
from theory.designs.instance import Instance, instance
from theory.errors import Irrational
from theory.optima.optimum import Optimum
from verify.checks.on_trial import TrainingRun
from verify.expected import numbers_of
from verify.quantities.optimum.cases import cases
from verify.quantities.optimum.sides import Optimal
from verify.settings import Settings

STEPS = 1500
"""Of training."""
MOST_ROUNDED = 3
"""Layers up to which the risk in double precision has the digits that the tolerance takes."""


def runs(subject: Optimal, settings: Settings) -> Iterator[TrainingRun]:
    """A stack of as many layers as there are steps; its excess is exact at rational numbers.

    A risk of many layers is a small difference of large terms. Where it has to be computed in
    double precision, more than :data:`MOST_ROUNDED` layers are not trained.
    """
    layers = len(subject.predictor.weights)
    for case in cases(subject.design, settings):
        at = _rational(case.at)
        if not at.exact and layers > MOST_ROUNDED:
            continue
        try:
            expected = subject.expected(at)
        except (ZeroDivisionError, Irrational):
            continue  # the optimum is not defined there, or what is claimed has no rational value
        training = Training(
            "stack",
            case.at,
            depth=layers,
            steps=STEPS,
            evaluate_every=STEPS // 10,
            seed=settings.seed,
            device=settings.device,
        )
        where = f"n = {at.n}, d = {at.d}, {case.name}"
        exactly = partial(risks_of, subject.derivation.plain, at) if at.exact else None
        yield replace(
            TrainingRun(case.name, where, expected, training, numbers=numbers_of(case.at)),
            exactly=exactly,
        )


def risks_of(optimum: Optimum, at: Instance, learned: Mapping[str, Tensor]) -> list[float]:
    """The risk of each restart's coefficients, without rounding but at the end."""
    columns = zip(*(learned[w.name].flatten().tolist() for w in optimum.variables), strict=True)
    matrix = at.arithmetic.matrix
    return [
        float(Fraction(str(optimum.risk_of(matrix([[Fraction(c)] for c in column]), at))))
        for column in columns
    ]


def _rational(at: Instance) -> Instance:
    """The same place in exact numbers, where no matrix or vector belongs to it."""
    design = at.design
    if design.covariances or design.means:
        return at
    scalars: dict[str, Any] = {p.name: Fraction(at.scalars[p.name]) for p in design.parameters}
    return instance(design, n=at.n, d=at.d, scalars=scalars)
