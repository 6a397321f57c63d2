"""Mathematics between which and around which there is notation that is no expression.

A formula's sides are SymPy expressions wherever something is derived or claimed. Around these stand
things that are only ever shown, such as ``\\mathbb{E}`` or ``\\lim``: pieces of LaTeX, written by
us. No piece is ever taken apart to find something out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import sympy


@dataclass(frozen=True)
class Row:
    """Pieces of notation and expressions, side by side."""

    parts: tuple[str | sympy.Basic, ...]


@dataclass(frozen=True)
class Sentence:
    """Words, with mathematics among them; words may hold notation between dollar signs."""

    parts: tuple[str | sympy.Basic | Row, ...]


Mathematics: TypeAlias = str | sympy.Basic | Row
"""An expression, a piece of notation, or a row of both."""
Prose: TypeAlias = str | Sentence


def row(*parts: Mathematics) -> Row:
    """Mathematics side by side.

    >>> row("x =", row(sympy.Symbol("y"), "!")).parts
    ('x =', y, '!')
    """
    flat: list[str | sympy.Basic] = []
    for part in parts:
        flat += part.parts if isinstance(part, Row) else [part]
    return Row(tuple(flat))


def grouped(expr: sympy.Basic) -> Mathematics:
    """A factor: in parentheses where it is a sum."""
    return row(r"\left(", expr, r"\right)") if expr.is_Add or expr.is_MatAdd else expr


def times(factor: sympy.Expr) -> Row:
    r"""A factor with the space after it; nothing where it is 1.

    >>> n = sympy.Symbol("n")
    >>> times(n).parts, times(n + 1).parts, times(n - n + 1).parts
    ((n, '\\, '), ('\\left(', n + 1, '\\right)', ' '), ())
    """
    return row() if factor == 1 else row(grouped(factor), " " if factor.is_Add else r"\, ")


def joined(parts: Iterable[Mathematics], between: str = ", ") -> Row:
    """Mathematics with notation between.

    >>> joined([sympy.Symbol("y"), "z"], " + ").parts
    (y, ' + ', 'z')
    """
    pieces = [piece for part in parts for piece in (between, part)]
    return row(*pieces[1:])
