"""Transposes taken out of formulas in symmetric matrices."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from theory.language.formulas.tree import (
    Name,
    Pairing,
    Product,
    TraceNode,
    Transpose,
    Tree,
    children,
    rebuilt,
)


def settled(tree: Tree, general: Set[str] = frozenset()) -> Tree:
    """The same formula, with transposes of names only, and only of the ``general`` ones.

    All other names stand for symmetric matrices or for scalars.

    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.printing import printed
    >>> printed(settled(parse("(n*S*W*T)' + (S + T^-1)'^2"), {"W"}))
    "T*W'*S*n + (S + T^-1)^2"
    """
    return _settled(tree, False, general) if _has_transposes(tree) else tree


def _has_transposes(tree: Tree) -> bool:
    return isinstance(tree, Transpose) or any(map(_has_transposes, children(tree)))


def _settled(tree: Tree, turned: bool, general: Set[str]) -> Tree:
    """The tree, or its transpose."""
    match tree:
        case Name(name) if turned and name in general:
            return Transpose(tree, tree.place)
        case Transpose(inside):
            return _settled(inside, not turned, general)
        case TraceNode() | Pairing():
            # a scalar is its own transpose, and two vectors change places
            swapped = turned and isinstance(tree, Pairing) and tree.is_outer
            parts = [_settled(part, False, general) for part in children(tree)]
            return rebuilt(tree, parts[::-1] if swapped else parts)
        case Product(factors) if turned:
            tree = replace(tree, factors=tuple(reversed(factors)))
    return rebuilt(tree, [_settled(part, turned, general) for part in children(tree)])
