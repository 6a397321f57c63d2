"""Bounds on the degrees of a formula's numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable, Set

from theory.language.formulas.tree import (
    IndexPower,
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
    children,
    names,
)

Degrees = tuple[int, int]
"""Of a numerator and of a denominator."""


def degrees(
    tree: Tree, of: Callable[[str], int], matrices: Set[str] = frozenset(), size: int = 1
) -> Degrees:
    """Bounds in variables of which each name counts as many as ``of`` says.

    The inverse of a matrix ``P / q`` of ``size`` rows is ``q adj(P) / det(P)``; with a size of 1
    matrices count as if they commuted. A root counts as what is under it.

    >>> from theory.language.formulas.parser import parse
    >>> degrees(parse("n^2/(n + 1) + d"), lambda name: name == "n")
    (2, 1)
    """
    match tree:
        case Number():
            return 0, 0
        case Name(name):
            return of(name), 0
        case Negative(inside) | TraceNode(inside) | Transpose(inside):
            return degrees(inside, of, matrices, size)
        case Pairing(left, right):
            both = [degrees(part, of, matrices, size) for part in (left, right)]
            return sum(top for top, _ in both), sum(bottom for _, bottom in both)
        case Sum(parts):
            found = [degrees(part, of, matrices, size) for _, part in parts]
            bottom = sum(b for _, b in found)
            return max(t + bottom - b for t, b in found), bottom
        case Product(factors):
            top = bottom = 0
            for divides, factor in factors:
                t, b = degrees(factor, of, matrices, size)
                top, bottom = (top + b, bottom + t) if divides else (top + t, bottom + b)
            return top, bottom
        case IndexPower():
            raise TypeError("a power whose exponent holds the index has no degree")
        case Power(base, exponent):
            top, bottom = degrees(base, of, matrices, size)
            if exponent < 0 and names(base) & matrices:
                top, bottom = bottom + (size - 1) * top, size * top
            elif exponent < 0:
                top, bottom = bottom, top
            power = max(1, abs(int(exponent)))
            return power * top, power * bottom


def has_root(tree: Tree, matrices: Set[str] = frozenset()) -> bool:
    """Whether a formula takes a root of anything but one of these matrices by name.

    >>> from theory.language.formulas.parser import parse
    >>> has_root(parse("tr(sqrt(S))"), {"S"}), has_root(parse("sqrt((d - 40)^2)"))
    (False, True)
    """
    match tree:
        case Power(Name(name), _) if name in matrices:
            return False
        case Power(_, exponent) if exponent.denominator == 2:
            return True
    return any(has_root(child, matrices) for child in children(tree))
