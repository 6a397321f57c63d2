"""Signs in place of Gaussian numbers: the same covariance, but other higher moments."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import flint

from theory.algebra.values import matrix_value, trace_value
from theory.algebra.words import ONE
from theory.records.identities import Moment, Point
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Break
from verify.quantities.moment.points import random_place


def sign_break(moment: Moment) -> Break:
    """The moment of independent signs at a small place, where the claim should fail."""
    numbers = {**dict.fromkeys(moment.parameters, 2), "d": 2}
    at = random_place(moment, numbers, Random(1), 3).at
    ones = {a.name: EXACT.identity(2) for a in moment.covariances}
    at = replace(at, matrices={**at.matrices, **ones})
    exact, claimed = _mean_over_signs(moment, at), moment.claimed_at(at)
    return Break(
        f"signs instead of Gaussian numbers, {moment.name}",
        exact != claimed,
        "with independent signs in place of Gaussian numbers, which have the same covariance, "
        f"the {moment.name} moment is another one",
        {"at": str(at), "exact": str(exact), "claimed": str(claimed)},
    )


def _mean_over_signs(moment: Moment, at: Point) -> Any:
    """By going through all signs; covariances are I."""
    shapes = {
        a.name: tuple(1 if s == ONE else int(at.scalars[s.name]) for s in (a.rows, a.cols))
        for a in moment.gaussians
    }
    values = []
    for signs in product((1, -1), repeat=sum(rows * cols for rows, cols in shapes.values())):
        rest = iter(signs)
        drawn = {
            name: flint.fmpq_mat([[next(rest) for _ in range(cols)] for _ in range(rows)])
            for name, (rows, cols) in shapes.items()
        }
        inside = {**at.matrices, **drawn}
        if moment.is_scalar:
            values.append(trace_value(moment.form, at.scalars, inside, EXACT) ** moment.order(at))
        else:
            values.append(matrix_value(moment.left, at.scalars, inside, EXACT))
    return sum(values[1:], values[0]) * flint.fmpq(1, len(values))
