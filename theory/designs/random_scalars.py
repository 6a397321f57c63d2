"""Random scalars of a design, and expectations over them.

A risk is a polynomial in them, so it is enough to put a moment of the law for each power, once and
for all at the end: before, a random scalar is a symbol like any other, and nothing may be cancelled
by it. Its square root may stand in a coefficient too. In an expectation such roots come in pairs
where each stands beside a centred Gaussian.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sympy

from theory.algebra.polynomials import has_denominator
from theory.designs.domain import STRICTLY
from theory.designs.law import Law
from theory.errors import InputError, Underivable, UnknownName
from theory.scalars.signs import Ranges, is_nonnegative, is_positive
from theory.scalars.told import told


@dataclass(frozen=True)
class RandomScalar:
    """A real random variable that is independent of everything else.

    Parameters
    ----------
    name, law
        Its name and its law.
    per_example
        Whether it is drawn afresh for each example, and not once per prompt.
    """

    name: str
    law: Law
    per_example: bool = False

    @property
    def symbol(self) -> sympy.Symbol:
        return sympy.Symbol(self.name)

    def put(self, values: Mapping[sympy.Symbol, Any]) -> RandomScalar:
        """The same where parameters have these values."""
        return replace(self, law=self.law.mapped(lambda value: value.subs(values)))


@dataclass(frozen=True)
class Indeterminate:
    """What a prompt is a polynomial in: a random scalar, or its square root where that occurs."""

    scalar: RandomScalar
    rooted: bool

    def power(self, of_scalar: sympy.Rational) -> int:
        """Its power that a power of the scalar is."""
        return int(of_scalar * (2 if self.rooted else 1))

    @property
    def moments(self) -> tuple[sympy.Expr | None, ...]:
        """Its first moments, as many as there is a use for; None for an odd one of a root.

        >>> Indeterminate(RandomScalar("s", Law("exponential", (1,))), rooted=True).moments[:4]
        (None, 1, None, 2)
        """
        found: list[sympy.Expr | None] = []
        with suppress(Underivable):
            for order in range(1, MOST + 1):
                odd = self.rooted and order % 2
                found.append(None if odd else self.scalar.law.moment(order // (1 + self.rooted)))
        return tuple(found)


MOST = 32
"""The highest order of a moment that there is a use for."""
Symbols = Set[sympy.Symbol]
Powers = tuple[sympy.Rational, ...]


@cache
def in_powers(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> Mapping[Powers, sympy.Expr]:
    """An expression as a polynomial in symbols and their square roots: the coefficients by powers.

    Raises :class:`~theory.errors.InputError` where it is none.

    >>> s, c = sympy.symbols("s c")
    >>> in_powers((c + sympy.sqrt(s)) ** 2, (s,))
    {(0,): c**2, (1/2,): 2*c, (1,): 1}
    """
    if not expr.free_symbols & set(symbols):
        return {(sympy.Integer(0),) * len(symbols): expr}
    top, bottom = sympy.fraction(sympy.together(expr) if has_denominator(expr) else expr)
    found: dict[Powers, list[sympy.Expr]] = {}
    for term in sympy.Add.make_args(sympy.expand(top)):
        held = {symbol: sympy.Integer(0) for symbol in symbols}
        rest = [1 / bottom]
        for factor in sympy.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if base in held and exponent.is_Rational and (2 * exponent).is_Integer:
                held[base] += exponent
            else:
                rest.append(factor)
        found.setdefault(tuple(held.values()), []).append(sympy.Mul(*rest))
    for powers, parts in found.items():
        for symbol, power in zip(symbols, powers, strict=True):
            if power < 0 or any(part.has(symbol) for part in parts):
                raise InputError(
                    f"found {symbol} in {told(expr)}; expected a polynomial in random scalars and "
                    "their square roots: nothing is divided by one"
                )
    return {powers: sympy.Add(*parts) for powers, parts in sorted(found.items())}


def mean(expr: sympy.Expr, scalars: Sequence[RandomScalar]) -> sympy.Expr:
    """The expectation of a scalar over random ones.

    Raises :class:`~theory.errors.Underivable` where an odd power of a square root is left, or a law
    does not say a moment.

    >>> s = RandomScalar("s", Law("exponential", (1,)))
    >>> mean((s.symbol + 1) ** 2, [s])
    5
    """
    used = [one for one in scalars if expr.has(one.symbol)]
    if not used:
        return expr
    total = sympy.Integer(0)
    for powers, c in in_powers(expr, tuple(one.symbol for one in used)).items():
        for one, power in zip(used, powers, strict=True):
            if not power.is_Integer:
                raise Underivable(
                    f"the expectation holds {one.name}^({power}), a root of a random scalar that "
                    "is not squared"
                )
            c = c * one.law.moment(int(power))
        total += c
    return total


def check(
    scalars: Sequence[RandomScalar], factors: Iterable[sympy.Expr], ranges: Ranges, known: Symbols
) -> None:
    """Raise :class:`~theory.errors.InputError` where there is no such law, or no such root.

    Parameters
    ----------
    scalars
        What is checked; arguments of laws may hold the symbols that are ``known``.
    factors
        The scalars in which they occur.
    ranges
        Of the parameters.

    Examples
    --------
    >>> s = RandomScalar("s", Law("uniform", (-1, 1)))
    >>> check([s], [sympy.sqrt(s.symbol)], {}, set())
    Traceback (most recent call last):
    ...
    theory.errors.InputError: found a square root of s, and uniform(-1, 1) is not seen to be at \
least 0
    """
    for one in scalars:
        held = frozenset().union(*(value.free_symbols for value in one.law.arguments))
        for symbol in sorted(held - known, key=str):
            raise UnknownName(f"parameter in the law of {one.name}", str(symbol), map(str, known))
        for condition in one.law.conditions:
            broken = is_nonnegative if condition.relation == STRICTLY else is_positive
            if broken(-condition.expression, ranges):
                raise InputError(
                    f"the law of {one.name}: {one.law.problem}, wherever parameters are"
                )
    symbols = tuple(one.symbol for one in scalars)
    for powers in (powers for factor in factors for powers in in_powers(factor, symbols)):
        for one, power in zip(scalars, powers, strict=True):
            if not power.is_Integer and not is_nonnegative(one.law.low, ranges):
                raise InputError(
                    f"found a square root of {one.name}, and {one.law} is not seen to be at least 0"
                )
