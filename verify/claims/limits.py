"""A claim beside the derived formula in a regime: leading order, rate and size of the error."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import sympy

from theory.designs.domain import Condition, holds
from theory.errors import Underivable
from theory.limits.leading import Comparison, Regime, compare
from theory.optima.minimisation import Multiple
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.text.latex import told
from verify.claims.question import Question
from verify.claims.terms import WrongTerm, wrong_term

GROWING = (10**2, 10**4, 10**6)
"""Sizes d at which the error is looked at; squares, so that the root of d is whole."""
CONSTANTS = ("1", "1/4", "4", "9/4", "1/9")
"""Values tried for the constants of a regime."""
SHARE = (Fraction(1, 3), Fraction(2, 3))
"""Where in its range a parameter stays that the regime does not name."""
NEAR = sympy.Rational(1, 10)
"""How far the error at the largest d may be from its leading term, relative to it."""

Places = tuple[tuple[dict[str, sympy.Expr], sympy.Expr], ...]
"""Points of a regime, with the relative error at each."""


@dataclass(frozen=True)
class Order:
    """How a claim stands to the exact formula in a regime.

    Parameters
    ----------
    regime
        The regime.
    comparison
        Leading terms of both and of the relative error.
    where
        What has to hold for them: that no leading coefficient vanishes at some values of what stays
        fixed.
    places
        Points of the regime with the actual relative error at each.
    seen
        Whether the errors there are what the leading term says; None where no point is rational
        and inside all ranges.
    wrong
        A term of the claim that is wrong, though its leading order is right.
    """

    regime: Regime
    comparison: Comparison
    where: tuple[Condition, ...]
    places: Places
    seen: bool | None
    wrong: WrongTerm | None = None

    @property
    def right(self) -> bool:
        """Whether the claim is right to leading order, and in every term that it makes."""
        return self.comparison.right and self.wrong is None

    @property
    def name(self) -> str:
        """The regime's, and where it does not hold."""
        excluded = ", ".join(f"${told(one)}$" for one in self.where)
        return self.regime.name + (f", where {excluded}" if excluded else "")


def order(question: Question, regime: Regime) -> Order:
    """Compare a claim with the derived formula in a regime.

    Raises :class:`~theory.errors.Underivable` where that cannot be done, with the reason.
    """
    regime.check()
    exact, claimed = question.exact, question.claimed
    if claimed is None:
        raise Underivable("the claim holds covariances, and what becomes of them is not said")
    if exact is None:
        raise Underivable(
            "the exact optimum depends on covariances, or on a sum over the examples that has no "
            "closed form"
        )
    if is_zero(exact):
        raise Underivable("the exact value is zero, and has no leading term")
    if is_zero(claimed):
        raise Underivable("the claim is zero, and has no leading term")
    found = compare(claimed, exact, regime)
    solution = question.derivation.plain.solution
    assert isinstance(solution, Multiple)  # or else there is no such formula
    regime.leading(solution.square)  # there is none where every weight is optimal
    where = regime.excluded(exact, claimed, solution.square)
    places = _errors(question, regime, found, where)
    wrong = wrong_term(question, regime, found)
    return Order(regime, found, where, places, _agree(found, places), wrong)


def _errors(
    question: Question, regime: Regime, found: Comparison, where: tuple[Condition, ...]
) -> Places:
    """Points of the regime at growing d, with the relative error at each.

    Along constants at which the leading terms are those, and that of the error neither vanishes nor
    has a pole.
    """
    claimed, exact = question.claimed, question.exact
    assert claimed is not None and exact is not None  # they have leading terms
    for constants in product(CONSTANTS, repeat=len(regime.constants)):
        table = {c: sympy.Rational(v) for c, v in zip(regime.constants, constants, strict=True)}
        points = [_point(question, regime, table, size) for size in GROWING]
        errors = [_error(claimed, exact, point) for point in points if point is not None]
        if len(errors) < len(GROWING) or not all(e.is_finite and e.is_real for e in errors):
            continue
        shown = {str(c): v for c, v in table.items()}
        named = [{str(s): v for s, v in (point or {}).items()} | shown for point in points]
        if not all(holds(one.relation, _at(one.expression, named[-1])) for one in where):
            continue
        if found.error is not None:
            predicted = _at(found.error.expression, named[-1])
            if not predicted.is_finite or predicted == 0:
                continue
        return tuple(zip(named, errors, strict=True))
    return ()


def _at(expr: sympy.Expr, values: dict[str, sympy.Expr]) -> sympy.Expr:
    """An expression where its symbols have values by name."""
    return expr.xreplace({s: values[str(s)] for s in expr.free_symbols if str(s) in values})


def _error(
    claimed: sympy.Expr, exact: sympy.Expr, point: dict[sympy.Symbol, sympy.Expr]
) -> sympy.Expr:
    """The relative error at a point; not finite where it has none."""
    values = [e.xreplace(point) for e in (claimed, exact)]
    if values[1] == 0:
        return sympy.nan
    ratio = (values[0] - values[1]) / values[1]
    return ratio if ratio.is_Rational else ratio.evalf(40)


def _point(
    question: Question, regime: Regime, constants: dict[sympy.Symbol, sympy.Rational], size: int
) -> dict[sympy.Symbol, sympy.Expr] | None:
    """Rational values of everything at a size, inside all ranges; None where there are none."""
    parameters = {p.symbol: p for p in question.design.parameters}
    # what the regime does not name stays fixed
    fixed = {p.symbol: p.at(*SHARE) for p in regime.fixed} | {n: Fraction(3)}
    table = {s: sympy.Rational(v.numerator, v.denominator) for s, v in fixed.items()}
    table |= {d: sympy.Integer(size), **constants}
    named = {s: value.xreplace(table) for s, value in regime.substitution}
    point = {s: table[s] for s in (d, n, *parameters) if s in table} | named
    for symbol, value in point.items():
        if not value.is_Rational:
            return None
        if symbol in parameters and value not in parameters[symbol]:
            return None
    whole = point[n].is_Integer and point[n] >= 1
    return point if whole else None


def _agree(found: Comparison, places: Places) -> bool | None:
    """Whether the errors at the points are what the leading term says."""
    if not places:
        return None
    values, error = places[-1]
    if found.error is None:
        return bool(error == 0)
    predicted = _at(found.error.expression, values)
    return bool(abs(error - predicted) <= NEAR * abs(predicted) + sympy.Rational(1, 10**30))
