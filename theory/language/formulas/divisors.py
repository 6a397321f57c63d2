"""What a formula divides by."""

from __future__ import annotations

from collections.abc import Iterator

from theory.language.formulas.tree import Power, Product, Tree, children


def divisors(tree: Tree) -> Iterator[Tree]:
    """The parts of a formula that it divides by, or takes an inverse of.

    >>> from theory.language.formulas.parser import parse
    >>> [one.name for one in divisors(parse("a/b + (1 + c^-2)^2"))]
    ['b', 'c']
    """
    match tree:
        case Product(factors):
            yield from (factor for divides, factor in factors if divides)
        case Power(base, exponent) if exponent < 0:
            yield base
    for part in children(tree):
        yield from divisors(part)
