"""Moments coordinate by coordinate: exact, without words, pairings or integration by parts.

Every entry of a Gaussian matrix is a linear form in independent standard normal coordinates. The
product is multiplied out, and each monomial's expectation is the product of ``E g^k = (k-1)!!``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import prod
from typing import Any

import flint
import numpy as np

from theory.algebra.words import Kind, Letter, Space
from theory.errors import InputError
from theory.language.formulas.tree import Tree
from theory.language.moments.reading import Part, Reader
from theory.records.expectation import Expectation, value_at
from theory.records.expectation_numbers import ones_at, space_size
from verify.quantities.moment.places import FactoredPoint

Array = Any  # object arrays of fmpq_mpoly and fmpq


@dataclass(frozen=True)
class Coordinates:
    """Polynomials in independent standard normal coordinates, and matrices of them, at a place."""

    record: Expectation
    place: FactoredPoint

    @cached_property
    def _generators(self) -> dict[tuple[str, int, int], Any]:
        names = {
            (a.name, r, c): f"{a.name}_{r}_{c}"
            for a in self._gaussians
            for r in range(self._size(a.rows))
            for c in range(self._size(a.cols))
        }
        context = flint.fmpq_mpoly_ctx.get(tuple(names.values()), "lex")
        return dict(zip(names, context.gens(), strict=True))

    @property
    def _gaussians(self) -> list[Letter]:
        letters = self.record.letters
        return [letters.matrices[name] for name in letters.gaussians]

    def _size(self, space: Space) -> int:
        return space_size(space, self.place.at.scalars)

    def number(self, value: Fraction) -> Any:
        return flint.fmpq(value.numerator, value.denominator)

    def scalar(self, name: str) -> Any:
        return flint.fmpq(self.place.at.scalars[name])

    def matrix(self, name: str) -> Array:
        a, factors = self.record.letters.matrices[name], self.place.factors
        if a.kind is Kind.ONES:
            return _constants(ones_at(a, self.place.at))
        if not a.is_gaussian:
            return _constants(self.place.at.matrices[name])
        rows, columns = self._size(a.rows), self._size(a.cols)
        value = array(rows, columns, lambda r, c: self._generators[name, r, c])
        if a.row_covariance is not None:
            value = _constants(factors[a.row_covariance.name]) @ value
        if a.column_covariance is not None:
            value = value @ _constants(factors[a.column_covariance.name]).T
        centre = self.record.letters.means.get(name)
        return value if centre is None else value + _constants(value_at(centre, self.place.at))

    def identity(self, space: Space) -> Array:
        size = self._size(space)
        return array(size, size, lambda r, c: flint.fmpq(r == c))

    def plus(self, a: Any, b: Any) -> Any:
        return a + b

    def scaled(self, scalar: Any, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return array(len(value), value.shape[1], lambda r, c: value[r, c] * scalar)
        return value * scalar

    def product(self, a: Array, b: Array) -> Array:
        return a @ b

    def power(self, base: Any, exponent: int) -> Any:
        if isinstance(base, np.ndarray):
            return reduce(self.product, [base] * exponent)
        return base**exponent

    def transpose(self, a: Array) -> Array:
        return a.T

    def trace(self, a: Array) -> Any:
        return sum((a[k, k] for k in range(1, len(a))), a[0, 0])

    def entry(self, a: Array) -> Any:
        return a[0, 0]

    def over(self, scalar: Any) -> Any:
        return 1 / _number(scalar)

    def inverse(self, a: Array) -> Array:
        return _constants(flint.fmpq_mat([list(map(_number, row)) for row in a]).inv())


def _constants(m: flint.fmpq_mat) -> Array:
    return array(m.nrows(), m.ncols(), lambda r, c: m[r, c])


def _number(constant: Any) -> flint.fmpq:
    """The value of a polynomial that is constant, or a number."""
    if isinstance(constant, flint.fmpq):
        return constant
    found: Mapping[Any, flint.fmpq] = constant.to_dict()
    if any(any(exponents) for exponents in found):
        raise InputError("found the inverse of what is random")
    return next(iter(found.values()), flint.fmpq(0))


def gaussian(k: int) -> int:
    """``E g^k = (k-1)!!`` for even k."""
    return prod(range(1, k, 2))


def coordinate_value(
    record: Expectation, tree: Tree, place: FactoredPoint, even: Callable[[int], int] = gaussian
) -> Any:
    """The mean of a formula at a place, in the shape of the moment: a number or a matrix.

    ``even`` gives the even moments of one coordinate; the odd ones are zero.

    >>> import theory
    >>> from random import Random
    >>> from verify.quantities.moment.places import places
    >>> record = theory.moment("x'*x", x="gaussian(3, 1)")
    >>> coordinate_value(record, record.tree, next(places(record, Random(0))))
    3
    """
    found = Reader(record.letters, Coordinates(record, place)).read(tree)
    if record.shape is None:
        return mean(found.value, even)
    rows, columns = (space_size(space, place.at.scalars) for space in record.shape)
    if found.shape is None:
        return _multiple(found, rows, columns)
    return flint.fmpq_mat([[mean(p, even) for p in row] for row in found.value])


def _multiple(found: Part, rows: int, columns: int) -> flint.fmpq_mat:
    """A number times the identity; zero has any shape."""
    value = _number(found.value)
    return flint.fmpq_mat([[value * int(r == c) for c in range(columns)] for r in range(rows)])


def array(rows: int, cols: int, entry: Callable[[int, int], Any]) -> Array:
    """An object array, filled entry by entry: NumPy would take a polynomial for a sequence."""
    out = np.empty((rows, cols), dtype=object)
    for r in range(rows):
        for c in range(cols):
            out[r, c] = entry(r, c)
    return out


def mean(polynomial: Any, even: Callable[[int], int]) -> flint.fmpq:
    """The mean of a polynomial in independent coordinates; ``even`` gives their even moments."""
    if isinstance(polynomial, flint.fmpq):
        return polynomial
    total = flint.fmpq(0)
    for exponents, c in polynomial.to_dict().items():
        powers = [int(e) for e in exponents if e]
        if not any(e % 2 for e in powers):
            total += c * prod(map(even, powers))
    return total
