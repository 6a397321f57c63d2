"""A parsed formula: frozen nodes that know where they stand.

Sums and products hold all their parts at once: a tree is as deep as its formula nests, and no
deeper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from theory.language.formulas.places import Place


@dataclass(frozen=True)
class Number:
    """A number, exactly: a decimal stands for the fraction it writes."""

    value: Fraction
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Name:
    """A name; what it stands for is decided when the tree is read."""

    name: str
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Negative:
    """Minus something."""

    inside: Tree
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Sum:
    """Parts added in order; of each, whether it is subtracted."""

    parts: tuple[tuple[bool, Tree], ...]
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Product:
    """Factors multiplied in order; of each, whether it divides."""

    factors: tuple[tuple[bool, Tree], ...]
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Power:
    """A base to a constant: a whole number, or 1/2 or -1/2. ``sqrt(x)`` is ``x`` to 1/2."""

    base: Tree
    exponent: Fraction
    place: Place = field(compare=False)


@dataclass(frozen=True)
class IndexPower:
    """A base to a whole number that depends on the example: ``of_i*i + of_n*n + constant``."""

    base: Tree
    of_i: int
    of_n: int
    constant: int
    place: Place = field(compare=False)


@dataclass(frozen=True)
class TraceNode:
    """``tr(...)``."""

    inside: Tree
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Transpose:
    """What stands before a ``'``, transposed."""

    inside: Tree
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Pairing:
    """Of two vectors ``dot(left, right)``, a scalar, or ``outer(left, right)``, a matrix."""

    left: Tree
    right: Tree
    is_outer: bool
    place: Place = field(compare=False)

    @property
    def name(self) -> str:
        """The function, as it is written."""
        return "outer" if self.is_outer else "dot"


Tree = (
    Number | Name | Negative | Sum | Product | Power | IndexPower | TraceNode | Transpose | Pairing
)


def children(tree: Tree) -> tuple[Tree, ...]:
    """The trees a node is made of.

    >>> from theory.language.formulas.parser import parse
    >>> [node.name for node in children(parse("a - b"))]
    ['a', 'b']
    """
    match tree:
        case Sum(parts):
            return tuple(part for _, part in parts)
        case Product(factors):
            return tuple(factor for _, factor in factors)
        case Negative(inside) | TraceNode(inside) | Transpose(inside):
            return (inside,)
        case Power(base) | IndexPower(base):
            return (base,)
        case Pairing(left, right):
            return (left, right)
        case _:
            return ()


def rebuilt(tree: Tree, parts: Sequence[Tree]) -> Tree:
    """A node made of other trees, in the order of its :func:`children`.

    >>> from theory.language.formulas.parser import parse
    >>> rebuilt(parse("a - b"), [parse("c"), parse("d")]) == parse("c - d")
    True
    """
    match tree:
        case Sum(terms):
            signs = (sign for sign, _ in terms)
            return replace(tree, parts=tuple(zip(signs, parts, strict=True)))
        case Product(factors):
            sides = (divides for divides, _ in factors)
            return replace(tree, factors=tuple(zip(sides, parts, strict=True)))
        case Negative() | TraceNode() | Transpose():
            return replace(tree, inside=parts[0])
        case Power() | IndexPower():
            return replace(tree, base=parts[0])
        case Pairing():
            return replace(tree, left=parts[0], right=parts[1])
        case _:
            return tree


def names(tree: Tree) -> frozenset[str]:
    """All names in a tree.

    >>> from theory.language.formulas.parser import parse
    >>> sorted(names(parse("alpha*q + 2*q")))
    ['alpha', 'q']
    """
    if isinstance(tree, Name):
        return frozenset({tree.name})
    found = frozenset().union(*map(names, children(tree)))
    return found | {"i", "n"} if isinstance(tree, IndexPower) else found


def inverted(tree: Tree) -> frozenset[str]:
    """Names under a negative power, or under a square root.

    >>> from theory.language.formulas.parser import parse
    >>> sorted(inverted(parse("a^-1*b + sqrt(c)*d^2")))
    ['a', 'c']
    """
    match tree:
        case Power(Name(name), exponent) if exponent < 0 or exponent.denominator != 1:
            return frozenset({name})
    return frozenset().union(*map(inverted, children(tree)))


def under_roots(tree: Tree) -> frozenset[str]:
    """Names under a square root.

    >>> from theory.language.formulas.parser import parse
    >>> sorted(under_roots(parse("a + sqrt(b)/n")))
    ['b']
    """
    match tree:
        case Power(base, exponent) if exponent.denominator == 2:
            return names(base)
    return frozenset().union(*map(under_roots, children(tree)))
