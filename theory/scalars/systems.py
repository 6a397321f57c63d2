"""Linear systems whose entries are rational functions, solved without growing fractions.

Rows are cleared of denominators, and Bareiss's elimination keeps every entry a minor of the matrix:
each division is exact, and nothing is brought to lowest terms before the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import flint
import sympy

from theory.scalars.ratio import Polynomial, Ratio, ratio


@dataclass(frozen=True)
class Solved:
    """The solution of ``A x = b``.

    Parameters
    ----------
    values
        x, entry by entry, each factored.
    product
        ``b'x``, factored.
    determinant
        Of A, factored: where it is not zero, there is no other solution.
    """

    values: tuple[sympy.Expr, ...]
    product: sympy.Expr
    determinant: sympy.Expr


def solved(matrix: Sequence[Sequence[sympy.Expr]], column: Sequence[sympy.Expr]) -> Solved | None:
    """Solve ``A x = b`` for an m x m matrix A and a column b of scalars.

    None where an entry is no rational function, or where the determinant vanishes identically.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> found = solved([[x, 1], [1, y]], [1, 0])
    >>> found.values, found.product, found.determinant
    ((y/(x*y - 1), -1/(x*y - 1)), y/(x*y - 1), x*y - 1)
    >>> solved([[x, x], [y, y]], [1, 1]) is None
    True
    """
    rows = [[*row, right] for row, right in zip(matrix, column, strict=True)]
    symbols = tuple(sorted(set().union(*(e.free_symbols for e in _entries(rows))), key=str))
    names = tuple(f"s{k}" for k in range(len(symbols))) or ("s0",)
    context = flint.fmpq_mpoly_ctx.get(names, "lex")
    found = [[_placed(ratio(sympy.sympify(e)), symbols, context) for e in row] for row in rows]
    if any(entry is None for row in found for entry in row):
        return None
    one = context.constant(1)
    cleared, scales = [], []
    for row in found:
        common = reduce(_lcm, (entry[1] for entry in row if entry is not None), one)
        cleared.append([top * (common / bottom) for top, bottom in row])  # type: ignore[misc]
        scales.append(common)
    reduced = _eliminated(cleared, one)
    if reduced is None:
        return None

    def written(top: Polynomial, bottom: Polynomial) -> sympy.Expr:
        shared = top.gcd(bottom)
        below = bottom / shared
        content = below.leading_coefficient()
        return Ratio(symbols, (), (top / shared) / content, below / content).factored

    tops, determinant = reduced
    scale = reduce(lambda a, b: a * b, scales, one)
    # b'x, each b_k as (top / its row's scale)
    product = context.constant(0)
    for top, row, common in zip(tops, cleared, scales, strict=True):
        product += top * row[-1] * (scale / common)
    return Solved(
        tuple(written(top, determinant) for top in tops),
        written(product, determinant * scale),
        written(determinant, scale),
    )


def _entries(rows: Sequence[Sequence[Any]]) -> list[sympy.Expr]:
    return [sympy.sympify(entry) for row in rows for entry in row]


def _placed(
    found: Ratio | None, symbols: tuple[sympy.Symbol, ...], context: Any
) -> tuple[Polynomial, Polynomial] | None:
    """Top and bottom as polynomials in all symbols; None for what holds roots, or more."""
    if found is None or found.roots:
        return None
    places = [symbols.index(s) for s in found.symbols]

    def moved(polynomial: Polynomial) -> Polynomial:
        terms = {}
        for exponents, c in polynomial.to_dict().items():
            power = [0] * max(len(symbols), 1)
            for place, exponent in zip(places, exponents, strict=False):
                power[place] = int(exponent)
            terms[tuple(power)] = c
        return context.from_dict(terms)

    return moved(found.top), moved(found.bottom)


def _lcm(a: Polynomial, b: Polynomial) -> Polynomial:
    return a * (b / a.gcd(b))


def _eliminated(
    rows: list[list[Polynomial]], one: Polynomial
) -> tuple[list[Polynomial], Polynomial] | None:
    """Of ``[A | b]`` the determinant of A, and that times the solution; None where it is zero."""
    size, last = len(rows), one
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r][k] != 0), None)
        if pivot is None:
            return None
        if pivot != k:
            rows[k], rows[pivot] = [-entry for entry in rows[pivot]], rows[k]
        here = rows[k][k]
        for r in range(size):
            if r == k:
                continue
            factor = rows[r][k]
            rows[r] = [
                (here * a - factor * b) / last for a, b in zip(rows[r], rows[k], strict=True)
            ]
        last = here
    return [row[-1] for row in rows], last
