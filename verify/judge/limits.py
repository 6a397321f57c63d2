"""A claim beside the derived formula in a regime: leading order, rate and size of the error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product

import sympy

from theory.designs.counts import are_whole, is_tied
from theory.designs.design import Design
from theory.designs.domain import Condition, holds
from theory.errors import Underivable
from theory.limits.leading import STILL, Comparison, Regime, compare
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.text.latex import condition_latex
from verify.judge.question import Question
from verify.judge.terms import WrongTerm, wrong_term
from verify.judge.traces import in_limit

GROWING = (10**2, 10**4, 10**6)
"""Sizes d at which the error is looked at; squares, so that the root of d is whole."""
UNIT = 2520**2
"""So many times larger are they where counts have to be whole; all up to ten divide 2520."""
STAYING = (3, 1, 2, 4, 5, 6)
"""Values of a size that stays fixed."""
CONSTANTS = ("1", "1/4", "4", "9/4", "1/9")
"""Values tried for the constants of a regime."""
APART = ("1/4", "9/4", "4", "1/9", "25/4")
"""Values at which no two constants look the same."""
SHARES = (
    (Fraction(1, 3), Fraction(2, 3)),
    (Fraction(2, 3), Fraction(2)),
    (Fraction(1, 5), Fraction(7, 2)),
    (Fraction(1), Fraction(5)),
)
"""Where in its range a parameter may stay that the regime does not name: inside, and at the end."""
NEAR = sympy.Rational(1, 10)
"""How far the error at the largest d may be from its leading term, relative to it."""

Places = tuple[tuple[dict[str, sympy.Expr], sympy.Expr], ...]
"""Points of a regime, with the relative error at each."""


@dataclass(frozen=True)
class Order:
    """How a claim stands to the exact formula in a regime.

    Parameters
    ----------
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
        excluded = ", ".join(f"${condition_latex(one)}$" for one in self.where)
        return self.regime.name + (f", where {excluded}" if excluded else "")


def order(question: Question, regime: Regime) -> Order:
    """Compare a claim with the derived formula in a regime.

    Raises :class:`~theory.errors.Underivable` where that cannot be done, with the reason.
    """
    question, regime = in_limit(question, regime)
    exact, claimed, where = taken(question, regime)
    found = compare(claimed, exact, regime)
    places = _errors(question, regime, found, where)
    wrong = wrong_term(question, regime, found)
    return Order(regime, found, where, places, _agree(found, places), wrong)


def taken(
    question: Question, regime: Regime
) -> tuple[sympy.Expr, sympy.Expr, tuple[Condition, ...]]:
    """Exact and claimed formula, and what has to hold for their leading terms.

    Raises :class:`~theory.errors.Underivable` where the limit cannot be taken, with the reason.
    """
    question, regime = in_limit(question, regime)
    regime.check()
    exact, claimed = question.exact, question.claimed
    if claimed is None:
        raise Underivable("the claim holds covariances, and what becomes of them is not said")
    if exact is None:
        raise Underivable(question.target.no_formula)
    if is_zero(exact):
        raise Underivable("the exact value is zero, and has no leading term")
    if is_zero(claimed):
        raise Underivable("the claim is zero, and has no leading term")
    more = question.target.leading
    for expr in more:
        regime.leading(expr)
    return exact, claimed, regime.excluded(exact, claimed, *more)


def _errors(
    question: Question, regime: Regime, found: Comparison, where: tuple[Condition, ...]
) -> Places:
    """Points of the regime at growing d, with the relative error at each.

    Along constants at which the leading terms are those, and that of the error neither vanishes nor
    has a pole.
    """
    for table in constants_of(regime):
        sizes = growing(question.design, GROWING)
        places = along(question, regime, table, sizes, where, rational=True)
        if places is None:
            continue
        if found.error is not None:
            predicted = _at(found.error.expression, places[-1][0])
            if not predicted.is_finite or predicted == 0:
                continue
        return places
    return ()


def growing(design: Design, sizes: Iterable[int]) -> tuple[int, ...]:
    """Sizes at which counts are whole where they can be, about so large."""
    return tuple(size * (UNIT if is_tied(design) else 1) for size in sizes)


def staying(regime: Regime) -> tuple[sympy.Symbol, ...]:
    """The size that stays fixed, if one does."""
    put = {regime.grows, *(symbol for symbol, _ in regime.substitution)}
    return tuple(size for size in (n, d) if size not in put)


def constants_of(regime: Regime) -> Iterator[dict[sympy.Symbol, sympy.Rational]]:
    """Values of the constants of a regime and of what it leaves alone, the simplest first."""
    still = staying(regime)
    for share in SHARES if regime.fixed else SHARES[:1]:
        fixed = {p.symbol: sympy.Rational(str(p.at(*share))) for p in regime.fixed}
        for sizes in product(map(sympy.Integer, STAYING), repeat=len(still)):
            fixed |= zip(still, sizes, strict=True)
            for values in product(CONSTANTS, repeat=len(regime.constants)):
                table = zip(regime.constants, map(sympy.Rational, values), strict=True)
                yield {**fixed, **dict(table)}


def with_prompts(design: Design, regime: Regime) -> Iterator[dict[sympy.Symbol, sympy.Rational]]:
    """Values of what stays fixed for which there are prompts far out."""
    if not is_tied(design):
        still = dict.fromkeys(staying(regime), STILL)
        yield from ({**still, **place} for place in regime.admitted)
        return
    (far,) = growing(design, [GROWING[-1]])
    yield from (one for one in constants_of(regime) if point(design, regime, one, far))


def apart(regime: Regime) -> Iterator[dict[sympy.Symbol, sympy.Rational]]:
    """Values of the same, none of which is one or equals another, where there are few enough.

    Where they are all one, sizes that are claimed in each other's place are not told apart.
    """
    for first in range(len(APART)):
        values = (sympy.Rational(APART[k % len(APART)]) for k in count(first))
        for share in SHARES if regime.fixed else SHARES[:1]:
            fixed = {p.symbol: sympy.Rational(str(p.at(*share))) for p in regime.fixed}
            yield fixed | dict(zip(regime.constants, values, strict=False))


def along(
    question: Question,
    regime: Regime,
    constants: Mapping[sympy.Symbol, sympy.Rational],
    sizes: Iterable[int],
    where: Iterable[Condition],
    rational: bool = False,
) -> Places | None:
    """Points of a regime at growing sizes, by name, with the relative error of the claim at each.

    None where one of them is not inside all ranges or, if it is to be, not rational; where an error
    is no real number; or where ``where`` does not hold.
    """
    claimed, exact = question.claimed, question.exact
    assert claimed is not None and exact is not None  # they have leading terms
    found = []
    for size in sizes:
        there = point(question.design, regime, constants, size)
        if there is None or (rational and not all(v.is_Rational for v in there.values())):
            return None
        error = _error(claimed, exact, there)
        if not (error.is_finite and error.is_real):
            return None
        found.append(({str(s): v for s, v in there.items()}, error))
    far, _ = found[-1]
    return tuple(found) if all(holds(c.relation, _at(c.expression, far)) for c in where) else None


def _at(expr: sympy.Expr, values: dict[str, sympy.Expr]) -> sympy.Expr:
    """An expression where its symbols have values by name."""
    return expr.xreplace({s: values[str(s)] for s in expr.free_symbols if str(s) in values})


def _error(
    claimed: sympy.Expr, exact: sympy.Expr, there: dict[sympy.Symbol, sympy.Expr]
) -> sympy.Expr:
    """The relative error at a point; not finite where it has none."""
    values = [e.xreplace(there) for e in (claimed, exact)]
    if values[1] == 0:
        return sympy.nan
    ratio = (values[0] - values[1]) / values[1]
    return ratio if ratio.is_Rational else ratio.evalf(40)


def point(
    design: Design, regime: Regime, constants: Mapping[sympy.Symbol, sympy.Rational], size: int
) -> dict[sympy.Symbol, sympy.Expr] | None:
    """Values of everything at a size; None where they are not inside all ranges.

    ``constants`` holds what stays fixed: the regime's constants and the parameters it leaves alone.
    """
    ranges = (*design.parameters, *design.invariants, *regime.parameters)
    parameters = {p.symbol: p for p in ranges}
    table = {n: STILL, d: STILL, regime.grows: sympy.Integer(size), **constants}
    named = {s: value.xreplace(table) for s, value in regime.substitution}
    sizes = (d, n) if regime.grows == d else (n, d)
    kept = (*sizes, *parameters, *regime.constants)
    found = {s: table[s] for s in kept if s in table} | named
    for symbol, value in found.items():
        if not (value.is_real and value.is_finite):
            return None
        if symbol in parameters and not parameters[symbol].spans(value):
            return None
    inside = all(holds(c.relation, c.expression.xreplace(found)) for c in regime.needed)
    inside = inside and found[n].is_Integer and found[n] >= 1
    return found if inside and are_whole(design, found) else None


def _agree(found: Comparison, places: Places) -> bool | None:
    """Whether the errors at the points are what the leading term says."""
    if not places:
        return None
    values, error = places[-1]
    if found.error is None:
        return bool(error == 0)
    predicted = _at(found.error.expression, values)
    return bool(abs(error - predicted) <= NEAR * abs(predicted) + sympy.Rational(1, 10**30))
