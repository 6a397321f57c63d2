"""Transposes taken out of formulas in symmetric matrices."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from theory.language.formulas.tree import (
    Name,
    Negative,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
    children,
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
        case TraceNode(inside):
            return replace(tree, inside=_settled(inside, False, general))
        case Negative(inside):
            return replace(tree, inside=_settled(inside, turned, general))
        case Power(base):
            return replace(tree, base=_settled(base, turned, general))
        case Sum(parts):
            return replace(tree, parts=tuple((s, _settled(p, turned, general)) for s, p in parts))
        case Product(factors):
            order = reversed(factors) if turned else factors
            return replace(
                tree, factors=tuple((by, _settled(f, turned, general)) for by, f in order)
            )
        case _:
            return tree
