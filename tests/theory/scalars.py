"""Random scalars with square roots, and their values in complex balls."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from math import isqrt
from operator import add, mul
from random import Random
from typing import Any

import flint
import sympy
from hypothesis import strategies as st

from theory.scalars.symbols import d, n

alpha = sympy.Symbol("alpha")
SYMBOLS = (n, d, alpha)
BITS = 800
NOTHING = flint.arb(10) ** -40
"""What has no other digit among its first forty is zero."""


class Undefined(Exception):
    """A division by zero, or a root on its branch cut."""


def ball(expr: sympy.Expr, at: Mapping[sympy.Symbol, Any]) -> flint.acb:
    """The value of a scalar, roots being principal ones."""
    if expr.is_Symbol:
        return flint.acb(at[expr])
    if expr.is_Rational:
        return flint.acb(flint.fmpq(int(expr.p), int(expr.q)))
    if expr is sympy.I:
        return flint.acb(0, 1)
    if expr.is_Pow:
        base, exponent = ball(expr.base, at), expr.exp
        for _ in range(int(exponent.q).bit_length() - 1):
            if base.real < 0 and not base.imag.is_exact():
                raise Undefined
            base = base.sqrt()
        power = reduce(mul, [base] * abs(int(exponent.p)))
        if exponent > 0:
            return power
        if power.contains(0):
            raise Undefined
        return 1 / power
    return reduce(add if expr.is_Add else mul, [ball(a, at) for a in expr.args])


def vanishes(expr: sympy.Expr, at: Mapping[sympy.Symbol, Any]) -> bool:
    """Whether a scalar is zero to forty digits."""
    with flint.ctx.workprec(BITS):
        return bool(abs(ball(expr, at)) < NOTHING)


def points(random: Random, count: int = 4) -> list[dict[sympy.Symbol, flint.fmpq]]:
    """Sizes that are positive, and a parameter of either sign."""

    def drawn(sign: int = 1) -> flint.fmpq:
        return flint.fmpq(sign * random.randint(1, 10**6), random.randint(1, 10**5))

    return [{n: drawn(), d: drawn(), alpha: drawn((-1) ** k)} for k in range(count)]


def polynomial(random: Random, terms: int = 3, degree: int = 2) -> sympy.Expr:
    """A polynomial with rational coefficients that is not zero."""
    parts = [
        sympy.Rational(random.choice([-3, -2, -1, 1, 1, 2, 4]), random.choice([1, 1, 1, 2, 3]))
        * sympy.Mul(*(random.choice(SYMBOLS) for _ in range(random.randint(0, degree))))
        for _ in range(random.randint(1, terms))
    ]
    return sympy.Add(*parts) or sympy.Integer(1)


def expression(random: Random, size: int, roots: int = 2) -> sympy.Expr:
    """Sums, products, quotients and roots of polynomials, roots nested so deep at most."""
    way = random.choice("++**/rr" if roots else "++**/") if size else "p"
    if way == "p":
        return polynomial(random)
    if way == "r":
        return sympy.sqrt(expression(random, size - 1, roots - 1))
    left = random.randrange(size)
    first, second = (expression(random, k, roots) for k in (left, size - 1 - left))
    if way == "/":
        return first / (second if second != 0 else sympy.Integer(2))
    return first + second if way == "+" else first * second


def is_written(expr: sympy.Expr) -> bool:
    """Whether nothing in it is infinite, imaginary or a root of another degree than two."""
    return not expr.has(sympy.zoo, sympy.nan, sympy.I) and all(
        p.exp.is_Rational and p.exp.q <= 2 for p in expr.atoms(sympy.Pow)
    )


seeds = st.integers(0, 2**32)


def rewritten(expr: sympy.Expr, random: Random) -> sympy.Expr:
    """The same scalar in another form, wherever sizes are positive."""
    if not expr.args:
        return expr
    if expr.is_Pow and expr.exp.q == 2:
        inside, by = rewritten(expr.base, random), random.choice([n, d * n, n + d, alpha**2 + 1])
        if inside.has(sympy.Pow) and any(p.exp.q == 2 for p in inside.atoms(sympy.Pow)):
            return inside**expr.exp
        return random.choice(
            [
                inside**expr.exp,
                sympy.expand(inside) ** expr.exp,
                (9 * inside) ** expr.exp / sympy.Integer(9) ** expr.exp,
                (inside * by) ** expr.exp / by**expr.exp,
                (inside / by**2) ** expr.exp * by ** (2 * expr.exp),
            ]
        )
    if expr.is_Pow:
        base, exponent = rewritten(expr.base, random), int(expr.exp)
        if exponent < 0 and base.is_Add:
            first, second = base.args[0], sympy.Add(*base.args[1:])
            base = (first**2 - second**2) / (first - second)
        return sympy.Mul(*[base ** (1 if exponent > 0 else -1)] * abs(exponent))
    parts = [rewritten(a, random) for a in expr.args]
    if expr.is_Mul:
        return random.choice([sympy.Mul, lambda *a: sympy.expand_mul(sympy.Mul(*a))])(*parts)
    return sympy.Add(*parts)


def exact(expr: sympy.Expr, at: Mapping[str, Any]) -> Fraction:
    """The exact value of a scalar whose roots are rational there; values by name."""
    if expr.is_Symbol:
        return Fraction(at[expr.name])
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr.is_Pow:
        base, exponent = exact(expr.base, at), expr.exp
        if exponent.q == 2:
            parts = [isqrt(part) for part in (base.numerator, base.denominator)]
            assert [p * p for p in parts] == [base.numerator, base.denominator]
            base = Fraction(*parts)
        return base ** int(exponent.p)
    return reduce(add if expr.is_Add else mul, [exact(a, at) for a in expr.args])
