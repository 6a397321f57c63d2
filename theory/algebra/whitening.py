"""Whitened coordinates: ``V = S^{1/2} W S^{1/2}``, in which the features are isotropic."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.algebra.calculus import fold, substitute
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.words import D, Factor, Letter, fixed, symmetric
from theory.errors import Underivable

ROOT = symmetric("S^(1/2)", D)
WEIGHT = fixed("V", D, D)


@dataclass(frozen=True)
class Whitening:
    """Which covariance to take the root ``R`` of, and what to call ``R A R`` for the others.

    Parameters
    ----------
    covariance
        Name of the features' covariance ``S = R R``.
    names
        ``(A, name)`` pairs: ``R A R`` is written ``name``.
    """

    covariance: str
    names: tuple[tuple[str, str], ...]

    @property
    def root(self) -> sympy.Expr:
        """``S^{1/2}`` in SymPy."""
        return _sympy(self.covariance) ** sympy.Rational(1, 2)

    @property
    def definitions(self) -> tuple[tuple[sympy.Expr, sympy.Expr], ...]:
        """What the new names stand for, in SymPy."""
        return tuple((_sympy(new), self.root * _sympy(old) * self.root) for old, new in self.names)

    @property
    def inverse_root(self) -> sympy.Expr:
        """``S^{-1/2}`` in SymPy."""
        return _sympy(self.covariance) ** sympy.Rational(-1, 2)

    def unwhitened(self, weight: sympy.Expr) -> sympy.Expr:
        """``W = S^{-1/2} V S^{-1/2}``."""
        return self.inverse_root * weight * self.inverse_root

    def apply(self, risk: TracePolynomial, weight: Letter) -> TracePolynomial:
        """The risk in terms of ``V`` and the whitened covariances.

        Raises :class:`~theory.errors.Underivable` if a root is left over, that is, if the risk
        does not depend on the weight and the covariances through whitened ones alone.
        """
        covariance = symmetric(self.covariance, D)
        risk = substitute(risk, {covariance: letter(ROOT) @ letter(ROOT)})
        around = Factor(ROOT, False)
        risk = fold(risk, (around, Factor(weight, False), around), WEIGHT)
        for old, new in self.names:
            pattern = (around, Factor(symmetric(old, D), False), around)
            risk = fold(risk, pattern, symmetric(new, D))
        if ROOT in risk.letters:
            raise Underivable(f"whitening by {self.covariance} leaves roots behind: {risk}")
        return risk


def _sympy(name: str) -> sympy.MatrixSymbol:
    size = D.dimension
    return sympy.MatrixSymbol(name, size, size)
