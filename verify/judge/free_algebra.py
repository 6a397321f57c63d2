"""Covariances and a weight that is free as letters: a formula in normal form, for all sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, identity, letter
from theory.algebra.words import ONE, D, fixed
from theory.designs.design import IDENTITY
from theory.designs.prompt import Words
from theory.errors import Underivable
from theory.language.formulas.expressions import FREE
from theory.language.formulas.scope import Meaning
from theory.scalars.rational import is_zero


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


@dataclass(frozen=True)
class FreeAlgebra:
    """The algebra in which a formula is read; of a trace its normal form is a symbol.

    Parameters
    ----------
    names
        What the names in a formula stand for.
    matrices
        What a design says of its covariances.

    Examples
    --------
    >>> from theory.language.gallery.designs import independent
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.values import value
    >>> algebra = FreeAlgebra(dict.fromkeys("SW", Meaning.MATRIX), Words(independent))
    >>> algebra.is_zero(value(parse("tr(S*W') - tr(W*S)"), algebra))
    True
    >>> algebra.is_zero(value(parse("tr(W*W') - tr(W*W)"), algebra))
    False
    """

    names: Mapping[str, Meaning]
    matrices: Words

    def number(self, number: Fraction) -> sympy.Expr:
        return sympy.Rational(number.numerator, number.denominator)

    def name(self, name: str) -> Any:
        if name == IDENTITY:
            return FreeMatrix(identity(D))
        if self.names[name] is Meaning.SCALAR:
            return sympy.Symbol(name)
        if self.names[name] is Meaning.VECTOR:
            return FreeMatrix(letter(fixed(name, D, ONE)))
        return FreeMatrix(letter(fixed(name, D, D)) if name == FREE else self.matrices.matrix(name))

    def power(self, name: str, exponent: Fraction) -> FreeMatrix:
        return FreeMatrix(self.matrices.power(name, exponent))

    def root_of(self, name: str) -> FreeMatrix:
        if name not in self.matrices.design.covariances:
            raise Underivable(f"the root of {name} is no letter")
        return self.power(name, Fraction(1, 2))

    def root(self, scalar: sympy.Expr) -> sympy.Expr:
        return sympy.sqrt(scalar)

    def inverse(self, found: Any) -> Any:
        if isinstance(found, FreeMatrix):
            raise Underivable("an inverse is no polynomial")
        return 1 / found

    def transpose(self, found: FreeMatrix) -> FreeMatrix:
        return FreeMatrix(found.polynomial.mT)

    def trace(self, found: FreeMatrix) -> sympy.Expr:
        return sympy.Add(
            *(
                c * sympy.Mul(*(sympy.Symbol(repr(trace)) for trace in monomial))
                for monomial, c in found.polynomial.trace().terms.items()
            )
        )

    def is_matrix(self, found: Any) -> bool:
        return isinstance(found, FreeMatrix)

    def is_zero(self, found: Any) -> bool:
        if isinstance(found, FreeMatrix):
            fronts = (c for front in found.polynomial.terms.values() for c in front.terms.values())
            return all(map(is_zero, fronts))
        return is_zero(found)
