"""Claimed moments, on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Derived, Moment


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

    def __iter__(self) -> Iterator[tuple[Moment, Derived]]:
        return iter(zip(self.moments, self.derived, strict=True))

    def alone(self, index: int) -> Subject:
        """One of the moments, without the others."""
        return replace(self, moments=(self.moments[index],), derived=(self.derived[index],))
