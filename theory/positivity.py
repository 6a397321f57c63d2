"""Signs that can be seen: rational functions of the sizes and parameters over their ranges.

A polynomial in non-negative variables with non-negative coefficients is non-negative. So a
coefficient is rewritten in ``n - 1``, ``d - 1`` and, for a parameter ``s`` of a bounded range
``[low, high]``, in the ``v >= 0`` with ``s = low + (high - low) v / (1 + v)``. What cannot be seen
this way is not decided: False means "not visibly".
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from theory.design import Design
from theory.rational import cancelled
from theory.words import d, n

Ranges = Mapping[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]


def ranges_of(design: Design) -> dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]:
    """The closed ranges of a design's parameters."""
    return {p.symbol: (p.low, p.high) for p in design.parameters}


def is_nonnegative(expr: sympy.Expr, ranges: Ranges | None = None) -> bool:
    """Whether a rational function is visibly non-negative for n, d >= 1 over the ranges.

    A symbol without a range may be any real number, and has to occur in even powers.

    >>> is_nonnegative(n * (n - 1) * sympy.Symbol("sigma") ** 2)
    True
    >>> is_nonnegative(n - 2)
    False
    """
    return _visible(expr, dict(ranges or {}), strictly=False)


def is_positive(expr: sympy.Expr, ranges: Ranges | None = None) -> bool:
    """Whether a rational function is visibly positive for n, d >= 1 over the closed ranges.

    >>> alpha = sympy.Symbol("alpha")
    >>> is_positive(n + 1 - alpha**2, {alpha: (sympy.Integer(0), sympy.Integer(1))})
    True
    >>> is_positive(1 - alpha**2, {alpha: (sympy.Integer(0), sympy.Integer(1))})
    False
    """
    return _visible(expr, dict(ranges or {}), strictly=True)


def _visible(
    expr: sympy.Expr, ranges: dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]], strictly: bool
) -> bool:
    numerator, denominator = sympy.fraction(cancelled(expr))
    if denominator != 1:
        # both signs may be turned round
        return any(
            _visible(s * numerator, ranges, strictly) and _visible(s * denominator, ranges, True)
            for s in (1, -1)
        )
    bounded = {s: r for s, r in ranges.items() if r[1].is_finite and numerator.has(s)}
    if strictly and not all(
        # the upper end is where v is infinite
        _visible(numerator.subs(s, high), _without(ranges, s), strictly)
        for s, (_, high) in bounded.items()
    ):
        return False
    substitution = {n: n + 1, d: d + 1}
    for s, (low, high) in ranges.items():
        if s in bounded:
            substitution[s] = low + (high - low) * s / (1 + s)
        elif low.is_finite:
            substitution[s] = low + s
    moved = numerator.xreplace(substitution)
    shifted, _ = sympy.fraction(cancelled(moved))
    symbols = sorted(shifted.free_symbols, key=str)
    if not symbols:
        return bool(shifted > 0) if strictly else bool(shifted >= 0)
    non_negative = {n, d, *ranges}
    try:
        terms = sympy.Poly(shifted, *symbols).terms()
    except sympy.PolynomialError:
        return False
    if any(
        number < 0
        or any(k % 2 and s not in non_negative for s, k in zip(symbols, powers, strict=True))
        for powers, number in terms
    ):
        return False
    return not strictly or any(not any(powers) for powers, _ in terms)


def _without(
    ranges: dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]], symbol: sympy.Symbol
) -> dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]:
    return {s: r for s, r in ranges.items() if s != symbol}
