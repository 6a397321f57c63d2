"""Moments of examples in the coefficient that changes along the prompt, by a name of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from theory.designs.combinations import Combination
from theory.designs.design import Design
from theory.designs.groups import Share
from theory.designs.parameter import Parameter
from theory.errors import TheoryError, Underivable
from theory.optima.sample_weights.form import QuadraticForm
from theory.optima.sample_weights.grouped import group_form
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import i, k

OWN, OTHER = sympy.symbols("a_i a_k")
_SIZE = "a_size"


@dataclass(frozen=True)
class ByCoefficient:
    """The entries of a form in ``a_i`` and ``a_k``, the values of one coefficient.

    Parameters
    ----------
    coefficient
        What ``a_i`` is, an expression in ``i``.
    linear, pair, square
        ``c_i``, ``A_ik`` for k < i, and ``A_ii``.
    """

    coefficient: sympy.Expr
    linear: sympy.Expr
    pair: sympy.Expr
    square: sympy.Expr


def by_coefficient(design: Design, form: QuadraticForm) -> ByCoefficient:
    """The form of a design whose examples differ in one coefficient of their features alone.

    Two groups of examples, with ``a_i`` and with ``a_k``, have the moments; that they are those of
    the form is checked. Raises :class:`~theory.errors.Underivable` where that is not so.

    >>> from theory.language.gallery import shipped
    >>> from theory.optima.sample_weights.form import quadratic_form
    >>> design = shipped("decaying-retrieval").design
    >>> found = by_coefficient(design, quadratic_form(design))
    >>> found.coefficient, found.linear
    (alpha*(-i/n + 1), d*(a_i**2*d + a_i**2 + 1))
    """
    indexed = [t.coefficient for t in design.features.terms if t.coefficient.has(i)]
    plain = [c for c in indexed if not c.is_Pow] or indexed
    if not plain or design.examples or design.test is not None:
        raise Underivable("no coefficient of the features changes along the prompt")
    coefficient = plain[0]

    def named(symbol: sympy.Symbol) -> Combination:
        return design.features.mapped(lambda c: c.subs(coefficient, symbol))

    own = Share(str(OWN), sympy.Symbol(_SIZE), named(OWN))
    other = Share(str(OTHER), features=named(OTHER))
    names = [*map(str, (OWN, OTHER)), _SIZE]
    parameters = (*design.parameters, *(Parameter(name, low=-1, high=1) for name in names))
    try:
        found = group_form(
            replace(design, features=named(OWN), examples=(own, other), parameters=parameters)
        )
    except TheoryError as error:
        raise Underivable(f"the moments are not functions of one coefficient: {error}") from error
    made = ByCoefficient(
        coefficient,
        *map(factored, (found.linear[0], found.pairs[0][1], found.diagonal[0] + found.pairs[0][0])),
    )
    values = {OWN: coefficient, OTHER: coefficient.subs(i, k)}
    pairs = ((made.linear, form.linear), (made.pair, form.outer), (made.square, form.square))
    if not all(is_zero(one.xreplace(values) - formal) for one, formal in pairs):
        raise Underivable("the moments are not functions of one coefficient")
    return made
