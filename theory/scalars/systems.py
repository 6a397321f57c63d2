"""The least value of a quadratic form whose entries are rational functions.

Rows are cleared of denominators, and Bareiss's elimination keeps every entry a minor of the matrix:
each division is exact, and nothing is brought to lowest terms before the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import flint
import sympy

from theory.scalars.ratio import Polynomial, Ratio, ratio

Quotient = tuple[Polynomial, Polynomial]
"""Top and bottom."""


@dataclass(frozen=True)
class LeastValue:
    """Where ``constant - 2 b'x + x'A x`` is stationary.

    Parameters
    ----------
    at
        x, entry by entry, each in lowest terms and factored.
    value
        ``constant - b'x``, likewise.
    determinant
        Of A: where it is not zero, there is no other such x.
    """

    at: tuple[sympy.Expr, ...]
    value: sympy.Expr
    determinant: sympy.Expr


def least_value(
    constant: sympy.Expr, column: Sequence[sympy.Expr], matrix: Sequence[Sequence[sympy.Expr]]
) -> LeastValue | None:
    """Solve ``A x = b`` for an m x m matrix A and a column b of scalars.

    None where an entry is no rational function, or where the determinant vanishes identically.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> found = least_value(sympy.Integer(1), [x, y], [[x, y], [y, y]])
    >>> found.at, found.value, found.determinant
    ((1, 0), 1 - x, y*(x - y))
    >>> least_value(x, [y, y], [[x, x], [y, y]]) is None
    True
    """
    found = _together([constant, *column, *(entry for row in matrix for entry in row)])
    if found is None:
        return None
    symbols, (first, *rest) = found
    size, one = len(column), first[1].context().constant(1)
    right, entries = rest[:size], rest[size:]
    rows, scales = [], []
    for k, last in enumerate(right):
        row = [*entries[k * size : (k + 1) * size], last]
        common = reduce(_lcm, (bottom for _, bottom in row), one)
        rows.append([top * (common / bottom) for top, bottom in row])
        scales.append(common)
    reduced = _eliminated(rows, one)
    if reduced is None:
        return None
    tops, determinant = reduced
    product = reduce(
        _plus, ((top * b[0], determinant * b[1]) for top, b in zip(tops, right, strict=True))
    )
    gap = _plus(first, (-product[0], product[1]))

    def written(top: Polynomial, bottom: Polynomial) -> sympy.Expr:
        shared = top.gcd(bottom)
        below = bottom / shared
        content = below.leading_coefficient()
        return Ratio(symbols, (), (top / shared) / content, below / content).factored

    return LeastValue(
        tuple(written(top, determinant) for top in tops),
        written(*gap),
        written(determinant, reduce(mul, scales, one)),
    )


def _together(
    scalars: Sequence[sympy.Expr],
) -> tuple[tuple[sympy.Symbol, ...], list[Quotient]] | None:
    """Scalars as quotients of polynomials in all of their symbols; None where one has roots."""
    symbols = tuple(sorted(set().union(*(e.free_symbols for e in scalars)), key=str))
    names = tuple(f"s{k}" for k in range(len(symbols))) or ("s0",)
    context = flint.fmpq_mpoly_ctx.get(names, "lex")
    found = []
    for scalar in scalars:
        form = ratio(scalar)
        if form is None or form.roots:
            return None
        places = [symbols.index(s) for s in form.symbols]
        found.append((_moved(form.top, places, context), _moved(form.bottom, places, context)))
    return symbols, found


def _moved(polynomial: Polynomial, places: Sequence[int], context: Any) -> Polynomial:
    """A polynomial in the variables of another context, at these places."""
    terms = {}
    for exponents, c in polynomial.to_dict().items():
        power = [0] * context.nvars()
        for place, exponent in zip(places, exponents, strict=False):
            power[place] = int(exponent)
        terms[tuple(power)] = c
    return context.from_dict(terms)


def _lcm(a: Polynomial, b: Polynomial) -> Polynomial:
    return a * (b / a.gcd(b))


def _plus(a: Quotient, b: Quotient) -> Quotient:
    common = _lcm(a[1], b[1])
    return a[0] * (common / a[1]) + b[0] * (common / b[1]), common


def _eliminated(
    rows: Sequence[Sequence[Polynomial]], one: Polynomial
) -> tuple[list[Polynomial], Polynomial] | None:
    """Of ``[A | b]`` the determinant of A times the solution, and that; None where it is zero."""
    left, last = [list(row) for row in rows], one
    for k in range(len(left)):
        pivot = next((r for r in range(k, len(left)) if left[r][k] != 0), None)
        if pivot is None:
            return None
        if pivot != k:
            left[k], left[pivot] = [-entry for entry in left[pivot]], left[k]
        here = left[k]
        for r, row in enumerate(left):
            if r != k:
                left[r] = [
                    (here[k] * a - row[k] * b) / last for a, b in zip(row, here, strict=True)
                ]
        last = here[k]
    return [row[-1] for row in left], last
