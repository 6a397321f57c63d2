"""Signs that can be seen: rational functions of the sizes and parameters over their ranges.

A polynomial in non-negative variables with non-negative coefficients is non-negative. So a
coefficient is rewritten in ``n - 1``, ``d - 1`` and, for a parameter ``s`` of a bounded range
``[low, high]``, in the ``v >= 0`` with ``s = low + (high - low) v / (1 + v)``. Both ends may be
polynomials in other symbols, such as n. What cannot be seen this way is not decided: False means
"not visibly".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import flint
import sympy

from theory.scalars.powers import without_powers
from theory.scalars.ratio import ratio
from theory.scalars.symbols import d, n

Ranges = Mapping[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]


def is_nonnegative(expr: sympy.Expr, ranges: Ranges | None = None) -> bool:
    """Whether a rational function is visibly non-negative for n, d >= 1 over the ranges.

    A symbol without a range may be any real number, and has to occur in even powers.

    >>> is_nonnegative(n * (n - 1) * sympy.Symbol("sigma") ** 2)
    True
    >>> is_nonnegative(n - 2)
    False
    """
    return _visible(expr, ranges or {}, strictly=False)


def is_positive(expr: sympy.Expr, ranges: Ranges | None = None) -> bool:
    """Whether a rational function is visibly positive for n, d >= 1 over the closed ranges.

    >>> alpha = sympy.Symbol("alpha")
    >>> is_positive(n + 1 - alpha**2, {alpha: (sympy.Integer(0), sympy.Integer(1))})
    True
    >>> is_positive(1 - alpha**2, {alpha: (sympy.Integer(0), sympy.Integer(1))})
    False
    >>> is_positive(n + 1 - alpha, {alpha: (sympy.Integer(0), n)})
    True
    >>> is_positive(1 + 99 * alpha**2 * (1 - alpha**2), {alpha: (-sympy.S.One, sympy.S.Half)})
    True
    """
    return _visible(expr, ranges or {}, strictly=True)


def _visible(expr: sympy.Expr, ranges: Ranges, strictly: bool) -> bool:
    expr, powers = without_powers(expr)
    ranges = {**ranges, **{symbol: _range(power, ranges) for symbol, power in powers.items()}}
    found = ratio(expr)
    if found is None or found.roots:
        return False
    order = _order(found.symbols, ranges)
    if order is None:
        return False
    # both signs may be turned round
    return any(
        _sign_seen(found.top * sign, found.symbols, ranges, strictly, order)
        and _sign_seen(found.bottom * sign, found.symbols, ranges, True, order)
        for sign in (1, -1)
    )


def _range(power: sympy.Expr, ranges: Ranges) -> tuple[sympy.Expr, sympy.Expr]:
    """Of a power with an exponent from 0 on."""
    low, high = ranges.get(power.base, (-sympy.oo, sympy.oo))
    if power.base.is_number:
        low = high = power.base
    one, zero = sympy.Integer(1), sympy.Integer(0)
    most = one if high.is_number and high <= 1 and low >= -1 else sympy.oo
    return (zero if low >= 0 else -most), most


def _order(symbols: tuple[sympy.Symbol, ...], ranges: Ranges) -> tuple[int, ...] | None:
    """The places of the symbols, each before those that the end of its range holds.

    None where there is no such order, as ends hold each other: one could not be moved before the
    other.
    """
    left, found = list(range(len(symbols))), []
    while left:
        ends = [end for at in left for end in ranges.get(symbols[at], ())]
        held = frozenset().union(*(end.free_symbols for end in ends))
        at = next((at for at in left if symbols[at] not in held), None)
        if at is None:
            return None
        left.remove(at)
        found.append(at)
    return tuple(found)


def _sign_seen(
    polynomial: Any,
    symbols: tuple[sympy.Symbol, ...],
    ranges: Ranges,
    strictly: bool,
    order: tuple[int, ...],
    free: frozenset[int] = frozenset(),
) -> bool:
    """Whether a polynomial is visibly non-negative, or positive.

    Its variables at the places in ``order`` are still to be moved. Of those moved the ones in
    ``free`` may be of any sign, the others are not negative.
    """
    if not order:
        return _coefficients_tell(polynomial, free, strictly)
    at, *rest = order
    after = tuple(rest)
    symbol, context = symbols[at], polynomial.context()
    variable, one = context.gen(at), context.constant(1)
    size = (sympy.Integer(1), sympy.oo) if symbol in (n, d) else (-sympy.oo, sympy.oo)
    low, high = ranges.get(symbol, size)
    start, end = (_end(one, symbols, context) for one in (low, high))
    if start is None and low.is_finite is not False:
        return False
    if low.is_number and low < 0:
        # as if of any size: even powers show their sign best where they stand
        if _sign_seen(polynomial, symbols, ranges, strictly, after, free | {at}):
            return True
        if not low.is_finite:
            return False
        halved = _in_square(polynomial, at) if high.is_Rational else None
        if halved is not None:
            square = {**ranges, symbol: (sympy.Integer(0), max(low**2, high**2))}
            if _sign_seen(halved, symbols, square, strictly, order, free):
                return True
    if end is None:
        moved = _put(polynomial, at, start + variable, one)
        return _sign_seen(moved, symbols, ranges, strictly, after, free)
    moved = _put(polynomial, at, start + end * variable, one + variable)
    inside = _sign_seen(moved, symbols, ranges, strictly, after, free)
    # the upper end is where the new variable is infinite
    return inside and (
        not strictly
        or _sign_seen(_put(polynomial, at, end, one), symbols, ranges, True, after, free)
    )


def _end(high: sympy.Expr, symbols: tuple[sympy.Symbol, ...], context: Any) -> Any:
    """An end of a range as a polynomial; None where it is not known to be one."""
    terms = _terms(high, symbols)
    return None if terms is None else context.from_dict(terms)


@lru_cache(maxsize=10_000)
def _terms(high: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> dict[Any, Any] | None:
    """The rational coefficients of a polynomial by its powers; None for anything else."""
    if not high.free_symbols <= set(symbols) or not high.is_polynomial(*symbols):
        return None
    terms = sympy.Poly(high, *symbols).terms()
    if not all(c.is_Rational for _, c in terms):
        return None
    return {powers: flint.fmpq(int(c.p), int(c.q)) for powers, c in terms}


def _put(polynomial: Any, at: int, top: Any, bottom: Any) -> Any:
    """A polynomial with ``top / bottom`` for a variable, times a power of the bottom."""
    context, degree = polynomial.context(), polynomial.degrees()[at]
    by_power: dict[int, dict[tuple[int, ...], Any]] = {}
    for exponents, c in polynomial.to_dict().items():
        rest = list(map(int, exponents))
        power, rest[at] = rest[at], 0
        by_power.setdefault(power, {})[tuple(rest)] = c
    total = context.constant(0)
    for power, terms in by_power.items():
        total += context.from_dict(terms) * top**power * bottom ** (degree - power)
    return total


def _in_square(polynomial: Any, at: int) -> Any:
    """A polynomial in the square of a variable; None where it has odd powers, or none."""
    terms = {tuple(map(int, powers)): c for powers, c in polynomial.to_dict().items()}
    if not polynomial.degrees()[at] or any(powers[at] % 2 for powers in terms):
        return None
    halved = {(*p[:at], p[at] // 2, *p[at + 1 :]): c for p, c in terms.items()}
    return polynomial.context().from_dict(halved)


def _coefficients_tell(polynomial: Any, free: frozenset[int], strictly: bool) -> bool:
    terms = [(tuple(map(int, e)), c) for e, c in polynomial.to_dict().items()]
    if any(c < 0 or any(e[k] % 2 for k in free) for e, c in terms):
        return False
    return not strictly or any(not any(e) for e, _ in terms)
