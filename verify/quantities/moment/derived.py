"""A moment derived from text, on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

import flint

from theory.language.moments.algebras import Polynomial
from theory.records.expectation import Expectation, value_at
from verify.checks.on_trial import Compared, Grid, Mutant, Node, OnTrial
from verify.quantities.moment.case import shortened
from verify.quantities.moment.coordinates import coordinate_value
from verify.quantities.moment.places import FactoredPoint, places
from verify.settings import Settings


@dataclass(frozen=True)
class DerivedExpectation(OnTrial):
    """What was derived from a product, right or with a slip put into it.

    Parameters
    ----------
    record
        The product, with its expectation.
    lost
        Whether the last term is lost, on purpose.
    more
        What is added to every entry, on purpose.
    """

    record: Expectation
    lost: bool = False
    more: int = 0

    @staticmethod
    def of(statement: Expectation) -> DerivedExpectation:
        """That of a record."""
        return DerivedExpectation(statement)

    @cached_property
    def value(self) -> Polynomial:
        """The derived moment."""
        return shortened(self.record.value) if self.lost else self.record.value

    def grids(self, settings: Settings) -> Iterator[Grid]:
        random = Random(settings.seed)
        nodes = (Node(at, self._compared(at)) for at in places(self.record, random))
        yield Grid("small sizes", nodes, "the derived moment is what the coordinates give there")

    def _compared(self, place: FactoredPoint) -> Iterator[Compared]:
        try:
            exact = coordinate_value(self.record, self.record.tree, place)
            derived = self._at(place)
        except ZeroDivisionError:
            return
        yield Compared("the derived moment is wrong", place, exact, derived)

    def values(self, random: Random) -> tuple[Any, ...]:
        return tuple(map(self._at, places(self.record, random, 50)))

    def _at(self, place: FactoredPoint) -> Any:
        found = value_at(self.value, place.at)
        if not isinstance(found, flint.fmpq_mat):
            return found + self.more
        return found + flint.fmpq_mat([[self.more] * found.ncols()] * found.nrows())

    def mutants(self) -> Iterator[Mutant]:
        yield Mutant("one more", replace(self, more=1))
        if self.record.value:
            yield Mutant("the last term lost", replace(self, lost=True))
