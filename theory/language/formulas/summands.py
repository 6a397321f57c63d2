"""The summands of a formula: what it adds up, as it is written."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

from theory.language.formulas.tree import Negative, Number, Product, Sum, Tree

MOST = 100
"""How many summands a product may be multiplied out to; beyond, it stays one."""

Part = tuple[bool, Tree]
"""A summand, and whether it is subtracted."""


def summands(tree: Tree, opened: Callable[[Sum], bool] = lambda _: False) -> tuple[Part, ...]:
    """The summands of a formula, in order, without brackets around sums.

    A factor that is a sum is multiplied out where ``opened`` says so.

    >>> from theory.language.formulas.parser import SOMEWHERE, parse
    >>> from theory.language.formulas.printing import printed
    >>> [(minus, printed(part)) for minus, part in summands(parse("a - (b*c - (d - e)/2)"))]
    [(False, 'a'), (True, 'b*c'), (False, '(d - e)/2')]
    >>> printed(Sum(summands(parse("a*(1 - b/c)/d"), lambda _: True), SOMEWHERE))
    'a/d - a*b/c/d'
    """
    match tree:
        case Sum(parts):
            return tuple(
                (negative != inner, part)
                for negative, whole in parts
                for inner, part in summands(whole, opened)
            )
        case Negative(inside):
            return tuple((not negative, part) for negative, part in summands(inside, opened))
        case Product(factors):
            return _multiplied(tree, factors, opened)
        case _:
            return ((False, tree),)


def _multiplied(
    tree: Product, factors: tuple[Part, ...], opened: Callable[[Sum], bool]
) -> tuple[Part, ...]:
    choices: list[tuple[Part, ...]] = []
    count = 1
    for divides, factor in factors:
        opens = not divides and isinstance(factor, Sum) and opened(factor)
        choices.append(summands(factor, opened) if opens else ((False, factor),))
        count *= len(choices[-1])
    if count == 1 or count > MOST:
        return ((False, tree),)
    divided = [divides for divides, _ in factors]
    return tuple(
        (
            sum(negative for negative, _ in chosen) % 2 == 1,
            _product(tree, [(by, part) for by, (_, part) in zip(divided, chosen, strict=True)]),
        )
        for chosen in product(*choices)
    )


def _product(tree: Product, factors: list[Part]) -> Tree:
    """A product without products among its factors, and without ones that do nothing."""
    flat: list[Part] = []
    for divides, factor in factors:
        if isinstance(factor, Product) and not divides:
            flat += factor.factors
        else:
            flat.append((divides, factor))
    kept = [(by, part) for by, part in flat if by or not _is_one(part)]
    if not kept or all(by for by, _ in kept):
        kept = [(False, Number(Fraction(1), tree.place)), *kept]
    return kept[0][1] if len(kept) == 1 else Product(tuple(kept), tree.place)


def _is_one(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value == 1
