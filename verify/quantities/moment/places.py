"""Places at which a moment is looked at: small sizes, whole numbers, covariances with a factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb
from random import Random

import flint
from hypothesis import strategies as st

from theory.algebra.means import form
from theory.algebra.words import Letter
from theory.language.formulas.scope import Meaning
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import Expectation
from theory.records.expectation_numbers import Point, space_size
from theory.scalars.arithmetic import EXACT
from verify.instances import random_matrix
from verify.strategies import entries, rationals

MOST = 3
"""The largest size."""
MONOMIALS = 6_000
"""How many monomials in the coordinates there may be."""
PLACES = 12
"""How many places are looked at."""
TRIES = 20
"""How often a matrix that has no inverse is drawn again."""

KINDS = ("dense", "identity", "singular", "ill-conditioned", "nilpotent")
Draw = Callable[[int, int], flint.fmpq_mat]


@dataclass(frozen=True)
class FactoredPoint:
    """A point, and a factor F of every covariance ``F F'``."""

    at: Point
    factors: Mapping[str, flint.fmpq_mat]

    def __str__(self) -> str:
        return str(self.at)


def sizes(record: Expectation) -> Iterator[dict[str, int]]:
    """Sizes small enough to multiply everything out, the smallest first."""
    names = tuple(record.letters.sizes)
    drawn = sorted(product(range(1, MOST + 1), repeat=min(len(names), 4)), key=sum)
    for values in drawn:
        found = dict(zip(names, values, strict=False))
        found |= dict.fromkeys(names[len(values) :], 1)
        if monomials(record, found) <= MONOMIALS:
            yield found


def monomials(record: Expectation, at: dict[str, int]) -> int:
    """How many monomials in the coordinates the product may have."""
    letters = [record.letters.matrices[name] for name in record.letters.gaussians]
    variables = sum(space_size(a.rows, at) * space_size(a.cols, at) for a in letters)
    return comb(variables + form(record.product).degree(*letters), variables)


def place(
    record: Expectation,
    at: Mapping[str, int],
    draw: Draw,
    scalar: Callable[[], int] = lambda: 1,
    tries: int = TRIES,
) -> FactoredPoint:
    """The place of given sizes; matrices and factors of covariances are got from ``draw``.

    Square matrices have an inverse, where such are found in a few draws: one may be taken in the
    text that is no more in the moment.
    """
    factors: dict[str, flint.fmpq_mat] = {}
    matrices: dict[str, flint.fmpq_mat] = {}
    for name in record.letters.given:
        a = record.letters.matrices[name]
        for _ in range(tries):
            drawn = _drawn(a, at, draw, name in record.letters.covariances)
            if a.rows != a.cols or drawn.det() != 0:
                break
        if name in record.letters.covariances:
            factors[name] = drawn
            drawn = drawn * drawn.transpose()
        matrices[name] = drawn
    scalars = {name: scalar() for name in sorted(record.letters.scalars)}
    return FactoredPoint(Point({**at, **scalars}, matrices, EXACT), factors)


def _drawn(a: Letter, at: Mapping[str, int], draw: Draw, factor: bool) -> flint.fmpq_mat:
    rows, columns = space_size(a.rows, at), space_size(a.cols, at)
    found = draw(rows, columns)
    return found + found.transpose() if a.is_symmetric and not factor else found


def places(record: Expectation, random: Random, height: int = 2) -> Iterator[FactoredPoint]:
    """Small places with random whole numbers of this height."""

    def draw(rows: int, columns: int) -> flint.fmpq_mat:
        return random_matrix(random, rows, height, columns)

    for _, at in zip(range(PLACES), sizes(record), strict=False):
        yield place(record, at, draw, lambda: random.randint(1, height + 1))


def random_place(
    record: Expectation, numbers: Mapping[str, int], random: Random, height: int
) -> FactoredPoint:
    """Fixed matrices and factors with uniform integer entries in ``[-height, height]``."""
    return place(record, numbers, lambda r, c: random_matrix(random, r, height, c), tries=1)


@st.composite
def matrices(draw: st.DrawFn, size: int) -> flint.fmpq_mat:
    """Any square matrix, often an extreme one; as the factor of a covariance too."""
    kind = draw(st.sampled_from(KINDS))
    if kind == "identity":
        return EXACT.identity(size)
    found = draw(entries(size, size, rationals(Fraction(-2), Fraction(2), 2)))
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


def names(record: Expectation) -> dict[str, Meaning]:
    """The names that a claim may use."""
    letters = record.claim.letters if isinstance(record, ClaimedExpectation) else record.letters
    fixed = [name for name, a in letters.matrices.items() if not a.is_gaussian]
    scalars = [*letters.sizes, *sorted(letters.scalars)]
    return dict.fromkeys(scalars, Meaning.SCALAR) | dict.fromkeys(fixed, Meaning.MATRIX)
