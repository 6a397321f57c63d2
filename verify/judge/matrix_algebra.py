"""What the algebras have in common in which a claim is proved for matrices of every size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import sympy

from theory.designs.covariances import HALF
from theory.designs.design import IDENTITY, Design
from theory.errors import Underivable
from theory.language.formulas.scope import Meaning
from theory.scalars.rational import is_zero


@dataclass(frozen=True)
class MatrixAlgebra(ABC):
    """An algebra in which a formula is read; its scalars are SymPy's, its matrices its own.

    Matrices have an ``inverse``, are ``transposed``, and know whether one ``is_zero``.

    Parameters
    ----------
    names
        What the names in a formula stand for.
    design
        What is said of covariances, and what is made of them.
    """

    names: Mapping[str, Meaning]
    design: Design

    matrix: ClassVar[type]
    """Of what type its matrices are."""

    @property
    @abstractmethod
    def one(self) -> Any:
        """The identity."""

    @abstractmethod
    def power(self, name: str, exponent: Fraction) -> Any:
        """Of a covariance that is given."""

    @abstractmethod
    def trace(self, found: Any) -> sympy.Expr:
        """In symbols of which nothing is known."""

    def vector(self, name: str) -> Any:
        """A fixed vector, as a column."""
        raise Underivable(f"{name} is no function of covariances")

    def outer(self, left: str, right: str) -> Any:
        """Of two fixed vectors."""
        return self.vector(left) * self.transpose(self.vector(right))

    def number(self, number: Fraction) -> sympy.Expr:
        return sympy.Rational(number.numerator, number.denominator)

    def name(self, name: str) -> Any:
        if name == IDENTITY:
            return self.one
        if self.names[name] is Meaning.SCALAR:
            return sympy.Symbol(name)
        if self.names[name] is Meaning.VECTOR:
            return self.vector(name)
        for one in self.design.defined:
            if one.name == name:
                return one.value(self.power, lambda c: c, self.one, self.outer)
        return self.power(name, Fraction(1))

    def root_of(self, name: str) -> Any:
        if name == IDENTITY:
            return self.one
        if name not in self.design.covariances:
            raise Underivable(f"the root of {name} is not looked at")
        return self.power(name, HALF)

    def root(self, scalar: sympy.Expr) -> sympy.Expr:
        return sympy.sqrt(scalar)

    def inverse(self, found: Any) -> Any:
        return found.inverse if self.is_matrix(found) else 1 / found

    def transpose(self, found: Any) -> Any:
        return found.transposed

    def is_matrix(self, found: Any) -> bool:
        return isinstance(found, self.matrix)

    def is_zero(self, found: Any) -> bool:
        return bool(found.is_zero if self.is_matrix(found) else is_zero(found))
