"""Ranges that conditions on parameters make narrower, for signs that are seen over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import sympy

from theory.designs.domain import ABOVE, STRICTLY, Condition
from theory.scalars.signs import Ranges, is_nonnegative, is_positive
from theory.scalars.symbols import i

MOST = 3
"""How many conditions are used at once."""


def is_seen(
    expr: sympy.Expr, ranges: Ranges, conditions: Iterable[Condition], strictly: bool
) -> bool:
    """Whether an expression is seen to be positive, or not negative, where conditions hold.

    >>> m, n = sympy.symbols("m n")
    >>> is_seen(m - n, {m: (sympy.Integer(1), sympy.oo)}, [Condition(m - n, ABOVE)], False)
    True
    """
    sign = is_positive if strictly else is_nonnegative
    return any(sign(*found) for found in narrowed(expr, ranges, conditions))


def narrowed(
    expr: sympy.Expr, ranges: Ranges, conditions: Iterable[Condition]
) -> Iterator[tuple[sympy.Expr, Ranges]]:
    """An expression with ranges, as they are and as conditions make them narrower.

    A condition that is linear in a symbol, or in its square where the expression is even in it,
    puts one end of its range; the square is then a symbol of its own.

    >>> m, n, a, c = sympy.symbols("m n a c")
    >>> whole = {m: (sympy.Integer(1), sympy.oo)}
    >>> [found[m] for _, found in narrowed(m - n, whole, [Condition(m - n, ABOVE)])][1]
    (n, oo)
    >>> circle = Condition(1 - a**2 - c**2, ABOVE)
    >>> [one for one, _ in narrowed(2 - a**2 - c, {}, [circle])][1].subs(c, 0)
    2 - _square
    """
    yield expr, ranges
    useful = [c for c in conditions if c.relation in (ABOVE, STRICTLY) and not c.expression.has(i)]
    useful = useful[:MOST]
    for place, one in enumerate(useful):
        others = useful[:place] + useful[place + 1 :]
        for symbol in sorted(one.expression.free_symbols, key=str):
            for power in (1, 2):
                found = _put(expr, ranges, one.expression, symbol, power)
                if found is not None:
                    put, narrower, length = found
                    rest = [c for c in (*others, length) if not c.expression.has(symbol)]
                    yield from narrowed(put, narrower, rest)


def _put(
    expr: sympy.Expr, ranges: Ranges, condition: sympy.Expr, symbol: sympy.Symbol, power: int
) -> tuple[sympy.Expr, Ranges, Condition] | None:
    """The expression and ranges where a power of a symbol has the end that a condition puts.

    With them that the range is not empty, which says something of the others.
    """
    free = tuple(condition.free_symbols)
    if not condition.is_polynomial(*free):
        return None
    slope = sympy.Poly(condition, symbol).coeff_monomial(symbol**power)
    rest = sympy.expand(condition - slope * symbol**power)
    if not slope.is_Rational or slope == 0 or rest.has(symbol):
        return None
    low, high = ranges.get(symbol, (-sympy.oo, sympy.oo))
    if power == 2:
        square = sympy.Dummy("square")
        expr = _in_square(sympy.together(expr), symbol, square)
        ranges = {
            other: (_in_square(ends[0], symbol, square), _in_square(ends[1], symbol, square))
            for other, ends in ranges.items()
            if other != symbol
        }
        if any(one.has(symbol) for one in (expr, *chain(*ranges.values()))):
            return None
        symbol, low, high = square, sympy.Integer(0), sympy.oo
    end = sympy.expand(-rest / slope)
    low, high = (end, high) if slope > 0 else (low, end)
    length = high - low if low.is_finite is not False and high.is_finite is not False else 1
    return expr, {**ranges, symbol: (low, high)}, Condition(sympy.sympify(length), ABOVE)


def _in_square(expr: sympy.Expr, symbol: sympy.Symbol, square: sympy.Symbol) -> sympy.Expr:
    """An expression with even powers of a symbol as powers of its square."""

    def is_even(e: sympy.Expr) -> bool:
        return bool(e.is_Pow and e.base == symbol and e.exp.is_Integer and e.exp % 2 == 0)

    return expr.replace(is_even, lambda e: square ** (e.exp / 2))
