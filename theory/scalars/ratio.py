"""Scalars as quotients of polynomials in their symbols and in square roots, by python-flint.

A root is brought to a standard form, then stands for a variable whose square is known. So sums,
products and quotients of roots have one normal form: a denominator without roots, no root to a
power above one, no common factor. It is unique where the roots are independent, as those of
different primes and of different irreducible polynomials are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from math import gcd, lcm
from typing import Any

import flint
import sympy

from theory.scalars.symbols import d, n

Polynomial = Any
"""An ``fmpq_mpoly``."""


@dataclass(frozen=True)
class SquareRoot:
    """A square root in standard form.

    Parameters
    ----------
    expression
        What it is.
    square
        Its square, a polynomial in symbols and earlier roots.
    """

    expression: sympy.Expr
    square: sympy.Expr


@dataclass(frozen=True)
class Ratio:
    """``top / bottom`` in lowest terms; numbers and the sign are in the top.

    Parameters
    ----------
    symbols
        The first variables of both polynomials.
    roots
        The variables after them; none occurs in the bottom.
    """

    symbols: tuple[sympy.Symbol, ...]
    roots: tuple[SquareRoot, ...]
    top: Polynomial
    bottom: Polynomial

    @property
    def variables(self) -> tuple[sympy.Expr, ...]:
        """What the variables of both polynomials stand for."""
        return (*self.symbols, *(root.expression for root in self.roots))

    def written(self, polynomial: Polynomial) -> sympy.Expr:
        """A polynomial in the variables, expanded."""
        variables = self.variables
        return sympy.Add(
            *(number(c) * _powers(variables, e) for e, c in polynomial.to_dict().items())
        )

    @property
    def factored(self) -> sympy.Expr:
        """The whole, with top and bottom factored over the rationals into integer polynomials."""
        if self.top == 0:
            return sympy.Integer(0)
        (above, top), (below, bottom) = map(self._factored, (self.top, self.bottom))
        # one number in front: SymPy would multiply a fraction into a sum
        return sympy.Mul(above / below, top, 1 / bottom)

    def _factored(self, polynomial: Polynomial) -> tuple[sympy.Rational, sympy.Expr]:
        """A number and a product."""
        content, factors = polynomial.factor()
        scale = number(content)
        parts = []
        for factor, power in factors:
            # Factors with integer coefficients and a positive sign in front.
            whole, size = integral(factor)
            scale *= size**power
            value = self.written(whole)
            if value.could_extract_minus_sign():
                value, scale = sympy.expand(-value), scale * (-1) ** power
            parts.append(value ** int(power))
        return scale, sympy.Mul(*parts)


@cache
def _powers(variables: tuple[sympy.Expr, ...], exponents: tuple[int, ...]) -> sympy.Expr:
    """A product of powers, without those after the last variable."""
    pairs = zip(variables, exponents, strict=False)
    return sympy.Mul(*(v ** int(k) for v, k in pairs if k))


def number(value: flint.fmpq) -> sympy.Rational:
    """A rational number as SymPy has it."""
    return sympy.Rational(int(value.p), int(value.q))


def integral(factor: Polynomial) -> tuple[Polynomial, sympy.Rational]:
    """A polynomial with coprime integer coefficients, and the number it was divided by."""
    scale = lcm(*(int(c.q) for c in factor.coeffs()))
    whole = factor * scale
    shared = gcd(*(int(c.p) for c in whole.coeffs()))
    return whole / shared, sympy.Rational(shared, scale)


@cache
def ratio(expr: sympy.Expr) -> Ratio | None:
    """A scalar in normal form; None where it holds more than sums, products, powers and roots.

    >>> x = sympy.Symbol("x")
    >>> found = ratio(1 / (1 + sympy.sqrt(x)) - 1 / (1 - x))
    >>> found.written(found.top), found.written(found.bottom)
    (sqrt(x), x - 1)
    >>> ratio(sympy.sin(x)) is None
    True
    """
    symbols = tuple(sorted(expr.free_symbols, key=str))
    table = _roots(expr)
    if table is None:
        return None
    roots = tuple(dict.fromkeys(root for _, inside in table.values() for root in inside))
    count = len(symbols) + len(roots)
    names = tuple(f"s{k}" for k in range(count)) or ("s0",)
    context = flint.fmpq_mpoly_ctx.get(names, "lex")
    gens = dict(zip((*symbols, *(r.expression for r in roots)), context.gens(), strict=False))
    one = context.constant(1)

    def walk(node: sympy.Expr) -> tuple[Polynomial, Polynomial] | None:
        if node in gens:
            return gens[node], one
        if node.is_Rational:
            return context.constant(flint.fmpq(int(node.p), int(node.q))), one
        if node.is_Pow:
            base, exponent = node.base, node.exp
            if exponent.q == 2:
                outside, inside = table[base]
                exponent *= 2
                found = _product([walk(outside), *(walk(r.expression) for r in inside)])
            else:
                found = walk(base)
            if found is None:
                return None
            power = abs(int(exponent))
            top, bottom = (part**power for part in found)
            return (top, bottom) if exponent > 0 else (bottom, top)
        if node.is_Mul:
            return _product([walk(a) for a in node.args])
        parts = [walk(a) for a in node.args]
        return None if None in parts else reduce(_plus, parts)  # type: ignore[arg-type]

    found = walk(expr)
    if found is None:
        return None
    squares = [walk(root.square) for root in roots]
    field = _Field(len(symbols), [s[0] for s in squares if s is not None])
    return field.normal(symbols, roots, *found)


def _product(
    parts: Sequence[tuple[Polynomial, Polynomial] | None],
) -> tuple[Polynomial, Polynomial] | None:
    if None in parts:
        return None
    known = [part for part in parts if part is not None]
    return reduce(lambda a, b: (a[0] * b[0], a[1] * b[1]), known)


def _plus(
    a: tuple[Polynomial, Polynomial], b: tuple[Polynomial, Polynomial]
) -> tuple[Polynomial, Polynomial]:
    if a[1] == b[1]:
        return a[0] + b[0], a[1]
    shared = a[1].gcd(b[1])
    left, right = a[1] / shared, b[1] / shared
    return a[0] * right + b[0] * left, left * b[1]


class _Field:
    """Polynomials whose last variables have known squares."""

    def __init__(self, first: int, squares: Sequence[Polynomial]):
        self.first = first
        self.squares = squares

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """Without powers of roots above one."""
        for at in reversed(range(len(self.squares))):
            place = self.first + at
            if polynomial.degrees()[place] < 2:
                continue
            context = polynomial.context()
            powers: dict[int, dict[tuple[int, ...], Any]] = {}
            for exponents, c in polynomial.to_dict().items():
                power = int(exponents[place])
                rest = list(map(int, exponents))
                rest[place] = power % 2
                powers.setdefault(power // 2, {})[tuple(rest)] = c
            polynomial = context.constant(0)
            for power, terms in powers.items():
                polynomial += context.from_dict(terms) * self.squares[at] ** power
        return polynomial

    def normal(
        self,
        symbols: tuple[sympy.Symbol, ...],
        roots: tuple[SquareRoot, ...],
        top: Polynomial,
        bottom: Polynomial,
    ) -> Ratio | None:
        """In lowest terms; None where the bottom is, or may be, zero."""
        top, bottom = self.reduced(top), self.reduced(bottom)
        for at in reversed(range(len(self.squares))):
            if bottom == 0:
                return None
            place = self.first + at
            if bottom.degrees()[place] == 0:
                continue
            # (a + b r)(a - b r) has no r
            turned = bottom.context().from_dict(
                {e: -c if e[place] else c for e, c in bottom.to_dict().items()}
            )
            top, bottom = self.reduced(top * turned), self.reduced(bottom * turned)
        if bottom == 0:
            return None
        shared = top.gcd(bottom)
        top, bottom = top / shared, bottom / shared
        content = bottom.leading_coefficient()
        return Ratio(symbols, roots, top / content, bottom / content)


Standard = tuple[sympy.Expr, tuple[SquareRoot, ...]]
"""A root as a product of an expression without roots and of roots in standard form."""


def _roots(expr: sympy.Expr) -> dict[sympy.Expr, Standard] | None:
    """What is under a root, with that root in standard form, inner ones first."""
    found: dict[sympy.Expr, Standard] = {}
    for node in sympy.postorder_traversal(expr):
        if node.is_Symbol or node.is_Rational or node.is_Add or node.is_Mul:
            continue
        if not (node.is_Pow and node.exp.is_Rational and node.exp.q <= 2):
            return None
        if node.exp.q == 2 and node.base not in found:
            standard = _standard(node.base)
            if standard is None:
                return None
            for inner in standard[1]:
                below = _roots(inner.square)
                if below is None:
                    return None
                found |= below
            found[node.base] = standard
    return found


@cache
def _standard(base: sympy.Expr) -> Standard | None:
    """The root of a scalar in standard form.

    Factors that are visibly positive are taken out, each with its own root; what is left stays
    under one root, so that nothing is supposed of its sign. For a quotient ``p / q`` that is
    ``q sqrt(p / q)``, whose square is ``p q``.
    """
    found = ratio(base)
    if found is None or found.top == 0:
        return None if found is None else (sympy.Integer(0), ())
    if found.roots:
        if any(root.square == -1 for root in found.roots):
            return None  # the sign of a root of what is not real depends on how it is written
        whole = found.written(found.top) / found.written(found.bottom)
        bottom = found.written(found.bottom)
        return 1 / bottom, (
            SquareRoot(bottom * sympy.sqrt(whole), sympy.expand(whole * bottom**2)),
        )
    outside: list[sympy.Expr] = []
    inside: list[sympy.Expr] = []  # under roots of their own
    left: list[sympy.Expr] = []  # under one root, above
    below: list[sympy.Expr] = []  # and below the line
    content = found.top.factor()[0]
    for polynomial, sign in ((found.top, 1), (found.bottom, -1)):
        scale, factors = polynomial.factor()
        content = content if sign == 1 else content / scale
        for factor, power in factors:
            whole, size = integral(factor)
            rational = flint.fmpq(int(size.p), int(size.q)) ** (sign * int(power))
            content *= rational
            value = found.written(whole)
            if _visible(whole, found.symbols):
                outside.append(value ** (sign * (int(power) // 2)))
                if power % 2:
                    inside.append(value)
                    outside += [1 / value] if sign < 0 else []
            elif sign == 1:
                left.append(value ** int(power))
            else:
                below.append(value ** int(power))
    if content < 0:
        content = -content
        left.append(sympy.Integer(-1))
    numerator, denominator = int(content.p), int(content.q)
    outside.append(sympy.Rational(1, denominator))
    for prime, power in flint.fmpz(numerator * denominator).factor():
        outside.append(sympy.Integer(int(prime)) ** (int(power) // 2))
        inside += [sympy.Integer(int(prime))] if power % 2 else []
    roots = [SquareRoot(sympy.sqrt(value), value) for value in inside]
    if left or below:
        above, under = sympy.Mul(*left), sympy.Mul(*below)
        whole = under * sympy.sqrt(above / under)
        roots.append(SquareRoot(whole, above * under))
        outside.append(1 / under)
    return sympy.Mul(*outside), tuple(roots)


def _visible(polynomial: Polynomial, symbols: Iterable[sympy.Symbol]) -> bool:
    """Whether a polynomial is visibly positive: sizes are, and squares are not negative."""
    positive = [s in (n, d) or bool(s.is_positive) for s in symbols]
    pure = False
    for exponents, c in polynomial.to_dict().items():
        odd = any(k % 2 and not p for k, p in zip(exponents, positive, strict=False))
        if c < 0 or odd:
            return False
        pure = pure or all(p or not k for k, p in zip(exponents, positive, strict=False))
    return pure
