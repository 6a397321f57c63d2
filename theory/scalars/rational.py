"""Scalars brought to lowest terms and factored: rational functions, and those with square roots.

SymPy's own routines do the same, minutes later, once four symbols are about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import gcd
from typing import Any

import flint
import sympy

from theory.scalars.powers import with_powers, without_powers
from theory.scalars.ratio import Polynomial, Ratio, integral, number, ratio

DIGITS = 60
"""Of a value that SymPy does not find exactly."""


@cache
def cancelled(expr: sympy.Expr) -> sympy.Expr:
    """A scalar as one fraction of expanded polynomials without common factor.

    The denominator has no roots. Anything else than powers and roots is left to SymPy.

    >>> x, y = sympy.symbols("x y")
    >>> cancelled((x**2 - y**2) / (x - y) - x)
    y
    """
    plain, powers = without_powers(expr)
    if powers:
        return with_powers(cancelled(plain), powers)
    found = ratio(expr)
    if found is None:
        return sympy.cancel(expr)
    return found.written(found.top) / found.written(found.bottom)


@cache
def factored(expr: sympy.Expr) -> sympy.Expr:
    """The same, with numerator and denominator factored over the rationals.

    >>> x, y = sympy.symbols("x y")
    >>> factored(x**2 / (x + y) - y**2 / (x + y) + 0 * x)
    x - y
    >>> factored(2 * x * y + 2 * x)
    2*x*(y + 1)
    """
    plain, powers = without_powers(expr)
    if powers:
        return with_powers(factored(plain), powers)
    found = ratio(expr)
    if found is None:
        return sympy.factor(expr)
    return found.factored


def common_divisor(values: Sequence[sympy.Expr]) -> sympy.Expr:
    """The greatest common divisor, as SymPy has it; of polynomials in symbols by python-flint.

    >>> x, y = sympy.symbols("x y")
    >>> common_divisor([4 * x * y + 4 * x, 6 * y**2 - 6])
    2*y + 2
    """
    found = [ratio(value) for value in values]
    known = [form for form in found if form and form.bottom == 1 and not form.roots]
    used = {s for form in known for s in form.symbols}
    if len(known) < len(values) or not used:
        return sympy.gcd_list(values)
    symbols = sympy.Poly(sympy.Add(*used)).gens  # the order says which coefficient is one
    context = flint.fmpq_mpoly_ctx.get([f"s{at}" for at in range(len(symbols))], "lex")
    variables = dict(zip(symbols, context.gens(), strict=True))
    shared: Polynomial = context.constant(0)
    for form in known:
        inside = [variables[s] for s in form.symbols] or [context.constant(0)]
        shared = shared.gcd(form.top.compose(*inside, ctx=context))
    numbers = [c for form in known for c in form.top.coeffs()]
    if shared != 0 and all(c.q == 1 for c in numbers):  # else, numbers divide one another
        shared = integral(shared)[0] * gcd(*(int(c.p) for c in numbers))
    return Ratio(symbols, (), shared, context.constant(1)).written(shared)


def is_zero(expr: sympy.Expr) -> bool:
    """Whether a scalar is seen to vanish identically; for a rational function that is decided.

    >>> x = sympy.Symbol("x")
    >>> is_zero(1 / (x + 1) + x / (x + 1) - 1)
    True
    >>> is_zero(1 / (1 + sympy.sqrt(x**2 + 1)) - (sympy.sqrt(x**2 + 1) - 1) / x**2)
    True
    """
    expr, _ = without_powers(expr)
    found = ratio(expr)
    return bool(sympy.simplify(expr) == 0) if found is None else found.top == 0


@cache
def compiled(expr: sympy.Expr) -> Callable[[Mapping[str, Any]], flint.fmpq] | None:
    """A rational function ready to be evaluated many times; None for anything else.

    It takes a value, rational and exact, for each symbol by name, and raises ZeroDivisionError
    where it has none itself.

    >>> x, y = sympy.symbols("x y")
    >>> compiled(1 / (x + y))({"x": 1, "y": 2})
    1/3
    """
    plain, powers = without_powers(expr)
    found = ratio(plain)
    if found is None or found.roots:
        return None
    inside = {symbol: _ready(powers[symbol]) for symbol in found.symbols if symbol in powers}
    if None in inside.values():
        return None
    top, bottom = found.top, found.bottom

    def taken(symbol: sympy.Symbol, at: Mapping[str, Any]) -> flint.fmpq:
        power = inside.get(symbol)
        return flint.fmpq(at[symbol.name]) if power is None else power(at)

    def value(at: Mapping[str, Any]) -> flint.fmpq:
        point = [taken(symbol, at) for symbol in found.symbols] or [flint.fmpq(0)]
        return flint.fmpq(top(*point)) / flint.fmpq(bottom(*point))

    return value


def _ready(power: sympy.Expr) -> Callable[[Mapping[str, Any]], flint.fmpq] | None:
    """A power whose exponent varies, ready to be evaluated."""
    base, exponent = compiled(power.base), compiled(power.exp)
    if base is None or exponent is None:
        return None
    return lambda at: base(at) ** int(exponent(at))


def value_at(expr: sympy.Expr, table: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """A scalar at given values of its symbols; quick where all is rational.

    Exact, but to :data:`DIGITS` where SymPy fails to factor what stands under a root.

    >>> x = sympy.Symbol("x")
    >>> value_at(1 / (x + 1), {x: sympy.Integer(2)})
    1/3
    """
    ready = compiled(expr)
    if ready is None or not all(v.is_Rational for v in table.values()):
        try:
            return expr.subs(table)
        except ValueError:  # sympy.factorint, with a limit, at products of two large numbers
            return expr.evalf(DIGITS, subs=table)
    return number(ready({s.name: flint.fmpq(int(v.p), int(v.q)) for s, v in table.items()}))


def tidy(expr: sympy.Expr, by: sympy.Symbol, named: dict[sympy.Expr, sympy.Symbol]) -> sympy.Expr:
    """A rational function as a mathematician would write it: powers of one symbol collected.

    ``named`` gives factors a name, such as kappa for ``alpha^2 d + 1``.

    >>> a, d, k = sympy.symbols("alpha d kappa")
    >>> tidy((a**2 * d + a**2 + 1) / (a**2 * d + 1), a, {a**2 * d + 1: k})
    (alpha**2*(d + 1) + 1)/kappa
    """
    parts = []
    for factor in sympy.Mul.make_args(factored(expr)):
        base, exponent = factor.as_base_exp()
        for meaning, name in named.items():
            if sympy.expand(base - meaning) == 0:
                base = name
        if base.is_Add and base.has(by):
            base = sympy.collect(sympy.expand(base), by, factored)
        parts.append(base**exponent)
    return sympy.Mul(*parts)
