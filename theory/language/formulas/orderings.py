"""Comparisons of two quantities of a design, such as ``wpgd_risk < risk``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from theory.errors import UnknownName
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import Sum, Tree

ORDERED = {q.value: q for q in Quantity if q.has_order}
"""The quantities that can be compared, by their keys."""
EXPECTED = 'two quantities with <=, <, >= or > between, such as "wpgd_risk < risk"'


@dataclass(frozen=True)
class Ordering:
    """Two quantities in an order.

    >>> ordering("ssm_risk <= att_risk", Place("--holds")).relation.value
    '<='
    """

    left: Quantity
    relation: Comparator
    right: Quantity
    place: Place = field(compare=False)

    @property
    def sides(self) -> tuple[Quantity, Quantity]:
        """Both quantities."""
        return self.left, self.right


def ordering(text: str, place: Place) -> Ordering:
    """Read a comparison; ``place`` is that of its first character.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    parts = re.split("(<=|>=|<|>)", text)
    if len(parts) != 3:
        raise Unreadable(place, f"found {_signs(len(parts) // 2)} of order; expected {EXPECTED}")
    left, sign, right = parts
    second = place.after(len(left) + len(sign))
    return Ordering(_quantity(left, place), Comparator(sign), _quantity(right, second), place)


def exception(text: str, place: Place) -> Tree:
    """Read where nothing is claimed, an equation such as ``n = 1``, as the difference of its sides.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    >>> from theory.language.formulas.printing import printed
    >>> printed(exception("r = s", Place("--unless")))
    'r - s'
    """
    left, *rest = text.split("=")
    if len(rest) != 1:
        raise Unreadable(
            place, f'found {_signs(len(rest))} of equality; expected an equation, such as "n = 1"'
        )
    sides = parse(left, place), parse(rest[0], place.after(len(left) + 1))
    return Sum(((False, sides[0]), (True, sides[1])), place)


def _signs(count: int) -> str:
    return f"{count} signs" if count else "no sign"


def _quantity(text: str, place: Place) -> Quantity:
    name = text.strip(" \t")
    if name not in ORDERED:
        at = place.after(len(text) - len(text.lstrip(" \t")))
        raise Unreadable(at, f"{UnknownName('quantity', name[:SHOWN], ORDERED)}")
    return ORDERED[name]
