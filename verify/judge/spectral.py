"""One covariance, by functions of its eigenvalues.

Everything that one symmetric matrix makes commutes, so a matrix is a rational function of the
eigenvalue, and a trace is linear in such functions. Traces stand for symbols of their own, one for
each power of the eigenvalue over a denominator. Equal in these symbols is equal for every matrix of
every size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from theory.algebra.spectral import EIGENVALUE
from theory.designs.covariances import Projection
from theory.errors import Underivable
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import d
from verify.judge.matrix_algebra import MatrixAlgebra


@dataclass(frozen=True)
class Spectrum:
    """A d x d matrix as a function of the eigenvalue."""

    function: sympy.Expr

    def __add__(self, other: Spectrum) -> Spectrum:
        return Spectrum(cancelled(self.function + other.function))

    def __neg__(self) -> Spectrum:
        return Spectrum(-self.function)

    def __mul__(self, other: Any) -> Spectrum:
        by = other.function if isinstance(other, Spectrum) else other
        return Spectrum(cancelled(self.function * by))

    @property
    def transposed(self) -> Spectrum:
        return self


@dataclass
class Traces:
    """Symbols for traces, shared by everything that is compared."""

    known: dict[sympy.Expr, sympy.Symbol] = field(default_factory=dict)

    def of(self, function: sympy.Expr) -> sympy.Expr:
        """The trace of a function, linear in symbols."""
        top, bottom = sympy.fraction(cancelled(function))
        below = sympy.Poly(bottom, EIGENVALUE)
        whole, rest = sympy.Poly(top, EIGENVALUE).div(below)
        total = sympy.Integer(0)
        for (power,), c in whole.terms():
            total += c * (d if power == 0 else self._symbol(EIGENVALUE**power))
        monic = cancelled(below.monic().as_expr())
        for (power,), c in rest.terms():
            if c != 0:
                total += c / below.LC() * self._symbol(EIGENVALUE**power / monic)
        return cancelled(total)

    def _symbol(self, function: sympy.Expr) -> sympy.Symbol:
        for other, symbol in self.known.items():
            if is_zero(other - function):
                return symbol
        self.known[function] = sympy.Dummy(f"tr_{len(self.known)}")
        return self.known[function]


@dataclass(frozen=True)
class Spectra(MatrixAlgebra):
    """The algebra in which a formula in one covariance is read.

    Where the design takes its root, eigenvalues are those of the root.
    """

    matrix = Spectrum

    traces: Traces = field(default_factory=Traces)

    @property
    def one(self) -> Spectrum:
        return Spectrum(sympy.Integer(1))

    @property
    def projection(self) -> Projection | None:
        """What is known of the covariance, where it is a projection."""
        return next(iter(self.design.projections), None)

    def of(self, function: sympy.Expr) -> Spectrum:
        """A function of the covariance; of a projection one that is linear."""
        if self.projection is None:
            return Spectrum(cancelled(function))
        zero, one = (function.subs(EIGENVALUE, value) for value in (0, 1))
        if zero.has(sympy.zoo, sympy.nan) or one.has(sympy.zoo, sympy.nan):
            raise Underivable("a projection has no inverse")
        return Spectrum(cancelled(zero + (one - zero) * EIGENVALUE))

    def power(self, name: str, exponent: Fraction) -> Spectrum:
        exponent *= 2 if self.design.rooted else 1
        return self.of(EIGENVALUE ** sympy.Rational(*exponent.as_integer_ratio()))

    def inverse(self, found: Any) -> Any:
        return self.of(1 / found.function) if isinstance(found, Spectrum) else 1 / found

    def trace(self, found: Spectrum) -> sympy.Expr:
        known = self.projection
        if known is None or known.rank is None:
            return self.traces.of(found.function)
        outside, inside = (found.function.subs(EIGENVALUE, value) for value in (0, 1))
        return cancelled(outside * (d - known.rank) + inside * known.rank)

    def is_zero(self, found: Any) -> bool:
        return is_zero(self.of(found.function).function if isinstance(found, Spectrum) else found)
