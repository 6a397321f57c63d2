"""Covariances and a weight that is free as letters: a formula in normal form, for all sizes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, identity, letter
from theory.algebra.words import ONE, D, fixed
from theory.designs.prompt import Words
from theory.errors import Underivable
from theory.language.formulas.expressions import FREE
from theory.scalars.rational import is_zero
from verify.judge.matrix_algebra import MatrixAlgebra


@dataclass(frozen=True)
class FreeMatrix:
    """A polynomial in letters, with scalars in front that may hold symbols for traces."""

    polynomial: MatrixPolynomial

    def __add__(self, other: FreeMatrix) -> FreeMatrix:
        return FreeMatrix(self.polynomial + other.polynomial)

    def __neg__(self) -> FreeMatrix:
        return FreeMatrix(-self.polynomial)

    def __mul__(self, other: Any) -> FreeMatrix:
        if isinstance(other, FreeMatrix):
            return FreeMatrix(self.polynomial @ other.polynomial)
        return FreeMatrix(other * self.polynomial)

    @property
    def transposed(self) -> FreeMatrix:
        return FreeMatrix(self.polynomial.mT)

    @property
    def inverse(self) -> FreeMatrix:
        raise Underivable("an inverse is no polynomial")

    @property
    def is_zero(self) -> bool:
        return all(
            is_zero(c) for part in self.polynomial.terms.values() for c in part.terms.values()
        )


class FreeAlgebra(MatrixAlgebra):
    """The algebra in which a formula is read; of a trace its normal form is a symbol.

    Examples
    --------
    >>> from theory.language.gallery.designs import independent
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.scope import Meaning
    >>> from theory.language.formulas.values import value
    >>> algebra = FreeAlgebra(dict.fromkeys("SW", Meaning.MATRIX), independent)
    >>> algebra.is_zero(value(parse("tr(S*W') - tr(W*S)"), algebra))
    True
    >>> algebra.is_zero(value(parse("tr(W*W') - tr(W*W)"), algebra))
    False
    """

    matrix = FreeMatrix

    @property
    def one(self) -> FreeMatrix:
        return FreeMatrix(identity(D))

    def vector(self, name: str) -> FreeMatrix:
        return FreeMatrix(letter(fixed(name, D, ONE)))

    def power(self, name: str, exponent: Fraction) -> FreeMatrix:
        if name == FREE:
            return FreeMatrix(letter(fixed(name, D, D)))
        return FreeMatrix(Words(self.design).power(name, exponent))

    def trace(self, found: FreeMatrix) -> sympy.Expr:
        return sympy.Add(
            *(
                c * sympy.Mul(*(sympy.Symbol(repr(trace)) for trace in monomial))
                for monomial, c in found.polynomial.trace().terms.items()
            )
        )
