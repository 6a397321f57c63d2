"""Expressions in sentences."""

from __future__ import annotations

import sympy


def told(expr: sympy.Basic) -> str:
    """An expression with the signs that formulas have.

    >>> told(sympy.Symbol("sigma") ** 2)
    'sigma^2'
    """
    return str(expr).replace("**", "^")
