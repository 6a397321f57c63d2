"""Abbreviations in formulas, with their meaning."""

from __future__ import annotations

import sympy

Definitions = tuple[tuple[sympy.Expr, sympy.Expr], ...]


def expanded(expr: sympy.Expr, definitions: Definitions) -> sympy.Expr:
    """A scalar formula with its abbreviations put in.

    >>> k, n = sympy.symbols("k n")
    >>> expanded(1 / k, ((k, n + 1),))
    1/(n + 1)
    """
    for name, meaning in reversed(definitions):
        expr = expr.subs(name, meaning)
    return expr
