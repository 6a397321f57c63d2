"""L equal gradient steps: the best size, an algebraic number that is isolated exactly.

L steps of size s reach the coefficients ``c_k(s) = (-1)^k binom(L, k + 1) s^(k + 1)``, so that
their risk is a polynomial of degree 2 L in s. Its minimum is at a root of the derivative.

There the slope vanishes among unequal sizes too, as the risk is symmetric in them, and its Hessian
has two eigenvalues: that of all sizes moved alike, and that of two moved apart. Sizes s + t and
s - t in the place of two equal ones add ``t^2 x (1 - s x)^(L-2)`` to the polynomial that they make.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import flint

from theory.algebra.values import Values
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
    apart
        Likewise the derivative of the risk by ``t^2``, two of the sizes becoming s + t and s - t.
    """

    steps: int
    polynomial: tuple[int, ...]
    size: Interval
    risk: Interval
    apart: Interval

    @property
    def saddle(self) -> bool | None:
        """Whether moving two sizes apart lowers the risk, so that equal ones are a saddle.

        None where the sign is not seen.
        """
        low, high = self.apart
        return None if low <= 0 <= high else high < 0


def risk_in_size(form: Coefficients, values: Values) -> flint.fmpq_poly:
    """The risk of L equal steps as a polynomial in their size, at exact numbers.

    >>> from theory.designs.instance import instance
    >>> from theory.designs.predictors import polynomial
    >>> from theory.language.gallery import designs
    >>> from theory.optima.derivation import derive
    >>> best = derive(designs.isotropic_noiseless, polynomial(2)).plain
    >>> at = instance(designs.isotropic_noiseless, n=1, d=1)
    >>> risk_in_size(best.coefficients, best.values(at))
    105*x^4 + (-60)*x^3 + 18*x^2 + (-4)*x + 1
    """
    constant, column, matrix = form.at(values)
    steps = len(column)
    reached = _reached(steps)
    total = flint.fmpq_poly([constant])
    for j, b in enumerate(column):
        total += reached[j] * (-2 * b)
        for k in range(steps):
            total += reached[j] * reached[k] * matrix[j][k]
    return total


def apart_in_size(form: Coefficients, values: Values) -> flint.fmpq_poly:
    """The derivative of the risk by ``t^2``, two of L sizes s being s + t and s - t, in s.

    >>> from theory.designs.instance import instance
    >>> from theory.designs.predictors import polynomial
    >>> from theory.language.gallery import designs
    >>> from theory.optima.derivation import derive
    >>> best = derive(designs.isotropic_noiseless, polynomial(2)).plain
    >>> at = instance(designs.isotropic_noiseless, n=1, d=1)
    >>> apart_in_size(best.coefficients, best.values(at))
    (-210)*x^2 + 60*x + (-6)
    """
    _, column, matrix = form.at(values)
    steps = len(column)
    reached = _reached(steps)
    total = flint.fmpq_poly([0])
    for j in range(1, steps):
        slope = sum(
            (c * matrix[j][k] for k, c in enumerate(reached)), flint.fmpq_poly([-column[j]])
        )
        moved = 2 * (-1) ** (j - 1) * comb(steps - 2, j - 1)
        total += slope * flint.fmpq_poly([0] * (j - 1) + [moved])
    return total


def _reached(steps: int) -> list[flint.fmpq_poly]:
    """The coefficients that equal steps reach, as polynomials in their size."""
    return [flint.fmpq_poly([0] * (k + 1) + [(-1) ** k * comb(steps, k + 1)]) for k in range(steps)]


def best_equal(form: Coefficients, values: Values) -> EqualSteps:
    """The best size at exact numbers.

    Raises ZeroDivisionError where every size has the same risk, and
    :class:`~theory.errors.NotConverged` where two sizes are not told apart.
    """
    risk = risk_in_size(form, values)
    if risk.degree() < 1:
        raise ZeroDivisionError("every size has the same risk")
    slope: Any = risk.derivative().numer()
    apart = apart_in_size(form, values)
    factors = [factor for factor, _ in slope.factor()[1]]
    for precision in PRECISIONS:
        with flint.ctx.workprec(precision):
            found = [
                (factor, root.real, flint.arb_poly(risk)(root.real))
                for factor in factors
                for root, _ in factor.complex_roots()
                if root.imag == 0  # exactly: an isolated real root has no imaginary part at all
            ]
            least = min(found, key=lambda one: float(one[2].mid()))
            others = (one for one in found if one is not least)
            if all(least[2] < value for _, _, value in others):
                factor, size, value = least
                moved = flint.arb_poly(apart)(size)
                if moved.contains(0) and precision < PRECISIONS[-1]:
                    continue
                whole = tuple(int(c) for c in factor)
                return EqualSteps(len(form.column), whole, _ends(size), _ends(value), _ends(moved))
    raise NotConverged("two sizes of equal steps have risks that are not told apart")


def ball(interval: Interval) -> flint.arb:
    """A ball that contains an interval.

    >>> ball((Fraction(1), Fraction(3))).contains(2)
    True
    """
    low, high = (flint.arb(EXACT.number(end)) for end in interval)
    return low.union(high)


def _ends(ball: flint.arb) -> Interval:
    middle, radius = (fraction(part.fmpq()) for part in (ball.mid(), ball.rad()))
    return middle - radius, middle + radius
