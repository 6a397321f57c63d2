"""Leading terms of scalars, which may hold square roots of what grows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import sympy

from theory.errors import Underivable
from theory.scalars.ratio import Polynomial, Ratio, ratio
from theory.scalars.rational import cancelled, factored, is_zero
from theory.scalars.signs import is_nonnegative
from theory.scalars.told import told

DEPTH = 32
"""How many orders may cancel before this gives up."""

Series = dict[Fraction, sympy.Expr]
"""Coefficients by the powers of the growing symbol, a few of the highest ones."""


def leading_term(expr: sympy.Expr, symbol: sympy.Symbol) -> tuple[sympy.Expr, sympy.Rational]:
    """Coefficient and power of the leading term as a symbol grows.

    Every root of a polynomial in the symbol is expanded, with more terms while what is highest
    cancels. Raises :class:`~theory.errors.Underivable` where a sign cannot be told, roots are
    nested, or :data:`DEPTH` orders cancel.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> leading_term((x**2 * y + 1) / (2 * x + y), x), leading_term(sympy.sqrt(x**2 + x * y) - x, x)
    ((y/2, 1), (y/2, 0))
    """
    found = ratio(expr)
    if found is None:
        parts = sympy.fraction(sympy.cancel(sympy.together(expr)))
        top, bottom = (sympy.Poly(part, symbol) for part in parts)
        power = sympy.Integer(top.degree() - bottom.degree())
        return sympy.factor(top.LC() / bottom.LC()), power
    below, low = highest(found, found.bottom, symbol)
    if not found.roots:
        above, high = highest(found, found.top, symbol)
        return factored(above / below), sympy.Integer(high - low)
    depth = 2
    while depth <= DEPTH:
        orders = _expanded(found, symbol, depth)
        first = next((p for p in sorted(orders, reverse=True) if not is_zero(orders[p])), None)
        if first is not None:
            power = sympy.Rational(first.numerator, first.denominator)
            return factored(cancelled(orders[first] / below)), power - low
        depth *= 2
    raise Underivable(f"more than {DEPTH} orders cancel as {symbol} grows")


def highest(found: Ratio, polynomial: Polynomial, symbol: sympy.Symbol) -> tuple[sympy.Expr, int]:
    """Coefficient and power of a symbol's highest power in a polynomial."""
    if symbol not in found.symbols:
        return found.written(polynomial), 0
    at = found.symbols.index(symbol)
    terms = [(list(map(int, powers)), c) for powers, c in polynomial.to_dict().items()]
    most = max((powers[at] for powers, _ in terms), default=0)
    kept = {(*p[:at], 0, *p[at + 1 :]): c for p, c in terms if p[at] == most}
    return found.written(polynomial.context().from_dict(kept)), most


def _expanded(found: Ratio, symbol: sympy.Symbol, depth: int) -> Series:
    """The numerator, so many orders of it that are certain."""
    roots = [_root(r.expression, r.square, symbol, depth) for r in found.roots]
    first = len(found.symbols)
    parts: list[Series] = []
    for exponents, c in found.top.to_dict().items():
        powers = list(map(int, exponents))
        monomial = sympy.Mul(
            sympy.Rational(int(c.p), int(c.q)),
            *(s**k for s, k in zip(found.symbols, powers, strict=False) if s != symbol),
        )
        at = found.symbols.index(symbol) if symbol in found.symbols else None
        series: Series = {Fraction(0 if at is None else powers[at]): monomial}
        for root, power in zip(roots, powers[first:], strict=False):
            for _ in range(power):
                series = _times(series, root)
        parts.append(series)
    highest = max(max(series) for series in parts)
    total: dict[Fraction, list[sympy.Expr]] = defaultdict(list)
    for series in parts:
        for order, coefficient in series.items():
            # each series is exact down to ``depth`` orders below its own highest one
            if order > highest - depth:
                total[order].append(coefficient)
    return {order: cancelled(sympy.Add(*cs)) for order, cs in total.items()}


def _root(expression: sympy.Expr, square: sympy.Expr, symbol: sympy.Symbol, depth: int) -> Series:
    """A root as a series, by the binomial theorem."""
    if square.is_number and square.is_negative:
        raise Underivable(f"{told(expression)} is not a real number")
    if not square.has(symbol):
        return {Fraction(0): expression}
    if not (expression.is_Pow and square.is_polynomial(symbol)):
        raise Underivable(f"the sign of {told(expression)} as {symbol} grows cannot be told")
    polynomial = sympy.Poly(square, symbol)
    top, lead = polynomial.degree(), polynomial.LC()
    if not may_be_rooted(lead):
        raise Underivable(f"{told(expression)} is not seen to be a real number as {symbol} grows")
    rest: Series = {
        Fraction(power - top): c / lead for (power,), c in polynomial.terms() if power < top
    }
    total: Series = defaultdict(lambda: sympy.Integer(0))
    term: Series = {Fraction(0): sympy.Integer(1)}
    for k in range(depth + 1):
        for power, c in term.items():
            total[power] += sympy.binomial(sympy.Rational(1, 2), k) * c
        term = {p: c for p, c in _times(term, rest).items() if p > -depth}
    return {
        power + Fraction(top, 2): cancelled(sympy.sqrt(lead) * c)
        for power, c in total.items()
        if power > -depth
    }


def may_be_rooted(lead: sympy.Expr) -> bool:
    """Whether a leading coefficient is visibly not negative.

    >>> may_be_rooted(sympy.Symbol("rho") ** 2), may_be_rooted(sympy.Symbol("rho"))
    (True, False)
    """
    positive = {s: (sympy.Integer(0), sympy.oo) for s in lead.free_symbols if s.is_positive}
    return is_nonnegative(lead, positive) or bool(lead.is_nonnegative)


def _times(a: Series, b: Series) -> Series:
    total: dict[Fraction, list[sympy.Expr]] = defaultdict(list)
    for p, c in a.items():
        for q, e in b.items():
            total[p + q].append(c * e)
    return {power: sympy.Add(*cs) for power, cs in total.items()}
