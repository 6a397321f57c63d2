"""A scalar of a design, with what it has to satisfy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from math import ceil, floor
from typing import Any

import sympy

from theory.designs.combinations import scalar
from theory.designs.domain import ABOVE, NOT_ZERO, Condition
from theory.errors import InputError
from theory.scalars.told import told


@dataclass(frozen=True)
class Parameter:
    """A scalar of a design, with its closed range and what else it has to satisfy.

    Parameters
    ----------
    name
        Its name.
    low, high
        The ends: a number or ``-sympy.oo``; a number, ``sympy.oo``, or a formula in ``n``, ``d``
        and parameters that come before it.
    whole
        Whether it is a whole number.
    where
        Conditions in ``n``, ``d`` and any parameters.
    """

    name: str
    low: sympy.Expr = sympy.Integer(0)
    high: sympy.Expr = sympy.oo
    whole: bool = False
    where: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        low, high = (
            scalar(f"an end of {self.name}", v, finite=False) for v in (self.low, self.high)
        )
        if not low.is_number or (high.is_number and not low <= high):
            raise InputError(
                f"the range of {self.name} must be two ordered numbers, got {told(low)}, "
                f"{told(high)}"
            )
        if self.whole and high.is_number and sympy.ceiling(low) > sympy.floor(high):
            raise InputError(f"no whole number is in the range of {self.name}, [{low}, {high}]")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @property
    def symbol(self) -> sympy.Symbol:
        return sympy.Symbol(self.name)

    @property
    def is_bounded(self) -> bool:
        """Whether its range ends above, at a number or a formula."""
        return self.high != sympy.oo

    @property
    def range(self) -> str:
        """The range in words, to follow "must".

        >>> Parameter("sigma").range
        'be at least 0'
        >>> from theory.scalars.symbols import n
        >>> Parameter("k", high=n, whole=True).range
        'be a whole number from 0 to n'
        """
        low, high = told(self.low), told(self.high)
        if self.whole:
            start = f" from {low}" if self.low.is_finite else ""
            return f"be a whole number{start}{f' to {high}' if self.is_bounded else ''}"
        if self.is_bounded:
            return f"lie in [{low}, {high}]"
        return f"be at least {low}" if self.low.is_finite else "be a real number"

    def __contains__(self, value: Any) -> bool:
        """Whether a number is in the range, as far as that ends at numbers; whole if need be."""
        return self.spans(value) and not (self.whole and value % 1)

    def spans(self, value: Any) -> bool:
        """Whether a number is between the ends, also where whole ones are meant: as in a limit."""
        return _spans(self.low, self.high, value)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What it has to satisfy beside being in a range of numbers."""
        if self.high.is_number:
            return self.where
        return (Condition(self.high - self.symbol, ABOVE), *self.where)

    def within(
        self, values: Mapping[sympy.Symbol, Any], conditions: Iterable[Condition] = ()
    ) -> Parameter:
        """The same with ends that are numbers, where its symbols have values.

        Conditions that are linear in it, and hold no other symbol then, put an end too. Where
        nothing is left of the range they do not; and where its own upper end is below the lower
        one, that is both.

        >>> a, c = sympy.symbols("a c")
        >>> both = [Condition(a - 1, "> 0"), Condition(3 - a - c, ABOVE)]
        >>> Parameter("a").within({c: sympy.Rational(1, 2)}, both).range
        'lie in [1, 5/2]'
        """
        known, found = dict(values), self
        if not self.high.is_number:
            found = replace(self, high=sympy.Max(self.low, self.high.xreplace(known)))
        low, high = found.low, found.high
        for one in conditions:
            slope, rest = (part.xreplace(known) for part in _line(one, self.symbol))
            if slope.is_Rational and slope and rest.is_Rational:
                end = -rest / slope
                low, high = (max(low, end), high) if slope > 0 else (low, min(high, end))
        low, top = (sympy.ceiling(low), sympy.floor(high)) if self.whole else (low, high)
        if (low, high) == (found.low, found.high) or low > top:
            return found
        return replace(found, low=low, high=high)

    def put(self, values: Mapping[sympy.Symbol, Any]) -> Parameter:
        """The same where other parameters have these values."""
        where = (replace(c, expression=c.expression.subs(values)) for c in self.where)
        return replace(self, high=self.high.subs(values), where=tuple(where))

    def at(self, share: Fraction, step: Fraction) -> Fraction:
        """A value inside: a share of the way up a bounded range, a step into any other.

        >>> Parameter("sigma").at(Fraction(1, 2), Fraction(3))
        Fraction(3, 1)
        >>> Parameter("k", high=sympy.Integer(4), whole=True).at(Fraction(2, 5), Fraction(3))
        Fraction(2, 1)
        """
        low, high = (
            Fraction(int(e.p), int(e.q)) if e.is_Rational else None for e in (self.low, self.high)
        )
        if low is not None and high is not None:
            found = low + (high - low) * share
        elif low is not None:
            found = low + step
        else:
            found = step if high is None else high - step
        if not self.whole:
            return found
        nearest = floor(found + Fraction(1, 2))
        nearest = nearest if low is None else max(nearest, ceil(low))
        return Fraction(nearest if high is None else min(nearest, floor(high)))


@lru_cache(maxsize=4096)
def _spans(low: sympy.Expr, high: sympy.Expr, value: Any) -> bool:
    """Whether a value is between the ends; claims are looked at for the same simple ones again."""
    below = not high.is_number or bool(value <= high)
    return bool(low <= value) and below


@cache
def _line(condition: Condition, symbol: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr]:
    """Slope and rest of a condition that is linear in a symbol; no slope where it is not."""
    slope = sympy.expand(condition.expression).coeff(symbol)
    rest = sympy.expand(condition.expression - slope * symbol)
    if condition.relation == NOT_ZERO or rest.has(symbol):
        return sympy.Integer(0), rest
    return slope, rest
