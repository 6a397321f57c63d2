"""All eigenvalues of a rational matrix, exactly and in order, and sums of some of them.

An eigenvalue is a root of an irreducible polynomial. Roots of different polynomials are told apart
by balls around them, computed to as many digits as that takes; roots of one polynomial are ordered
among themselves. A sum over all conjugates is rational and comes out so; what is not stays a SymPy
expression in roots of polynomials.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import sympy

from theory.algebra.characteristic import characteristic
from theory.algebra.roots import FIRST_PRECISION, LAST_PRECISION, Root, summed
from theory.scalars.arithmetic import fraction


def eigenvalues(matrix: flint.fmpq_mat) -> list[Root]:
    """The eigenvalues of a matrix that has only real ones, in decreasing order.

    Examples
    --------
    >>> [root.expr for root in eigenvalues(flint.fmpq_mat([[1, 1], [1, 0]]))]
    [1/2 + sqrt(5)/2, 1/2 - sqrt(5)/2]
    """
    found = [
        Root(polynomial, k)
        for polynomial, multiplicity in _factors(characteristic(matrix))
        for k in range(len(polynomial) - 1)
        for _ in range(multiplicity)
    ]
    return sorted(found, key=_ranks(set(found)).__getitem__)


def _factors(polynomial: flint.fmpz_poly) -> list[tuple[tuple[int, ...], int]]:
    _, factors = polynomial.factor()
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
    >>> golden = eigenvalues(flint.fmpq_mat([[1, 1], [1, 0]]))
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
        rest += [
            (count - common) * summed(polynomial, [k for k, t in enumerate(times) if t == count])
            for count in set(times) - {common}
        ]
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


def images(
    roots: Sequence[Root],
    top: Sequence[flint.fmpq],
    bottom: Sequence[flint.fmpq],
    among: Iterable[Root],
) -> list[Root]:
    """The values of a rational function at roots, found among the eigenvalues of its matrix.

    The function is given by the coefficients of its numerator and denominator, from the constant
    one on. Balls around a value and the candidates shrink until one of these is left.

    Examples
    --------
    >>> one, zero = flint.fmpq(1), flint.fmpq(0)
    >>> golden = flint.fmpq_mat([[1, 1], [1, 0]])
    >>> squares = images(eigenvalues(golden), [zero, zero, one], [one], eigenvalues(golden**2))
    >>> [root.expr for root in squares]
    [sqrt(5)/2 + 3/2, 3/2 - sqrt(5)/2]
    """
    candidates, precision = set(among), FIRST_PRECISION
    while precision <= LAST_PRECISION:
        near = {root: root.ball(precision) for root in candidates}
        with flint.ctx.workprec(precision):
            above, below = (flint.arb_poly(flint.fmpq_poly(list(p))) for p in (top, bottom))
            values = [above(at) / below(at) for at in (r.ball(precision) for r in roots)]
        found = [[root for root, ball in near.items() if ball.overlaps(v)] for v in values]
        if all(len(one) == 1 for one in found):
            return [root for (root,) in found]
        precision *= 2
    raise ArithmeticError("a value could not be located among its conjugates")
