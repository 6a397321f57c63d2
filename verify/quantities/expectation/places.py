"""Places at which a moment is looked at: small sizes, whole numbers, covariances with a factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import comb
from random import Random

import flint

from theory.algebra.means import form
from theory.algebra.words import Letter
from theory.language.formulas.scope import Meaning
from theory.records.expectation import Expectation
from theory.records.expectation_numbers import space_size
from theory.records.identities import Point
from theory.scalars.arithmetic import EXACT
from verify.quantities.moment.points import FactoredPoint

MOST = 3
"""The largest size."""
MONOMIALS = 6_000
"""How many monomials in the coordinates there may be."""
PLACES = 12
"""How many places are looked at."""
TRIES = 20
"""How often a matrix that has no inverse is drawn again."""

Draw = Callable[[int, int], flint.fmpq_mat]


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
    record: Expectation, at: dict[str, int], draw: Draw, scalar: Callable[[], int]
) -> FactoredPoint:
    """The place of given sizes; matrices and factors of covariances are got from ``draw``.

    Square matrices have an inverse, where such are found in a few draws: one may be taken in the
    text that is no more in the moment.
    """
    factors: dict[str, flint.fmpq_mat] = {}
    matrices: dict[str, flint.fmpq_mat] = {}
    for name in record.letters.given:
        a = record.letters.matrices[name]
        for _ in range(TRIES):
            drawn = _drawn(a, at, draw, name in record.letters.covariances)
            if a.rows != a.cols or drawn.det() != 0:
                break
        if name in record.letters.covariances:
            factors[name] = drawn
            drawn = drawn * drawn.transpose()
        matrices[name] = drawn
    scalars = {name: scalar() for name in sorted(record.letters.scalars)}
    return FactoredPoint(Point({**at, **scalars}, matrices, EXACT), factors)


def _drawn(a: Letter, at: dict[str, int], draw: Draw, factor: bool) -> flint.fmpq_mat:
    rows, columns = space_size(a.rows, at), space_size(a.cols, at)
    found = draw(rows, columns)
    return found + found.transpose() if a.is_symmetric and not factor else found


def places(record: Expectation, random: Random, height: int = 2) -> Iterator[FactoredPoint]:
    """Small places with random whole numbers of this height."""

    def draw(rows: int, columns: int) -> flint.fmpq_mat:
        return flint.fmpq_mat(
            [[random.randint(-height, height) for _ in range(columns)] for _ in range(rows)]
        )

    for _, at in zip(range(PLACES), sizes(record), strict=False):
        yield place(record, at, draw, lambda: random.randint(1, height + 1))


def names(record: Expectation) -> dict[str, Meaning]:
    """The names that a claim may use."""
    letters = record.letters
    fixed = [name for name, a in letters.matrices.items() if not a.is_gaussian]
    scalars = [*letters.sizes, *sorted(letters.scalars)]
    return dict.fromkeys(scalars, Meaning.SCALAR) | dict.fromkeys(fixed, Meaning.MATRIX)
