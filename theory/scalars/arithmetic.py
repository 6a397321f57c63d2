"""Numbers and matrices of numbers, exact (python-flint rationals) or floating (NumPy).

A formula is evaluated by one piece of code in either arithmetic; the classes here say what a
number, a product, a trace and a linear solve are. Matrices carry their size, scalars are plain
``fmpq`` or ``float``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import Any, NamedTuple, Protocol

import flint
import numpy as np
import sympy

from theory.errors import InputError, Irrational, NotCovariance
from theory.scalars.multimodular import SMALL, solved


class Arithmetic(Protocol):
    """Operations that evaluating a formula needs."""

    def number(self, value: Any) -> Any: ...
    def matrix(self, rows: Any) -> Any: ...
    def identity(self, size: int) -> Any: ...
    def transpose(self, a: Any) -> Any: ...
    def trace(self, a: Any) -> Any: ...
    def trace_of_product(self, a: Any, b: Any) -> Any:
        """``tr(a b)``, without the product."""

    def solve(self, a: Any, b: Any) -> Any:
        """``a^{-1} b``; raises ZeroDivisionError when ``a`` is singular."""

    def root(self, a: Any) -> Any:
        """The symmetric positive semi-definite square root."""

    def plain(self, a: Any) -> Any:
        """A scalar or matrix as ordinary Python or NumPy data."""


RATIONALS = (Rational, np.integer, sympy.Rational, flint.fmpq, flint.fmpz)
"""The types of numbers that are exact whatever they are."""
PLACES = 1000
"""How far from its point a digit of a Decimal may be; an exponent is short, its number is not."""


ZERO = Fraction(0)
LONG = 1000
"""Bits of a denominator from which on its common divisor with the numerator is not sought again."""


class Dense(Arithmetic, Protocol):
    """The same, where equations that are singular are solved as well."""

    def solutions(self, a: Any, b: Any) -> tuple[Any, bool]:
        """An ``x`` with ``a x = b`` for a column ``b``, and whether it is the only one.

        Raises ZeroDivisionError where there is none.
        """


class _Lowest(NamedTuple):
    """A rational in lowest terms, of which a Fraction is made without a common divisor's cost."""

    numerator: int
    denominator: int


Rational.register(_Lowest)


def fraction(value: Any) -> Fraction:
    """A rational number of any exact kind as a Fraction.

    >>> fraction(Decimal("0.1")), fraction(sympy.Rational(1, 3))
    (Fraction(1, 10), Fraction(1, 3))
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, flint.fmpq):
        top, bottom = int(value.p), int(value.q)
        lowest: Any = _Lowest(top, bottom)
        return Fraction(lowest) if bottom.bit_length() > LONG else Fraction(top, bottom)
    if isinstance(value, Decimal) and value.is_finite():
        if value and max(abs(value.adjusted()), abs(int(value.as_tuple().exponent))) > PLACES:
            raise InputError(f"expected a decimal of at most {PLACES} places, got {value!r}")
        return Fraction(value)
    if isinstance(value, sympy.Rational):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, flint.fmpz):
        return Fraction(int(value))
    if isinstance(value, (Rational, np.integer)) or type(value) is int:
        return Fraction(int(value.numerator), int(value.denominator))
    raise TypeError(f"not an exact rational number: {value!r}")


def is_exact(value: Any) -> bool:
    """Whether a scalar or array-like holds only exact rationals.

    These are int, Fraction, Decimal and the rationals of NumPy, SymPy and flint. Any other real
    number, such as ``sympy.sqrt(2)``, will be rounded.

    Raises :class:`~theory.errors.InputError` for anything that is not a real number.
    """
    if isinstance(value, (flint.fmpq, flint.fmpq_mat, flint.fmpz_mat)):
        return True
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return value.dtype.kind != "f"  # no need to look at a million entries
    exact, array = True, np.asarray(value, dtype=object)
    if {*map(type, array.flat)} <= {int, Fraction}:  # what large exact matrices are made of
        return True
    for entry in array.flat:
        if isinstance(entry, (bool, np.bool_)):
            raise InputError(f"expected a real number, got {entry!r}")
        if isinstance(entry, (float, np.floating, sympy.Float)) or _is_irrational(entry):
            exact = False
        elif isinstance(entry, Decimal) and entry.is_finite():
            fraction(entry)
        elif not isinstance(entry, RATIONALS):
            raise InputError(f"expected a real number, got {entry!r}")
    return exact


def _is_irrational(value: Any) -> bool:
    """Whether a value is a real number of SymPy that has no other type."""
    return isinstance(value, sympy.Expr) and bool(
        value.is_number and value.is_real and not value.is_Rational and not value.is_Float
    )


class Exact:
    """Rational arithmetic without rounding."""

    def number(self, value: Any) -> flint.fmpq:
        if isinstance(value, flint.fmpq):
            return value
        if type(value) is int:  # of these matrices are made
            return flint.fmpq(value)
        if isinstance(value, sympy.Rational):  # by far the commonest of others
            return flint.fmpq(int(value.p), int(value.q))
        value = fraction(value)
        return flint.fmpq(value.numerator, value.denominator)

    def matrix(self, rows: Any) -> flint.fmpq_mat:
        if isinstance(rows, flint.fmpq_mat):
            return rows
        if isinstance(rows, flint.fmpz_mat):
            return flint.fmpq_mat(rows)
        array = np.asarray(rows, dtype=object)
        return flint.fmpq_mat([[self.number(v) for v in row] for row in array])

    def identity(self, size: int) -> flint.fmpq_mat:
        entries = [0] * size**2
        entries[:: size + 1] = [1] * size
        return flint.fmpq_mat(size, size, entries)

    def diagonal(self, values: Sequence[Any]) -> flint.fmpq_mat:
        """A square matrix with these numbers on its diagonal, of whatever they are.

        >>> EXACT.diagonal([1, 2]).tolist()
        [[1, 0], [0, 2]]
        """
        size = len(values)
        rows = [[values[a] if a == b else 0 for b in range(size)] for a in range(size)]
        return flint.fmpq_mat(rows)

    def transpose(self, a: flint.fmpq_mat) -> flint.fmpq_mat:
        return a.transpose()

    def trace(self, a: flint.fmpq_mat) -> flint.fmpq:
        return sum((a[k, k] for k in range(a.nrows())), flint.fmpq(0))

    def trace_of_product(self, a: flint.fmpq_mat, b: flint.fmpq_mat) -> flint.fmpq:
        row, column = a.entries(), b.transpose().entries()
        return (flint.fmpq_mat(1, len(row), row) * flint.fmpq_mat(len(column), 1, column))[0, 0]

    def solve(self, a: flint.fmpq_mat, b: flint.fmpq_mat) -> flint.fmpq_mat:
        if a.nrows() <= SMALL:
            return a.solve(b)
        (top, above), (right, below) = a.numer_denom(), b.numer_denom()
        found, common = solved(top, right)
        return flint.fmpq_mat(found) * flint.fmpq(above, common * below)

    def solutions(self, a: flint.fmpq_mat, b: flint.fmpq_mat) -> tuple[flint.fmpq_mat, bool]:
        """What the equations leave open is zero.

        >>> EXACT.solutions(EXACT.matrix([[1, 1], [2, 2]]), EXACT.matrix([[3], [6]]))
        ([3]
        [0], False)
        """
        try:
            return a.solve(b), True
        except ZeroDivisionError:
            pass
        both = [[*row, *right] for row, right in zip(a.tolist(), b.tolist(), strict=True)]
        reduced, rank = flint.fmpq_mat(both).rref()
        found = [flint.fmpq(0)] * a.ncols()
        for row in reduced.tolist()[:rank]:
            pivot = next(k for k, value in enumerate(row) if value != 0)
            if pivot == a.ncols():
                raise ZeroDivisionError("the equations contradict each other")
            found[pivot] = row[-1]
        return flint.fmpq_mat(a.ncols(), 1, found), False

    def root(self, a: flint.fmpq_mat) -> flint.fmpq_mat:
        raise Irrational("a rational matrix has no rational square root in general; give one")

    def plain(self, a: Any) -> Any:
        if isinstance(a, flint.fmpq_mat):
            out = np.empty(a.nrows() * a.ncols(), dtype=object)
            out[:] = [fraction(value) if value else ZERO for value in a.entries()]
            return out.reshape(a.nrows(), a.ncols())
        return fraction(a)


class _Array(np.ndarray):
    """A NumPy matrix whose ``*`` is the matrix product, as it is for ``fmpq_mat``."""

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim == 2:
            return np.matmul(self, other)
        return np.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return np.multiply(other, self)


class Floating:
    """Double precision."""

    def number(self, value: Any) -> float:
        return float(fraction(value)) if isinstance(value, flint.fmpq) else float(value)

    def matrix(self, rows: Any) -> np.ndarray:
        if isinstance(rows, (flint.fmpq_mat, flint.fmpz_mat)):
            rows = Exact().plain(Exact().matrix(rows))
        return np.array(rows, dtype=float).view(_Array)

    def identity(self, size: int) -> np.ndarray:
        return np.eye(size).view(_Array)

    def transpose(self, a: np.ndarray) -> np.ndarray:
        return a.T

    def trace(self, a: np.ndarray) -> float:
        return float(np.trace(a))

    def trace_of_product(self, a: np.ndarray, b: np.ndarray) -> float:
        return float(np.vdot(np.asarray(a).T, np.asarray(b)))

    def solve(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        try:
            return np.linalg.solve(np.asarray(a), np.asarray(b)).view(_Array)
        except np.linalg.LinAlgError as error:
            raise ZeroDivisionError(str(error)) from error

    def solutions(self, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, bool]:
        """The shortest one, every row and column scaled by the root of its diagonal entry."""
        a = np.asarray(a)
        sizes = np.sqrt(np.abs(np.diag(a)))
        scale = np.divide(1, sizes, out=np.zeros_like(sizes), where=sizes > 0)
        scaled = a * np.outer(scale, scale)
        least = 8 * len(scale) * np.finfo(float).eps
        right = scale[:, None] * np.asarray(b)
        found, _, rank, _ = np.linalg.lstsq(scaled, right, rcond=least)
        if np.linalg.norm(scaled @ found - right) > 1e-9 * np.linalg.norm(right):
            raise ZeroDivisionError("the equations contradict each other")
        return (scale[:, None] * found).view(_Array), bool(rank == len(scale))

    def root(self, a: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eigh(np.asarray(a))
        scaled = vectors * np.sqrt(np.clip(values, 0, None))
        return (scaled @ vectors.T).view(_Array)

    def plain(self, a: Any) -> Any:
        return np.asarray(a) if isinstance(a, np.ndarray) else float(a)


EXACT, FLOATING = Exact(), Floating()

ROUNDING = 1e-12
"""How far from symmetric and from semi-definite a floating matrix may be, beside its entries."""
HUGE = 1e60
"""Larger floating input would overflow in the powers that a risk is made of."""


def entries(rows: Any) -> np.ndarray:
    """A user's matrix, of whatever kind, as an array of its entries."""
    if isinstance(rows, (flint.fmpq_mat, flint.fmpz_mat)):
        rows = rows.tolist()
    return np.asarray(rows, dtype=object)


def covariance(name: str, rows: Any, size: int | None, arithmetic: Arithmetic) -> Any:
    """A user's matrix, checked to be a covariance: square, symmetric, positive semi-definite.

    Raises :class:`~theory.errors.InputError` naming the argument and what was expected; it is a
    :class:`~theory.errors.NotCovariance` where the shape is right.
    """
    shown = f"{name} must be a symmetric positive semi-definite matrix"
    try:
        array = entries(rows)
        if array.ndim != 2:
            raise InputError(f"{shown}, got an array with {array.ndim} axes")
        if array.shape[0] != array.shape[1]:
            raise InputError(f"{shown}, got shape {array.shape[0]} x {array.shape[1]}")
        if array.shape[0] == 0:
            raise InputError(f"{shown} of size 1 x 1 or larger, got an empty one")
        if size is not None and array.shape[0] != size:
            raise InputError(
                f"{name} must be {size} x {size}, got {array.shape[0]} x {array.shape[0]}"
            )
        if isinstance(arithmetic, Exact):
            value = arithmetic.matrix(array)
        else:
            floats = np.array([[float(v) for v in row] for row in array])
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{shown}, got {rows!r}") from error
    if isinstance(arithmetic, Exact):
        if value != value.transpose():
            told = _askew(arithmetic.plain(value))
            raise NotCovariance(f"{shown}, got one that is not symmetric: {told}")
        if not is_positive_semidefinite(value):
            told = _least(arithmetic.plain(value))
            raise NotCovariance(f"{shown}, got one with a negative eigenvalue{told}")
        return value
    if not np.isfinite(floats).all():
        raise InputError(f"{name} must be finite, got NaN or infinity")
    scale = np.abs(floats).max()
    if scale > HUGE:
        raise InputError(f"{name} has entries beyond {HUGE:.0e}, too large for floating point")
    if np.abs(floats - floats.T).max() > ROUNDING * scale:
        raise NotCovariance(f"{shown}, got one that is not symmetric: {_askew(floats)}")
    if np.linalg.eigvalsh(floats).min() < -ROUNDING * scale * len(floats):
        raise NotCovariance(f"{shown}, got one with a negative eigenvalue{_least(floats)}")
    return arithmetic.matrix((floats + floats.T) / 2)


def _askew(a: np.ndarray) -> str:
    """Where a matrix differs most from its transpose, in words, to follow a colon."""
    row, column = np.add(np.unravel_index(np.argmax(np.abs(a - a.T)), a.shape), 1)
    return f"the entry in row {row}, column {column} is not that in row {column}, column {row}"


def _least(a: np.ndarray) -> str:
    """The least eigenvalue in words, to follow its name; nothing where rounding hides it."""
    try:
        values = np.linalg.eigvalsh(a.astype(float))
    except (OverflowError, np.linalg.LinAlgError):
        return ""
    hidden = values[0] >= -np.finfo(float).eps * len(a) * np.abs(values).max()
    return "" if hidden else f", {values[0]:.3g}"


def is_positive_semidefinite(a: flint.fmpq_mat) -> bool:
    """Whether an exact symmetric matrix is positive semi-definite.

    All roots of its characteristic polynomial are real, so none is negative where the coefficients
    alternate in sign, zeros left out (Descartes' rule).

    >>> is_positive_semidefinite(EXACT.matrix([[1, 2], [2, 4]]))
    True
    >>> is_positive_semidefinite(EXACT.matrix([[0, 1], [1, 0]]))
    False
    """
    whole, _ = a.numer_denom()
    falling = reversed(whole.charpoly().coeffs())
    return all(c * (-1) ** k >= 0 for k, c in enumerate(falling))


def size_argument(name: str, value: Any) -> int:
    """A positive integer given by a user, or a clear error."""
    kinds = (int, np.integer, sympy.Integer, flint.fmpz)
    whole = isinstance(value, kinds) and not isinstance(value, bool)
    if not whole or value < 1:
        raise InputError(f"{name} must be a positive integer, got {value!r}")
    return int(value)


def arithmetic_for(values: Sequence[Any]) -> Arithmetic:
    """Exact if every value is, floating otherwise."""
    return EXACT if all(is_exact(v) for v in values) else FLOATING


def is_number(value: Any) -> bool:
    """Whether a value is a finite real number of any supported kind."""
    if isinstance(value, bool):
        return False
    if isinstance(value, RATIONALS) or _is_irrational(value):
        return True
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, (Real, np.floating, sympy.Float)):
        return bool(np.isfinite(float(value)))
    return False
