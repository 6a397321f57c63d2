"""Moments coordinate by coordinate: exact, without words, pairings or integration by parts.

Every entry of a Gaussian matrix is a linear form in independent standard normal coordinates. The
product is multiplied out, and each monomial's expectation is the product of ``E g^k = (k-1)!!``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import prod
from operator import matmul
from typing import Any

import flint
import numpy as np

from theory.algebra.values import scalar_value
from theory.algebra.words import ONE, Factor, Letter, Space, Word
from theory.records.identities import Moment
from theory.scalars.arithmetic import EXACT
from verify.quantities.moment.points import FactoredPoint

Array = Any  # object arrays of fmpq_mpoly


def gaussian(k: int) -> int:
    """``E g^k = (k-1)!!`` for even k."""
    return prod(range(1, k, 2))


def coordinate_moment(
    moment: Moment, place: FactoredPoint, even: Callable[[int], int] = gaussian
) -> Any:
    """The exact moment at a place: a d x d matrix, or a number for a scalar.

    ``even`` gives the even moments of one coordinate; the odd ones are zero.

    >>> import theory
    >>> from random import Random
    >>> from verify.quantities.moment.points import random_place
    >>> norm = theory.statement("lemma7").moments[0]
    >>> coordinate_moment(norm, random_place(norm, {"d": 3, "k": 2}, Random(0), 1))
    15
    """
    entries = _Entries(moment, place)
    total = reduce(lambda a, b: a + b, (entries.term(w) for w in moment.left.terms))
    if moment.is_scalar:
        return mean(total[0, 0] ** moment.order(place.at), even)
    return flint.fmpq_mat([[mean(p, even) for p in row] for row in total])


class _Entries:
    """The letters of a moment as matrices of polynomials in standard normal coordinates."""

    def __init__(self, moment: Moment, place: FactoredPoint):
        self._moment, self._place = moment, place
        names = [
            f"{a.name}_{r}_{c}"
            for a in moment.gaussians
            for r in range(self._size(a.rows))
            for c in range(self._size(a.cols))
        ]
        self._context = flint.fmpq_mpoly_ctx.get(tuple(names), "lex")
        self._generators = dict(zip(names, self._context.gens(), strict=True))
        self._values = {a: self._letter(a) for a in moment.letters}

    def _size(self, space: Space) -> int:
        return 1 if space == ONE else int(self._place.at.scalars[space.name])

    def term(self, word: Word) -> Array:
        """A word of the left-hand side times its coefficient."""
        coefficient = self._moment.left.terms[word].constant
        value = scalar_value(coefficient, self._place.at.scalars, EXACT)
        return reduce(matmul, (self._factor(f) for f in word)) * value

    def _factor(self, factor: Factor) -> Array:
        value = self._values[factor.letter]
        return value.mT if factor.transposed else value

    def _letter(self, a: Letter) -> Array:
        if not a.is_gaussian:
            return self._constants(self._place.at.matrices[a.name])
        value = array(
            self._size(a.rows),
            self._size(a.cols),
            lambda r, c: self._generators[f"{a.name}_{r}_{c}"],
        )
        if a.row_covariance is not None:
            value = self._constants(self._place.factors[a.row_covariance.name]) @ value
        if a.column_covariance is not None:
            value = value @ self._constants(self._place.factors[a.column_covariance.name]).mT
        return value

    def _constants(self, m: flint.fmpq_mat) -> Array:
        return array(m.nrows(), m.ncols(), lambda r, c: self._context.constant(m[r, c]))


def array(rows: int, cols: int, entry: Callable[[int, int], Any]) -> Array:
    """An object array, filled entry by entry: NumPy would take a polynomial for a sequence."""
    out = np.empty((rows, cols), dtype=object)
    for r in range(rows):
        for c in range(cols):
            out[r, c] = entry(r, c)
    return out


def mean(polynomial: Any, even: Callable[[int], int]) -> flint.fmpq:
    """The mean of a polynomial in independent coordinates; ``even`` gives their even moments."""
    total = flint.fmpq(0)
    for exponents, c in polynomial.to_dict().items():
        powers = [int(e) for e in exponents if e]
        if not any(e % 2 for e in powers):
            total += c * prod(map(even, powers))
    return total
