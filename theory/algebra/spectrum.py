"""All eigenvalues of a rational matrix, exactly and in order, and sums of some of them.

An eigenvalue is a root of an irreducible polynomial. Roots of different polynomials are told apart
by balls around them, computed to as many digits as that takes; roots of one polynomial are ordered
among themselves. A sum over all conjugates is rational and comes out so; what is not stays a SymPy
expression in roots of polynomials.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import flint
import sympy

from theory.scalars.arithmetic import EXACT, fraction

_X = sympy.Symbol("x")
FIRST_PRECISION, LAST_PRECISION = 64, 1 << 16


@dataclass(frozen=True)
class Root:
    """A real root of an irreducible polynomial.

    Parameters
    ----------
    polynomial
        Its coefficients from the constant one on: integers without common factor, the last one
        positive.
    index
        Which of the real roots it is, counted from 0 at the smallest.

    Examples
    --------
    >>> Root((-2, 0, 1), 1).expr
    sqrt(2)
    """

    polynomial: tuple[int, ...]
    index: int

    @property
    def degree(self) -> int:
        return len(self.polynomial) - 1

    @property
    def rational(self) -> flint.fmpq | None:
        """Its value, if it is rational."""
        if self.degree > 1:
            return None
        return flint.fmpq(-self.polynomial[0], self.polynomial[1])

    @property
    def expr(self) -> sympy.Expr:
        """The root in SymPy: by radicals up to degree two, else a ``CRootOf``."""
        return sympy.rootof(sympy.Poly(self.polynomial[::-1], _X), self.index)

    def ball(self, precision: int) -> flint.arb:
        """A ball that contains this root and no other of its polynomial."""
        return _balls(self.polynomial, precision)[self.index]


@cache
def _balls(polynomial: tuple[int, ...], precision: int) -> tuple[flint.arb, ...]:
    """Disjoint balls around the roots, in increasing order; all of them must be real."""
    with flint.ctx.workprec(precision):
        roots: Any = flint.fmpz_poly(list(polynomial)).complex_roots()
        found = [root for root, _ in roots]
    if not all(root.imag.contains(0) for root in found):
        raise ValueError("a root is not real")
    return tuple(sorted((root.real for root in found), key=lambda ball: ball.mid()))


def eigenvalues(matrix: flint.fmpq_mat) -> list[Root]:
    """The eigenvalues of a matrix that has only real ones, in decreasing order.

    Examples
    --------
    >>> [root.expr for root in eigenvalues(EXACT.matrix([[1, 1], [1, 0]]))]
    [1/2 + sqrt(5)/2, 1/2 - sqrt(5)/2]
    """
    found = [
        Root(polynomial, k)
        for polynomial, multiplicity in _factors(matrix.charpoly())
        for k in range(len(polynomial) - 1)
        for _ in range(multiplicity)
    ]
    return sorted(found, key=_ranks(set(found)).__getitem__)


def _factors(polynomial: flint.fmpq_poly) -> list[tuple[tuple[int, ...], int]]:
    _, factors = polynomial.numer().factor()
    return [(_primitive(factor), multiplicity) for factor, multiplicity in factors]


def _primitive(polynomial: flint.fmpz_poly) -> tuple[int, ...]:
    coefficients = [int(c) for c in polynomial.coeffs()]
    sign = 1 if coefficients[-1] > 0 else -1
    return tuple(sign * c for c in coefficients)


def _ranks(roots: set[Root]) -> dict[Root, int]:
    """The place of each in decreasing order: balls shrink until no two overlap."""
    precision = FIRST_PRECISION
    while precision <= LAST_PRECISION:
        balls = {root: root.ball(precision) for root in roots}
        order = sorted(roots, key=lambda root: balls[root].mid(), reverse=True)
        if not any(balls[a].overlaps(balls[b]) for a, b in pairwise(order)):
            return {root: k for k, root in enumerate(order)}
        precision *= 2
    raise ArithmeticError("two roots are too close to be told apart")


def total(roots: Iterable[Root]) -> Fraction | sympy.Expr:
    """The sum of roots: a Fraction where all conjugates occur equally often.

    The form is canonical: of every polynomial as few roots are written out as can be.

    Examples
    --------
    >>> golden = eigenvalues(EXACT.matrix([[1, 1], [1, 0]]))
    >>> total(golden), total(golden[:1])
    (Fraction(1, 1), 1/2 + sqrt(5)/2)
    """
    by_polynomial: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for root in roots:
        by_polynomial[root.polynomial][root.index] += 1
    rational, rest = Fraction(0), []
    for polynomial, counts in sorted(by_polynomial.items()):
        times = [counts[k] for k in range(len(polynomial) - 1)]
        common = max(sorted(set(times)), key=times.count)
        rational += common * Fraction(-polynomial[-2], polynomial[-1])
        rest += [(t - common) * Root(polynomial, k).expr for k, t in enumerate(times) if t > common]
        rest += [(t - common) * Root(polynomial, k).expr for k, t in enumerate(times) if t < common]
    return added(rational, *rest)


def added(*parts: Any) -> Fraction | sympy.Expr:
    """The sum of Fractions and SymPy expressions; a Fraction where it is visibly rational.

    >>> added(Fraction(1, 2), sympy.sqrt(2), -sympy.sqrt(2))
    Fraction(1, 2)
    """
    value = sympy.Add(
        *(
            sympy.Rational(p.numerator, p.denominator) if isinstance(p, Fraction) else p
            for p in parts
        )
    )
    return fraction(value) if value.is_Rational else value


def image(root: Root, top: Sequence[flint.fmpq], bottom: Sequence[flint.fmpq]) -> Root:
    """The value of a rational function at a root, as a root again.

    The function is given by the coefficients of its numerator and denominator, from the constant
    one on. Its values at all conjugates are the eigenvalues of the function of a companion matrix;
    a ball around the value finds the one that is meant.

    Examples
    --------
    >>> one, zero = flint.fmpq(1), flint.fmpq(0)
    >>> image(Root((-2, 0, 1), 1), [one], [one, one]).expr  # 1 / (1 + sqrt(2))
    -1 + sqrt(2)
    """
    companion = _companion(root.polynomial)
    values = _polynomial(bottom, companion).solve(_polynomial(top, companion))
    ((polynomial, _),) = _factors(values.charpoly())
    precision = FIRST_PRECISION
    while precision <= LAST_PRECISION:
        with flint.ctx.workprec(precision):
            at = root.ball(precision)
            value = _horner(top, at) / _horner(bottom, at)
        near = [k for k, b in enumerate(_balls(polynomial, precision)) if b.overlaps(value)]
        if len(near) == 1:
            return Root(polynomial, near[0])
        precision *= 2
    raise ArithmeticError("a value could not be located among its conjugates")


def _companion(polynomial: tuple[int, ...]) -> flint.fmpq_mat:
    size = len(polynomial) - 1
    matrix = flint.fmpq_mat(size, size)
    for k in range(size):
        if k:
            matrix[k, k - 1] = flint.fmpq(1)
        matrix[k, size - 1] = flint.fmpq(-polynomial[k], polynomial[-1])
    return matrix


def _polynomial(coefficients: Sequence[flint.fmpq], at: flint.fmpq_mat) -> flint.fmpq_mat:
    one = EXACT.identity(at.nrows())
    value = one * flint.fmpq(0)
    for c in reversed(coefficients):
        value = value * at + one * c
    return value


def _horner(coefficients: Sequence[flint.fmpq], at: flint.arb) -> flint.arb:
    value = flint.arb(0)
    for c in reversed(coefficients):
        value = value * at + flint.arb(c)
    return value
