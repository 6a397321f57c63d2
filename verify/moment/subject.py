"""Claimed moments, on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, ClassVar

from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Derived, Moment
from verify.moment.points import random_place


@dataclass(frozen=True)
class Subject:
    """Claimed moments beside the derived ones.

    Parameters
    ----------
    moments
        What is claimed.
    derived
        What the engine derived in its place, in the same order.
    """

    moments: tuple[Moment, ...]
    derived: tuple[Derived, ...]

    kind: ClassVar[str] = "moment"

    @staticmethod
    def of(statement: MomentStatement) -> Subject:
        """The subject of a statement."""
        return Subject(statement.moments, statement.derivations)

    def values(self, random: Random) -> tuple[Any, ...]:
        """Every moment as claimed and as derived, at sizes and orders from 2 to 4."""
        found: list[Any] = []
        for moment, derived in self:
            numbers = {p: random.randint(2, 4) for p in moment.parameters}
            at = random_place(moment, numbers, random, 50).at
            found += [moment.claimed_at(at), derived.at(at, moment.order(at))]
        return tuple(found)

    def __iter__(self) -> Iterator[tuple[Moment, Derived]]:
        return iter(zip(self.moments, self.derived, strict=True))

    def alone(self, index: int) -> Subject:
        """One of the moments, without the others."""
        return replace(self, moments=(self.moments[index],), derived=(self.derived[index],))
