"""Leading orders of rational functions in a regime where sizes and parameters grow together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import sympy

from theory.designs.domain import NOT_ZERO, Condition, holds
from theory.designs.parameter import Parameter
from theory.errors import Underivable
from theory.limits.generic import generic, may_vanish, places, shows
from theory.limits.growth import highest, leading_term
from theory.scalars.ratio import ratio
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import d, i, n
from theory.scalars.told import told
from theory.text.formulas import Formula, where

# The square root of d, in which everything is rational even where half powers of d occur.
_ZERO = sympy.Rational(0)
_ROOT = sympy.Dummy("t", positive=True)
STILL, FAR = sympy.Integer(3), sympy.Integer(10) ** 40
"""Sizes at which what a regime puts is looked at: one that stays fixed, one that grows."""


@dataclass(frozen=True)
class Leading:
    """``coefficient * d^power``, the leading term as d grows; or as n does."""

    coefficient: sympy.Expr
    power: sympy.Rational
    grows: sympy.Symbol = d

    @property
    def expression(self) -> sympy.Expr:
        return self.coefficient * self.grows**self.power


@dataclass(frozen=True)
class Regime:
    """A way in which sizes and parameters grow with d, or with n at a fixed d.

    Parameters
    ----------
    name
        Its name.
    substitution
        Symbols with what they are in terms of ``d``, of constants, which are positive, and of
        parameters that it leaves alone.
    parameters
        Parameters with ranges, in which those that it leaves alone stay fixed: one that may be zero
        at an end of its range only is taken for one that is not zero.
    domain
        What has to hold besides, for coefficients to be real numbers.
    grows
        The size that grows: d, or n, which then stands for d above, and d stays fixed.

    Examples
    --------
    >>> proportional = Regime("proportional", ((n, d / sympy.Symbol("nu")),))
    >>> proportional.leading(d - n * d / (n + d + 1)).expression
    d*nu/(nu + 1)
    """

    name: str
    substitution: tuple[tuple[sympy.Symbol, sympy.Expr], ...]
    parameters: tuple[Parameter, ...] = ()
    domain: tuple[Condition, ...] = ()
    grows: sympy.Symbol = d

    @property
    def constants(self) -> tuple[sympy.Symbol, ...]:
        """What it brings in that stays fixed, in alphabetical order."""
        found = frozenset().union(*(value.free_symbols for _, value in self.substitution))
        return tuple(sorted(found - {d, n} - {p.symbol for p in self.parameters}, key=str))

    @property
    def fixed(self) -> tuple[Parameter, ...]:
        """The parameters that it leaves alone."""
        replaced = {symbol for symbol, _ in self.substitution}
        return tuple(p for p in self.parameters if p.symbol not in replaced)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it puts."""
        first = (Formula(n, r"\infty", r"\to"),) if self.grows == n else ()
        return (*first, *where(self.substitution))

    def apply(self, expr: sympy.Expr) -> sympy.Expr:
        """The expression in terms of d and the constants."""
        return expr.xreplace(dict(self.substitution))

    def check(self) -> None:
        """Raise :class:`~theory.errors.Underivable` where sizes or parameters leave their ranges.

        >>> Regime("few", ((n, 1 / d),)).check()
        Traceback (most recent call last):
        ...
        theory.errors.Underivable: n = 1/d is not a whole number from 1 on as d grows
        """
        ranges = {p.symbol: p for p in self.parameters}
        for symbol, value in self.substitution:
            if symbol == n:
                whole = not value.is_number or bool(value.is_Integer)
                if not whole or not self._stays(value - 1):
                    raise Underivable(
                        f"n = {told(value)} is not a whole number from 1 on as d grows"
                    )
            elif symbol in ranges:
                low, high = ranges[symbol].low, ranges[symbol].high
                above = not low.is_finite or self._stays(value - low)
                if not above or (high.is_Rational and not self._stays(high - value)):
                    raise Underivable(
                        f"{symbol} = {told(value)} leaves its range as {self.grows} grows: "
                        f"it must {ranges[symbol].range}"
                    )
        for one in self.needed:
            if one.relation != NOT_ZERO and self.leaves(one.expression):
                raise Underivable(
                    f"{told(one.expression)} becomes negative as {self.grows} grows, and the "
                    "design is not there"
                )

    def leaves(self, gap: sympy.Expr) -> bool:
        """Whether something that must not be negative is seen to be negative everywhere."""
        return not self._stays(gap, everywhere=False)

    @property
    def needed(self) -> tuple[Condition, ...]:
        """The domain, for the first example and the last."""
        found = (
            replace(one, expression=one.expression.subs(i, index))
            for one in self.domain
            for index in ((sympy.Integer(1), n) if one.expression.has(i) else (i,))
        )
        return tuple(dict.fromkeys(found))

    def _stays(self, gap: sympy.Expr, everywhere: bool = True) -> bool:
        """Whether something is not seen to become negative, or not everywhere, as d grows."""
        if self.vanishes(gap):
            return True
        found, signs = self.leading(gap).coefficient, _assumed(self)
        negative = [
            bool(found.xreplace({**signs, **place}).is_negative)
            for place in places((), self.fixed, ends=everywhere)
        ]
        return not (any(negative) if everywhere else all(negative))

    def admits(self, place: Mapping[sympy.Symbol, sympy.Rational]) -> bool:
        """Whether all is in its range and defined, far out, where what stays fixed has values."""
        there = {d: STILL, **place, self.grows: FAR}
        there |= {symbol: value.xreplace(there) for symbol, value in self.substitution}
        ranges = {p.symbol: p for p in self.parameters}
        inside = all(
            value.is_real and (symbol not in ranges or ranges[symbol].spans(value))
            for symbol, value in there.items()
        )
        return inside and all(
            holds(one.relation, one.expression.xreplace(there)) for one in self.needed
        )

    @property
    def admitted(self) -> Iterator[dict[sympy.Symbol, sympy.Rational]]:
        """Values of what stays fixed, all of them admitted."""
        return filter(self.admits, places(self.constants, self.fixed))

    def vanishes(self, expr: sympy.Expr) -> bool:
        """Whether something is zero throughout the regime."""
        return is_zero(_growing(expr, self)[0])

    def leading(self, expr: sympy.Expr) -> Leading:
        """The leading term of a rational function that is not zero."""
        return _leading(expr, self)

    def excluded(self, *exprs: sympy.Expr) -> tuple[Condition, ...]:
        """What has to hold for these to have their leading terms.

        The leading coefficients above and below the line must not vanish: where both do, a term of
        a lower order is the leading one.
        """
        return _excluded(self, exprs)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The domain, as far as it is about what stays fixed."""
        put = (replace(one, expression=self.apply(one.expression)) for one in self.needed)
        return tuple(one for one in put if not (one.expression.has(d, n) or _is_met(one)))


def _is_met(one: Condition) -> bool:
    """Whether a condition is one of a number, which meets it."""
    return one.expression.is_number and holds(one.relation, one.expression)


@cache
def _assumed(regime: Regime) -> dict[sympy.Symbol, sympy.Expr]:
    """What stays fixed, by symbols that know its sign; a range of one point is that number."""
    found = {c: sympy.Dummy(c.name, positive=True) for c in regime.constants}
    sizes = {size: sympy.Dummy(size.name, positive=True) for size in (n, d)}
    return {**sizes, **found, **generic(regime.fixed)}


@cache
def _growing(expr: sympy.Expr, regime: Regime) -> tuple[sympy.Expr, dict[sympy.Dummy, sympy.Expr]]:
    """In the root of d and in what stays fixed, and what the symbols of that stand for."""
    fixed = _assumed(regime)
    growing = regime.apply(expr).xreplace({**fixed, regime.grows: _ROOT**2})
    if growing.has(sympy.zoo, sympy.nan, sympy.oo):
        raise Underivable("a formula divides by zero throughout the limit")
    if growing.has(sympy.I):
        raise Underivable(f"{told(expr)} is not a real number in the limit")
    return growing, {dummy: c for c, dummy in fixed.items() if dummy.is_Dummy}


@cache
def _leading(expr: sympy.Expr, regime: Regime) -> Leading:
    growing, back = _growing(expr, regime)
    if is_zero(growing):
        raise Underivable(f"{told(expr)} is zero throughout the limit, and has no leading term")
    try:
        coefficient, power = leading_term(growing, _ROOT)
    except sympy.PolynomialError as error:
        raise Underivable(f"the leading term of {told(expr)} cannot be found") from error
    return Leading(factored(coefficient.xreplace(back)), power / 2, regime.grows)


@cache
def _ends(expr: sympy.Expr, regime: Regime) -> tuple[sympy.Expr, ...]:
    """The leading coefficients above and below the line, in lowest terms."""
    growing, back = _growing(expr, regime)
    found = ratio(growing)
    if found is None or found.top == 0:
        return ()
    below = highest(found, found.bottom, _ROOT)[0].xreplace(back)
    return factored(regime.leading(expr).coefficient * below), factored(below)


@cache
def _excluded(regime: Regime, exprs: tuple[sympy.Expr, ...]) -> tuple[Condition, ...]:
    sizes = [value for symbol, value in regime.substitution if symbol == n]
    found = (
        Condition(factor, NOT_ZERO)
        for expr in (*exprs, *sizes)
        for end in _ends(expr, regime)
        for factor in may_vanish(end, regime.constants, regime.fixed)
    )
    return tuple(dict.fromkeys((*found, *regime.conditions)))


@dataclass(frozen=True)
class Comparison:
    """A claimed expression beside the exact one, in a regime.

    Parameters
    ----------
    exact, claimed
        Their leading terms.
    error
        The leading term of the relative error ``(claimed - exact) / exact``; None where they are
        equal in the regime.
    """

    exact: Leading
    claimed: Leading
    error: Leading | None

    @property
    def right(self) -> bool:
        """Whether the claim is right to leading order: the relative error vanishes."""
        return self.error is None or bool(self.error.power < 0)

    @property
    def relative_error(self) -> sympy.Expr:
        """The relative error, to leading order."""
        return sympy.Integer(0) if self.error is None else self.error.expression


def compare(claimed: sympy.Expr, exact: sympy.Expr, regime: Regime) -> Comparison:
    """How a claimed expression compares with the exact one as d grows.

    >>> regime = Regime("proportional", ((n, d / sympy.Symbol("nu")),))
    >>> found = compare(n + d, n + d + 1, regime)
    >>> found.right, found.error.expression
    (True, -nu/(d*(nu + 1)))
    """
    ours, theirs = regime.leading(exact), regime.leading(claimed)
    share = factored(theirs.coefficient / ours.coefficient)
    same = theirs.power == ours.power and _is_one(share, regime)
    error: Leading | None
    if theirs.power > ours.power:
        if not _is_rational(share) and not shows(share, regime.admitted):
            raise Underivable("whether a leading term with roots vanishes is not seen")
        error = Leading(share, theirs.power - ours.power, regime.grows)
    elif not same:
        rest = share - 1 if theirs.power == ours.power else sympy.Integer(-1)
        error = Leading(rest, _ZERO, regime.grows)
    else:
        gap = claimed - exact
        error = None if is_zero(_growing(gap, regime)[0]) else regime.leading(gap / exact)
    return Comparison(ours, theirs, error)


def _is_one(share: sympy.Expr, regime: Regime) -> bool:
    """Whether a quotient of leading coefficients is 1.

    Normal forms of what holds roots may differ though the values do not: a difference has to show.
    """
    if share == 1 or is_zero((share - 1).xreplace(_assumed(regime))):
        return True
    if not _is_rational(share) and not shows(share - 1, regime.admitted):
        raise Underivable("whether two leading terms with roots are the same is not seen")
    return False


def _is_rational(share: sympy.Expr) -> bool:
    found = ratio(share)
    return found is not None and not found.roots
