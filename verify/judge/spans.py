"""Fixed vectors and no covariance: a formula in the span of I and of outer products.

What is equal there, as rational functions of the inner products, is equal for vectors of any size.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from theory.algebra.spans import Span
from theory.errors import Underivable
from verify.judge.matrix_algebra import MatrixAlgebra


class Spans(MatrixAlgebra):
    """The algebra in which a formula in fixed vectors is read.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.scope import Meaning
    >>> from theory.language.formulas.values import value
    >>> from theory.language.gallery.designs import biased_task
    >>> algebra = Spans({"m": Meaning.VECTOR}, biased_task)
    >>> value(parse("tr((I + outer(m, m))^-1)"), algebra)
    (d*dot(m, m) + d - dot(m, m))/(dot(m, m) + 1)
    """

    matrix = Span

    @property
    def one(self) -> Span:
        return Span.identity()

    def vector(self, name: str) -> Span:
        return Span.vector(name)

    def power(self, name: str, exponent: Fraction) -> Span:
        raise Underivable(f"{name} is not in the span of outer products")

    def trace(self, found: Span) -> sympy.Expr:
        return found.trace
