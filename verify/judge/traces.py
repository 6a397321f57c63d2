"""A claim with one covariance in a limit: as a formula in its traces, or at each eigenvalue.

The derived quantity and the claim are read as functions of the eigenvalues
(:mod:`verify.judge.spectral`). Traces of powers are then symbols of which the limit says what
becomes; where d is fixed all of them stay fixed, and traces of other functions are expanded as n
grows. What is left is a comparison of scalars.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import sympy

from theory.algebra.invariants import trace, traced
from theory.algebra.spectral import EIGENVALUE
from theory.designs.domain import NOT_ZERO, Condition
from theory.designs.parameter import Parameter
from theory.errors import Underivable
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.values import value
from theory.limits.leading import Regime
from theory.limits.traces import ORDERED, conditions_of
from theory.scalars.rational import cancelled
from theory.scalars.symbols import n
from theory.scalars.told import told
from verify.judge.at_test import AtTest
from verify.judge.proof import covariances_of, risk_in, weight_in
from verify.judge.question import Question
from verify.judge.spectral import Spectra, Spectrum, Traces
from verify.judge.target import AtWeight, OfDescent

ORDERS = (2, 4, 8)
"""How many half orders of n are tried, in which traces of other functions are expanded."""
_ROOT = sympy.Dummy("t", positive=True)


@dataclass
class Named(Traces):
    """Traces of powers of a covariance by their names; eigenvalues may be those ``of_root``."""

    covariance: str = ""
    of_root: bool = False

    def _symbol(self, function: sympy.Expr) -> sympy.Symbol:
        base, exponent = function.as_base_exp()
        power = exponent / 2 if self.of_root else exponent
        if base == EIGENVALUE and power.is_Integer:
            return trace(self.covariance, int(power))
        return super()._symbol(function)


@dataclass(frozen=True)
class InTraces(Question):
    """The same question in a limit.

    Parameters
    ----------
    orders
        In how many half orders of n traces of other functions are expanded.
    """

    covariance: str = ""
    limit: Regime | None = None
    orders: int = ORDERS[0]

    @property
    def exact(self) -> sympy.Expr | None:
        return self._derived[0]

    @property
    def plain(self) -> Question:
        """The question as it was asked."""
        return Question(**{one.name: getattr(self, one.name) for one in fields(Question)})

    @property
    def lost(self) -> sympy.Rational | None:
        """The highest power of n that may be missing in the derived formula; None for none."""
        lost = [one for one in (self._derived[1], self._said[1]) if one is not None]
        return max(lost, default=None)

    @property
    def is_enough(self) -> bool:
        """Whether nothing that is left out decides: both sides and their difference are larger."""
        exact, claimed = self.exact, self.claimed
        if self.lost is None or self.limit is None or exact is None or claimed is None:
            return True
        gap = claimed - exact
        sides = (exact, gap) if self.relation is Comparator.EQUAL else (gap,)
        return all(
            not self.limit.vanishes(one) and bool(self.limit.leading(one).power > self.lost)
            for one in sides
        )

    @cached_property
    def _derived(self) -> tuple[sympy.Expr, sympy.Rational | None]:
        is_weight = self.quantity is Quantity.WEIGHT
        found = (weight_in if is_weight else risk_in)(self._algebra, self)
        if found is None:
            raise Underivable(self.target.no_formula)
        if is_weight:
            return self._of_powers(found.function / self.file.scale), None
        less = self.noise if self.quantity is Quantity.EXCESS else 0
        return self._expanded(found - less)

    @property
    def claimed(self) -> sympy.Expr | None:
        return self._said[0]

    @cached_property
    def _said(self) -> tuple[sympy.Expr | None, sympy.Rational | None]:
        try:
            found = value(self.formula.tree, self._algebra)
            if isinstance(found, Spectrum):
                return self._of_powers(found.function), None
            return self._expanded(found)
        except (Underivable, sympy.PolynomialError):
            return None, None

    @cached_property
    def _algebra(self) -> Spectra:
        named = Named(covariance=self.covariance, of_root=bool(self.design.rooted))
        return Spectra(self.names, self.design, named)

    def _expanded(self, expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Rational | None]:
        """In traces of powers alone, and the order of what is left out."""
        assert self.limit is not None
        expr, traces = cancelled(expr), self._algebra.traces
        others = {s: f for f, s in traces.known.items() if expr.has(s)}
        if not others:
            return expr, None
        shown = next(iter(others.values()))
        if self.limit.grows != n:
            raise Underivable(
                f"it holds the trace of {self._shown(shown)}, which is no formula in finitely many "
                f"traces of powers of {self.covariance}"
            )
        table, lost = {}, []
        if any(sympy.diff(expr, one).has(*others) for one in others):
            raise Underivable("products of traces of functions are not expanded")
        for symbol, function in others.items():
            terms, rest = _at_infinity(self.limit.apply(function), self.orders)
            table[symbol] = sympy.Add(*(traces.of(c) * power for c, power in terms))
            if rest is not None:
                times = self.limit.apply(sympy.diff(expr, symbol))
                lost.append(rest + (self.limit.leading(times).power))
        found = cancelled(expr.xreplace(table))
        if any(found.has(s) for s in traces.known.values()):
            raise Underivable(
                f"it holds the trace of {self._shown(shown)}, whose limit is no formula in "
                f"finitely many traces of powers of {self.covariance}"
            )
        return found, max(lost, default=None)

    def _of_powers(self, function: sympy.Expr) -> sympy.Expr:
        """A function of the eigenvalue that holds traces of powers alone."""
        if function.has(*self._algebra.traces.known.values()):
            raise Underivable("it holds the trace of a fraction, and so its limit is not taken")
        return cancelled(function)

    def _shown(self, function: sympy.Expr) -> str:
        """A function of the eigenvalue as one of the covariance."""
        base = sympy.Symbol(self.covariance)
        written = function.xreplace({EIGENVALUE: sympy.sqrt(base) if self.design.rooted else base})
        return told(written)


def _at_infinity(
    function: sympy.Expr, orders: int
) -> tuple[list[tuple[sympy.Expr, sympy.Expr]], sympy.Rational | None]:
    """Coefficients and powers of n of the first terms as n grows, and the power of the next.

    >>> _at_infinity(1 / (n + EIGENVALUE), 3)[0]
    [(1, 1/n), (-lambda, n**(-2))]
    """
    sides = sympy.fraction(cancelled(function.subs(n, _ROOT**2)))
    top, bottom = (sympy.Poly(side, _ROOT).all_coeffs() for side in sides)
    highest = len(top) - len(bottom)
    found: list[tuple[sympy.Expr, sympy.Expr]] = []
    for order in range(orders):
        c = cancelled(top[0] / bottom[0])
        if c != 0:
            found.append((c, n ** sympy.Rational(highest - order, 2)))
        long = max(len(top), len(bottom))
        padded = [side + [sympy.Integer(0)] * (long - len(side)) for side in (top, bottom)]
        top = [cancelled(a - c * b) for a, b in zip(*padded, strict=True)][1:]
        top = top or [sympy.Integer(0)]
    left = any(c != 0 for c in top)
    return found, sympy.Rational(highest - orders, 2) if left else None


def in_limit(question: Question, regime: Regime) -> tuple[Question, Regime]:
    """The question as one about scalars, and the regime with all that it then says.

    Both are what they were where no covariance is about. Raises
    :class:`~theory.errors.Underivable` where this cannot be done, with the reason.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("ahn-2023/many-examples")
    >>> claim = claim_of(file, limit="proportional", at="1", risk="d*t_1")
    >>> (one,) = questions(file, claim)
    >>> in_limit(one, claim.limit)[1].constants
    (a, s, t_1, t_2, t_3)
    """
    if isinstance(question, InTraces):
        question = question.plain
    if not _is_of_traces(question):
        return question, regime
    (covariance,) = covariances_of(question)
    asked = {one.name: getattr(question, one.name) for one in fields(Question)}
    tried = (
        InTraces(**asked, covariance=covariance, limit=regime, orders=orders) for orders in ORDERS
    )
    found = next((one for one in tried if one.is_enough), None)
    if found is None:
        raise Underivable(f"the two agree in the first {ORDERS[-1] // 2} orders of n")
    sides = [side for side in (found.exact, found.claimed) if side is not None]
    return found, _with_traces(found, regime, sides)


def _is_of_traces(question: Question) -> bool:
    """Whether it is about one covariance, and no scalar as it stands."""
    if not isinstance(question.target, OfDescent | AtWeight | AtTest):
        return False
    design, plain = question.design, question.derivation.plain
    if isinstance(question.target, AtTest) and (
        question.target.shifted.is_open or question.target.is_summed
    ):
        return False
    if plain.coefficients is not None or question.is_free or question.beside is not None:
        return False
    if design.means or design.projections or plain.sums.entries:
        return False
    scalars = question.exact is not None and question.claimed is not None
    return not scalars and len(covariances_of(question)) == 1


def _with_traces(question: InTraces, regime: Regime, sides: list[sympy.Expr]) -> Regime:
    """The regime with what it says of the traces that occur, and with what holds between them."""
    used = frozenset().union(*(side.free_symbols for side in sides))
    held = {s for s in used if traced(s.name)}
    given = {s for s, _ in regime.substitution}
    deciding = held
    if regime.grows == n and question.relation is not Comparator.EQUAL and len(sides) == 2:
        gap = sides[1] - sides[0]
        led = set() if regime.vanishes(gap) else regime.leading(gap).coefficient.free_symbols
        deciding = held & led
    if question.relation is not Comparator.EQUAL and not {_power(s) for s in deciding} <= ORDERED:
        raise Underivable(
            "which values the traces of one covariance have together is said here of the first "
            "two powers only"
        )
    fixed: list[sympy.Symbol] = []
    if regime.grows == n:
        fixed = [EIGENVALUE, *sorted(held, key=str)]
    elif question.quantity is Quantity.WEIGHT:
        raise Underivable(
            "eigenvalues may grow or vanish with d, and what becomes of them is not said"
        )
    elif held - given:
        missing = ", ".join(sorted(map(str, held - given)))
        raise Underivable(f"what becomes of {missing} is not said")
    own = {*regime.constants} & used  # a claim may hold constants of traces that do not occur
    kept = tuple(
        (symbol, term)
        for symbol, term in regime.substitution
        if not traced(symbol.name) or symbol in held or term.free_symbols & own
    )
    known = {p.name for p in regime.parameters}
    more = tuple(Parameter(s.name) for s in fixed if s.name not in known)
    plain = replace(regime, substitution=kept)
    needed = [
        one
        for one in conditions_of(sorted(held, key=str))
        if not (plain.vanishes(one.expression) or one.expression in fixed)
    ]
    if fixed:
        needed.append(Condition(EIGENVALUE, NOT_ZERO))
    domain = (*regime.domain, *(one for one in needed if one not in regime.domain))
    return replace(plain, parameters=(*regime.parameters, *more), domain=domain)


def joined(regimes: Iterable[Regime]) -> Regime:
    """One regime that says all that several do, which are one but for traces.

    >>> from theory.language.gallery.regimes import proportional
    >>> joined([proportional, proportional]) == proportional
    True
    """
    first, *rest = regimes
    said: dict[str, Any] = {}
    for key in ("substitution", "parameters", "domain"):
        each = (entry for one in (first, *rest) for entry in getattr(one, key))
        said[key] = tuple(dict.fromkeys(each))
    return replace(first, **said)


def _power(symbol: sympy.Symbol) -> int:
    found = traced(symbol.name)
    assert found is not None
    return found[1]
