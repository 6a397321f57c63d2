"""Comparisons of two quantities of a design, such as ``wpgd_risk < risk``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from theory.errors import UnknownName
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.quantities import Quantity

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
        raise Unreadable(place, f"found {len(parts) // 2} signs of order; expected {EXPECTED}")
    left, sign, right = parts
    second = place.after(len(left) + len(sign))
    return Ordering(_quantity(left, place), Comparator(sign), _quantity(right, second), place)


def _quantity(text: str, place: Place) -> Quantity:
    name = text.strip(" \t")
    if name not in ORDERED:
        at = place.after(len(text) - len(text.lstrip(" \t")))
        raise Unreadable(at, f"{UnknownName('quantity', name[:SHOWN], ORDERED)}")
    return ORDERED[name]
