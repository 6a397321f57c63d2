"""Rational functions brought to lowest terms and factored, by python-flint.

SymPy's own routines do the same, minutes later, once four symbols are about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, reduce
from math import gcd, lcm
from typing import Any

import flint
import sympy


@cache
def cancelled(expr: sympy.Expr) -> sympy.Expr:
    """A rational function as one fraction of expanded polynomials without common factor.

    Anything else (roots, functions) is left to SymPy.

    >>> x, y = sympy.symbols("x y")
    >>> cancelled((x**2 - y**2) / (x - y) - x)
    y
    """
    found = _ratio(expr)
    if found is None:
        return sympy.cancel(expr)
    symbols, numerator, denominator = found
    return _expression(numerator, symbols) / _expression(denominator, symbols)


@cache
def factored(expr: sympy.Expr) -> sympy.Expr:
    """The same, with numerator and denominator factored over the rationals.

    >>> x, y = sympy.symbols("x y")
    >>> factored(x**2 / (x + y) - y**2 / (x + y) + 0 * x)
    x - y
    >>> factored(2 * x * y + 2 * x)
    2*x*(y + 1)
    """
    found = _ratio(expr)
    if found is None:
        return sympy.factor(expr)
    symbols, numerator, denominator = found
    return _product(numerator, symbols) / _product(denominator, symbols)


def is_zero(expr: sympy.Expr) -> bool:
    """Whether a rational function vanishes identically.

    >>> x = sympy.Symbol("x")
    >>> is_zero(1 / (x + 1) + x / (x + 1) - 1)
    True
    """
    found = _ratio(expr)
    return bool(sympy.simplify(expr) == 0) if found is None else found[1] == 0


@cache
def compiled(expr: sympy.Expr) -> Callable[[Mapping[str, Any]], flint.fmpq] | None:
    """A rational function ready to be evaluated many times; None for anything else.

    It takes a value, rational and exact, for each symbol by name, and raises ZeroDivisionError
    where it has none itself.

    >>> x, y = sympy.symbols("x y")
    >>> compiled(1 / (x + y))({"x": 1, "y": 2})
    1/3
    """
    found = _ratio(expr)
    if found is None:
        return None
    names = [s.name for s in found[0]]
    top, bottom = found[1:]

    def value(at: Mapping[str, Any]) -> flint.fmpq:
        point = [flint.fmpq(at[name]) for name in names] or [flint.fmpq(0)]
        return flint.fmpq(top(*point)) / flint.fmpq(bottom(*point))

    return value


def value_at(expr: sympy.Expr, table: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """A scalar at given values of its symbols; quick where all is rational.

    >>> x = sympy.Symbol("x")
    >>> value_at(1 / (x + 1), {x: sympy.Integer(2)})
    1/3
    """
    ready = compiled(expr)
    if ready is None or not all(v.is_Rational for v in table.values()):
        return expr.subs(table)
    return _number(ready({s.name: flint.fmpq(int(v.p), int(v.q)) for s, v in table.items()}))


def leading_term(expr: sympy.Expr, symbol: sympy.Symbol) -> tuple[sympy.Expr, int]:
    """Coefficient and power of a rational function's leading term as a symbol grows.

    >>> x, y = sympy.symbols("x y")
    >>> leading_term((x**2 * y + 1) / (2 * x + y), x)
    (y/2, 1)
    """
    found = _ratio(expr)
    if found is None:
        parts = (sympy.Poly(p, symbol) for p in sympy.fraction(sympy.cancel(sympy.together(expr))))
        top, bottom = parts
        return sympy.factor(top.LC() / bottom.LC()), top.degree() - bottom.degree()
    symbols, numerator, denominator = found
    if symbol not in symbols:
        return factored(expr), 0
    at = symbols.index(symbol)
    coefficients, power = [], 0
    for polynomial, sign in ((numerator, 1), (denominator, -1)):
        terms = [(list(map(int, e)), c) for e, c in polynomial.to_dict().items()]
        highest = max((e[at] for e, _ in terms), default=0)
        power += sign * highest
        top = []
        for exponents, c in terms:
            if exponents[at] == highest:
                exponents[at] = 0
                powers = (s**k for s, k in zip(symbols, exponents, strict=True))
                top.append(sympy.Mul(_number(c), *powers))
        coefficients.append(sympy.Add(*top))
    return factored(coefficients[0] / coefficients[1]), power


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


def _ratio(expr: sympy.Expr) -> tuple[list[sympy.Symbol], Any, Any] | None:
    """Numerator and denominator in lowest terms, or None for what is not a rational function."""
    symbols = sorted(expr.free_symbols, key=str)
    names = tuple(f"s{k}" for k in range(len(symbols))) or ("s0",)
    context = flint.fmpq_mpoly_ctx.get(names, "lex")
    table = dict(zip(symbols, context.gens(), strict=False))
    one = context.constant(1)

    def walk(node: sympy.Expr) -> tuple[Any, Any] | None:
        if node in table:
            return table[node], one
        if node.is_Rational:
            return context.constant(flint.fmpq(int(node.p), int(node.q))), one
        if node.is_Pow and node.exp.is_Integer:
            inside = walk(node.base)
            if inside is None:
                return None
            top, bottom = inside if node.exp > 0 else inside[::-1]
            power = abs(int(node.exp))
            return top**power, bottom**power
        if not (node.is_Add or node.is_Mul):
            return None
        parts = []
        for argument in node.args:
            part = walk(argument)
            if part is None:
                return None
            parts.append(part)
        return reduce(_times if node.is_Mul else _plus, parts)

    found = walk(expr)
    if found is None or found[1] == 0:
        return None
    top, bottom = found
    shared = top.gcd(bottom)
    top, bottom = top / shared, bottom / shared
    # The sign and the numbers go to the numerator.
    content = bottom.leading_coefficient()
    return symbols, top / content, bottom / content


def _times(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
    return a[0] * b[0], a[1] * b[1]


def _plus(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
    if a[1] == b[1]:
        return a[0] + b[0], a[1]
    shared = a[1].gcd(b[1])
    left, right = a[1] / shared, b[1] / shared
    return a[0] * right + b[0] * left, left * b[1]


def _number(value: flint.fmpq) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))


def _expression(polynomial: Any, symbols: list[sympy.Symbol]) -> sympy.Expr:
    terms = []
    for exponents, c in polynomial.to_dict().items():
        powers = (s ** int(k) for s, k in zip(symbols, exponents, strict=False) if k)
        terms.append(sympy.Mul(_number(c), *powers))
    return sympy.Add(*terms)


def _product(polynomial: Any, symbols: list[sympy.Symbol]) -> sympy.Expr:
    if polynomial == 0:
        return sympy.Integer(0)
    content, factors = polynomial.factor()
    number = _number(content)
    parts = []
    for factor, power in factors:
        # Factors with integer coefficients and a positive sign in front.
        scale = lcm(*(int(c.q) for c in factor.coeffs()))
        integral = factor * scale
        shared = gcd(*(int(c.p) for c in integral.coeffs()))
        integral = integral / shared
        number *= sympy.Rational(shared, scale) ** power
        value = _expression(integral, symbols)
        if value.could_extract_minus_sign():
            value, number = sympy.expand(-value), number * (-1) ** power
        parts.append(value ** int(power))
    return sympy.Mul(number, *parts)
