"""Rational matrices over one common denominator, for evaluations at size.

An entry of a solution has as many digits as a determinant. Kept in lowest terms one by one, entries
cost a greatest common divisor at every addition; over a common denominator a product of matrices is
one of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import flint

from theory.scalars.arithmetic import EXACT
from theory.scalars.multimodular import solved


@dataclass(frozen=True)
class Cleared:
    """The matrix ``numerator / denominator``; scalars beside it are rational.

    Parameters
    ----------
    numerator
        An ``fmpz_mat``.
    denominator
        An ``fmpz``, positive.

    Examples
    --------
    >>> half = Cleared.of(flint.fmpq_mat([[1, 0], [0, 2]]) * flint.fmpq(1, 2))
    >>> half.denominator, (half * half + half).rational
    (2, [3/4, 0]
    [  0, 2])
    """

    numerator: flint.fmpz_mat
    denominator: flint.fmpz

    @classmethod
    def of(cls, matrix: flint.fmpq_mat) -> Cleared:
        """The same matrix over the least common denominator of its entries."""
        return cls(*matrix.numer_denom())

    @property
    def rational(self) -> flint.fmpq_mat:
        """The same matrix with every entry in lowest terms."""
        return flint.fmpq_mat(self.numerator) * flint.fmpq(1, self.denominator)

    def __add__(self, other: Cleared) -> Cleared:
        common = self.denominator.gcd(other.denominator)
        mine, its = self.denominator // common, other.denominator // common
        return Cleared(self.numerator * its + other.numerator * mine, self.denominator * its)

    def __sub__(self, other: Cleared) -> Cleared:
        return self + other * flint.fmpq(-1)

    def __mul__(self, other: Any) -> Cleared:
        """The product with a matrix or a scalar, the common factor taken out."""
        if isinstance(other, Cleared):
            numerator, denominator = self.numerator * other.numerator, other.denominator
        else:
            scalar = flint.fmpq(other)
            numerator, denominator = self.numerator * scalar.p, scalar.q
        return _reduced(numerator, self.denominator * denominator)

    __rmul__ = __mul__

    def entries(self) -> Iterator[flint.fmpq]:
        """The entries, row by row."""
        return (flint.fmpq(v, self.denominator) for v in self.numerator.entries())


def _reduced(numerator: flint.fmpz_mat, denominator: flint.fmpz) -> Cleared:
    common = denominator
    for entry in numerator.entries():
        if common == 1:
            return Cleared(numerator, denominator)
        left = entry % common
        if left:  # dividing is cheaper than a greatest common divisor, and mostly nothing is left
            common = common.gcd(left)
    return Cleared(numerator / common, denominator // common)


class Clearing:
    """The arithmetic of such matrices, with rational numbers.

    >>> a = CLEARED.matrix([[1, 2], [3, 4]])
    >>> CLEARED.trace_of_product(a, CLEARED.solve(a, CLEARED.identity(2)))
    2
    """

    number = staticmethod(EXACT.number)

    def matrix(self, rows: Any) -> Cleared:
        return rows if isinstance(rows, Cleared) else Cleared.of(EXACT.matrix(rows))

    def identity(self, size: int) -> Cleared:
        return Cleared.of(EXACT.identity(size))

    def transpose(self, a: Cleared) -> Cleared:
        return Cleared(a.numerator.transpose(), a.denominator)

    def trace(self, a: Cleared) -> flint.fmpq:
        total = sum((a.numerator[k, k] for k in range(a.numerator.nrows())), flint.fmpz(0))
        return flint.fmpq(total, a.denominator)

    def trace_of_product(self, a: Cleared, b: Cleared) -> flint.fmpq:
        row, column = a.numerator.entries(), b.numerator.transpose().entries()
        total = flint.fmpz_mat(1, len(row), row) * flint.fmpz_mat(len(column), 1, column)
        return flint.fmpq(total[0, 0], a.denominator * b.denominator)

    def solve(self, a: Cleared, b: Cleared) -> Cleared:
        numerator, common = solved(a.numerator, b.numerator * a.denominator)
        sign = 1 if common > 0 else -1
        return _reduced(numerator * sign, common * sign * b.denominator)

    def root(self, a: Cleared) -> Cleared:
        return Cleared.of(EXACT.root(a.rational))

    def plain(self, a: Any) -> Any:
        return EXACT.plain(a.rational if isinstance(a, Cleared) else a)


CLEARED = Clearing()
