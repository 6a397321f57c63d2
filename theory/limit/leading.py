"""Leading orders of rational functions in a regime where sizes and parameters grow together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy

from theory.errors import Underivable
from theory.latex import RELATIONS, equation, latex
from theory.limit.growth import leading_with_roots
from theory.ratio import ratio
from theory.rational import factored, is_zero, leading_term
from theory.words import d, n

# The square root of d, in which everything is rational even where half powers of d occur.
_ZERO = sympy.Rational(0)
_ROOT = sympy.Dummy("t", positive=True)


@dataclass(frozen=True)
class Leading:
    """``coefficient * d^power``, the leading term as d grows."""

    coefficient: sympy.Expr
    power: sympy.Rational

    @property
    def expression(self) -> sympy.Expr:
        return self.coefficient * d**self.power


@dataclass(frozen=True)
class Regime:
    """A way in which sizes and parameters grow with d.

    Parameters
    ----------
    name
        Its name.
    substitution
        Symbols with what they are in terms of ``d`` and of constants, which are positive.

    Examples
    --------
    >>> proportional = Regime("proportional", ((n, d / sympy.Symbol("nu")),))
    >>> proportional.leading(d - n * d / (n + d + 1)).expression
    d*nu/(nu + 1)
    """

    name: str
    substitution: tuple[tuple[sympy.Symbol, sympy.Expr], ...]

    @property
    def constants(self) -> tuple[sympy.Symbol, ...]:
        """What stays fixed, in alphabetical order."""
        found = frozenset().union(*(value.free_symbols for _, value in self.substitution))
        return tuple(sorted(found - {d}, key=str))

    @property
    def latex(self) -> str:
        return RELATIONS.join(equation(s, value) for s, value in self.substitution)

    def apply(self, expr: sympy.Expr) -> sympy.Expr:
        """The expression in terms of d and the constants."""
        return expr.xreplace(dict(self.substitution))

    def check(self) -> None:
        """Raise :class:`~theory.errors.Underivable` where n does not stay at least one.

        >>> Regime("few", ((n, 1 / d),)).check()
        Traceback (most recent call last):
        ...
        theory.errors.Underivable: n = 1/d does not stay at least one as d grows
        """
        value = dict(self.substitution).get(n)
        if value is None:
            return
        fixed = {c: sympy.Dummy(c.name, positive=True) for c in self.constants}
        found = None if is_zero(value) else self.leading(n)
        if found is None or found.power < 0 or found.coefficient.xreplace(fixed).is_negative:
            raise Underivable(f"n = {value} does not stay at least one as d grows")

    def leading(self, expr: sympy.Expr) -> Leading:
        """The leading term of a rational function that is not zero."""
        return _leading(expr, self)


@cache
def _growing(expr: sympy.Expr, regime: Regime) -> tuple[sympy.Expr, dict[sympy.Dummy, sympy.Expr]]:
    """In the root of d and in constants that are positive, and what those stand for."""
    fixed = {c: sympy.Dummy(c.name, positive=True) for c in regime.constants}
    growing = regime.apply(expr).xreplace({**fixed, d: _ROOT**2})
    return growing, {dummy: c for c, dummy in fixed.items()}


@cache
def _leading(expr: sympy.Expr, regime: Regime) -> Leading:
    growing, back = _growing(expr, regime)
    found = ratio(growing)
    if found is not None and found.roots:
        coefficient, power = leading_with_roots(found, _ROOT)
    else:
        try:
            coefficient, power = leading_term(growing, _ROOT)
        except sympy.PolynomialError as error:
            raise Underivable(f"{expr} is not an algebraic function of d") from error
    return Leading(factored(coefficient.xreplace(back)), sympy.Rational(power) / 2)


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
    def latex(self) -> str:
        """The relative error in LaTeX."""
        return latex(sympy.Integer(0) if self.error is None else self.error.expression)


def compare(claimed: sympy.Expr, exact: sympy.Expr, regime: Regime) -> Comparison:
    """How a claimed expression compares with the exact one as d grows.

    >>> regime = Regime("proportional", ((n, d / sympy.Symbol("nu")),))
    >>> found = compare(n + d, n + d + 1, regime)
    >>> found.right, found.error.expression
    (True, -nu/(d*(nu + 1)))
    """
    ours, theirs = regime.leading(exact), regime.leading(claimed)
    ratio = factored(theirs.coefficient / ours.coefficient)
    error: Leading | None
    if theirs.power > ours.power:
        error = Leading(ratio, theirs.power - ours.power)
    elif theirs.power < ours.power or ratio != 1:
        error = Leading(ratio - 1 if theirs.power == ours.power else sympy.Integer(-1), _ZERO)
    else:
        gap = claimed - exact
        error = None if is_zero(_growing(gap, regime)[0]) else regime.leading(gap / exact)
    return Comparison(ours, theirs, error)
