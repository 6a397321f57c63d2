"""A claimed moment beside the derived one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from theory.records.identities import DerivedMoment, Moment, Point
from verify.checks.on_trial import Compared
from verify.quantities.moment.coordinates import coordinate_moment
from verify.quantities.moment.points import FactoredPoint


@dataclass(frozen=True)
class MomentCase:
    """What is claimed of a moment, and what the engine derived in its place."""

    moment: Moment
    derived: DerivedMoment

    def derived_at(self, at: Point) -> Any:
        """The derived moment at a point, of the order there."""
        return self.derived.at(at, self.moment.order(at))

    def compare(self, place: FactoredPoint) -> Iterator[Compared]:
        """Claimed and derived moment beside what the coordinates give."""
        name, exact = self.moment.name, coordinate_moment(self.moment, place)
        claimed = self.moment.claimed_at(place.at)
        yield Compared(f"the claimed {name} moment is wrong", place, exact, claimed)
        derived = self.derived_at(place.at)
        yield Compared(f"the derived {name} moment is wrong", place, exact, derived)

    def compare_derived(self, place: FactoredPoint) -> Iterator[Compared]:
        """The claimed moment beside the derived one."""
        what = f"derived and claimed {self.moment.name} moment differ"
        exact, claimed = self.derived_at(place.at), self.moment.claimed_at(place.at)
        yield Compared(what, place, exact, claimed)
