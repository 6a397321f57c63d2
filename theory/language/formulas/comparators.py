"""What is said between a quantity and a formula: that they are equal, or how they are ordered."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Comparator(Enum):
    """A relation; the value is how it is written."""

    EQUAL = "="
    AT_MOST = "<="
    AT_LEAST = ">="
    BELOW = "<"
    ABOVE = ">"

    @property
    def latex(self) -> str:
        return {"<=": r"\le", ">=": r"\ge"}.get(self.value, self.value)

    @property
    def is_strict(self) -> bool:
        return self in (Comparator.BELOW, Comparator.ABOVE)

    @property
    def turned(self) -> Comparator:
        """The relation that a reader may have meant by mistake: the other way round."""
        return Comparator(self.value.translate(str.maketrans("<>", "><")))

    @property
    def strictly(self) -> Comparator:
        """The same where both sides may not be equal."""
        return self if self is Comparator.EQUAL else Comparator(self.value[0])

    @property
    def loosely(self) -> Comparator:
        """The same where both sides may be equal."""
        return Comparator(self.value[0] + "=") if self.is_strict else self

    def gap(self, left: Any, right: Any) -> Any:
        """What has to be non-negative, or positive, for left and right to be so ordered."""
        return left - right if self.value[0] == ">" else right - left

    def is_broken(self, left: Any, right: Any) -> bool:
        """Whether two numbers are surely ordered otherwise; balls may leave that open.

        >>> Comparator.BELOW.is_broken(1, 1), Comparator.AT_MOST.is_broken(1, 1)
        (True, False)
        """
        if self is Comparator.EQUAL:
            return bool(left != right)
        gap = self.gap(left, right)
        return bool(gap <= 0 if self.is_strict else gap < 0)


def comparator_of(text: str) -> tuple[Comparator, int]:
    """The relation that a claim begins with, and where its formula begins.

    >>> comparator_of("  <= d/n"), comparator_of("d/n")
    ((<Comparator.AT_MOST: '<='>, 4), (<Comparator.EQUAL: '='>, 0))
    """
    start = len(text) - len(text.lstrip(" \t"))
    for relation in (r for r in Comparator if r is not Comparator.EQUAL):
        if text.startswith(relation.value, start):
            return relation, start + len(relation.value)
    return Comparator.EQUAL, 0
