"""L equal gradient steps: the best size, an algebraic number that is isolated exactly.

L steps of size s reach the coefficients ``c_k(s) = (-1)^k binom(L, k + 1) s^(k + 1)``, so that
their risk is a polynomial of degree 2 L in s. Its minimum is at a root of the derivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import flint

from theory.algebra.values import Numbers
from theory.errors import NotConverged
from theory.optima.steps.coefficients import Coefficients
from theory.scalars.arithmetic import EXACT, fraction

Interval = tuple[Fraction, Fraction]
PRECISIONS = tuple(64 << k for k in range(8))
"""Bits with which roots are told apart, until they are."""


@dataclass(frozen=True)
class EqualSteps:
    """The best size of equal gradient steps, and their risk.

    Parameters
    ----------
    steps
        How many.
    polynomial
        Integer coefficients, from the constant one on, of an irreducible polynomial of which the
        size is a root.
    size, risk
        Rational numbers below and above; no other root of the polynomial is between the first two.
    """

    steps: int
    polynomial: tuple[int, ...]
    size: Interval
    risk: Interval


def risk_in_size(form: Coefficients, scalars: Numbers, matrices: Numbers) -> flint.fmpq_poly:
    """The risk of L equal steps as a polynomial in their size, at exact numbers.

    >>> from theory.designs.predictors import polynomial
    >>> from theory.language.gallery import designs
    >>> from theory.optima.derivation import derive
    >>> form = derive(designs.isotropic_noiseless, polynomial(2)).plain.coefficients
    >>> risk_in_size(form, {"n": 1, "d": 1}, {})
    105*x^4 + (-60)*x^3 + 18*x^2 + (-4)*x + 1
    """
    constant, column, matrix = form.at(scalars, matrices, EXACT)
    steps = len(column)
    reached = [
        flint.fmpq_poly([0] * (k + 1) + [(-1) ** k * comb(steps, k + 1)]) for k in range(steps)
    ]
    total = flint.fmpq_poly([constant])
    for j, b in enumerate(column):
        total += reached[j] * (-2 * b)
        for k in range(steps):
            total += reached[j] * reached[k] * matrix[j][k]
    return total


def best_equal(form: Coefficients, scalars: Numbers, matrices: Numbers) -> EqualSteps:
    """The best size at exact numbers.

    Raises ZeroDivisionError where every size has the same risk, and
    :class:`~theory.errors.NotConverged` where two sizes are not told apart.
    """
    risk = risk_in_size(form, scalars, matrices)
    if risk.degree() < 1:
        raise ZeroDivisionError("every size has the same risk")
    slope: Any = risk.derivative().numer()
    factors = [factor for factor, _ in slope.factor()[1]]
    for precision in PRECISIONS:
        with flint.ctx.workprec(precision):
            found = [
                (factor, root.real, value_in(risk, root.real))
                for factor in factors
                for root, _ in factor.complex_roots()
                if root.imag == 0  # exactly: an isolated real root has no imaginary part at all
            ]
            least = min(found, key=lambda one: float(one[2].mid()))
            others = (one for one in found if one is not least)
            if all(least[2] < value for _, _, value in others):
                factor, size, value = least
                whole = tuple(int(c) for c in factor)
                return EqualSteps(len(form.column), whole, _ends(size), _ends(value))
    raise NotConverged("two sizes of equal steps have risks that are not told apart")


def value_in(polynomial: flint.fmpq_poly, at: flint.arb) -> flint.arb:
    """The value of a polynomial at a ball.

    >>> value_in(flint.fmpq_poly([1, 2]), flint.arb(3))
    7.00000000000000
    """
    total = flint.arb(0)
    for c in reversed(polynomial.coeffs()):
        total = total * at + flint.arb(c)
    return total


def ball(interval: Interval) -> flint.arb:
    """A ball that contains an interval.

    >>> ball((Fraction(1), Fraction(3))).contains(2)
    True
    """
    low, high = (flint.arb(EXACT.number(end)) for end in interval)
    return low.union(high)


def _ends(ball: flint.arb) -> Interval:
    middle, radius = (fraction(flint.fmpq(*_dyadic(part))) for part in (ball.mid(), ball.rad()))
    return middle - radius, middle + radius


def _dyadic(exact: flint.arb) -> tuple[int, int]:
    """Top and bottom of an exact ball."""
    significand, exponent = exact.man_exp()
    power = int(exponent)
    return int(significand) << max(power, 0), 1 << max(-power, 0)
