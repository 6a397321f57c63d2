"""Places at which a moment is looked at: sizes, covariances with a known factor, fixed matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import flint
from hypothesis import strategies as st

from theory.records.identities import Moment, Point
from theory.scalars.arithmetic import EXACT
from verify.instances import random_matrix
from verify.strategies import rationals, sizes

KINDS = ("dense", "identity", "singular", "ill-conditioned", "nilpotent")
MOST_N, MOST_D, MOST_ORDER = 3, 3, 6


@dataclass(frozen=True)
class FactoredPoint:
    """A point, and a factor F of every covariance ``F F'``."""

    at: Point
    factors: Mapping[str, flint.fmpq_mat]

    def __str__(self) -> str:
        return str(self.at)


def place(
    moment: Moment, numbers: Mapping[str, int], matrix: Callable[[str], flint.fmpq_mat]
) -> FactoredPoint:
    """The place with given sizes, its fixed matrices and factors got from ``matrix(name)``."""
    factors = {a.name: matrix(a.name) for a in moment.covariances}
    matrices = {name: f * f.transpose() for name, f in factors.items()}
    matrices |= {a.name: matrix(a.name) for a in moment.fixed}
    return FactoredPoint(Point(dict(numbers), matrices, EXACT), factors)


def random_place(
    moment: Moment, numbers: Mapping[str, int], random: Random, height: int
) -> FactoredPoint:
    """Fixed matrices and factors with uniform integer entries in ``[-height, height]``."""
    return place(moment, numbers, lambda name: random_matrix(random, numbers["d"], height))


def small_places(moment: Moment, random: Random) -> Iterator[FactoredPoint]:
    """Small readable places, in which to look for a counterexample; all parameters from 1 to 3."""
    free = [p for p in moment.parameters if p != "d"]
    for d in (1, 2, 3):
        for value in (1, 2, 3) if free else (1,):
            yield random_place(moment, {**dict.fromkeys(free, value), "d": d}, random, 2)


@st.composite
def matrices(draw: st.DrawFn, size: int) -> flint.fmpq_mat:
    """Any square matrix, often an extreme one; as the factor of a covariance too."""
    kind = draw(st.sampled_from(KINDS))
    if kind == "identity":
        return EXACT.identity(size)
    entry = rationals(Fraction(-2), Fraction(2), 2)
    found = EXACT.matrix([[draw(entry) for _ in range(size)] for _ in range(size)])
    if kind == "ill-conditioned":
        powers = [Fraction(10) ** draw(st.integers(-4, 4)) for _ in range(size)]
        return found * EXACT.matrix(
            [[v if r == c else 0 for c, v in enumerate(powers)] for r in range(size)]
        )
    if kind == "dense":
        return found
    # a zero column, or zeros on and below the diagonal
    return EXACT.matrix(
        [
            [0 if (c == 0 if kind == "singular" else c <= r) else found[r, c] for c in range(size)]
            for r in range(size)
        ]
    )


@st.composite
def places(draw: st.DrawFn, moment: Moment) -> FactoredPoint:
    """A place small enough to multiply everything out."""
    most = {"n": MOST_N, "d": MOST_D}
    numbers = {p: draw(sizes(most.get(p, MOST_ORDER))) for p in moment.parameters}
    return place(moment, numbers, lambda name: draw(matrices(numbers["d"])))
