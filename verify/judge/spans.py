"""Fixed vectors and no covariance: a formula in the span of I and of outer products.

What is equal there, as rational functions of the inner products, is equal for vectors of any size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from theory.algebra.spans import Span
from theory.designs.design import IDENTITY, Design
from theory.errors import Underivable
from theory.language.formulas.scope import Meaning
from theory.scalars.rational import is_zero


@dataclass(frozen=True)
class Spans:
    """The algebra in which a formula in fixed vectors is read.

    Parameters
    ----------
    names
        What the names in a formula stand for.
    design
        What covariances are made of.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.values import value
    >>> from theory.language.gallery.designs import biased_task
    >>> algebra = Spans({"m": Meaning.VECTOR}, biased_task)
    >>> value(parse("tr((I + outer(m, m))^-1)"), algebra)
    (d*dot(m, m) + d - dot(m, m))/(dot(m, m) + 1)
    """

    names: Mapping[str, Meaning]
    design: Design

    def number(self, number: Fraction) -> sympy.Expr:
        return sympy.Rational(number.numerator, number.denominator)

    def name(self, name: str) -> Any:
        if name == IDENTITY:
            return Span.identity()
        for one in self.design.defined:
            if one.name == name:
                return one.value(self.power, lambda c: c, Span.identity(), self.outer)
        if self.names[name] is Meaning.MATRIX:
            raise Underivable(f"{name} is not in the span of outer products")
        return Span.vector(name) if self.names[name] is Meaning.VECTOR else sympy.Symbol(name)

    def power(self, name: str, exponent: Fraction) -> Span:
        raise Underivable(f"a power of {name} is not in the span of outer products")

    def outer(self, left: str, right: str) -> Span:
        """Of two fixed vectors."""
        return Span.vector(left) * Span.vector(right).transposed

    def root_of(self, name: str) -> Span:
        return self.name(name)  # only I is asked for

    def root(self, scalar: sympy.Expr) -> sympy.Expr:
        return sympy.sqrt(scalar)

    def inverse(self, found: Any) -> Any:
        return found.inverse if isinstance(found, Span) else 1 / found

    def trace(self, found: Span) -> sympy.Expr:
        return found.trace

    def transpose(self, found: Span) -> Span:
        return found.transposed

    def is_matrix(self, found: Any) -> bool:
        return isinstance(found, Span)

    def is_zero(self, found: Any) -> bool:
        return found.is_zero if isinstance(found, Span) else bool(is_zero(found))
