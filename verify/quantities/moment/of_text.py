"""A moment that was derived from text, and a claim about it, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from random import Random
from typing import Any

import flint
from hypothesis import strategies as st

from theory.algebra.means import form
from theory.errors import InputError
from theory.language.moments.algebras import Polynomial
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import Expectation, value_at
from verify.checks.on_trial import Compared, Grid, Mutant, Node, OnTrial, Property
from verify.judge.expectation import judged_moment
from verify.outcome.verdict import Finding
from verify.quantities.moment.behaviour import ENTRIES
from verify.quantities.moment.case import MomentCase, shortened
from verify.quantities.moment.coordinates import coordinate_value
from verify.quantities.moment.places import FactoredPoint, place, places, sizes
from verify.quantities.moment.slips import slipped
from verify.settings import Settings
from verify.strategies import entries

MUTANTS = 24
"""How many slips are put before the checks."""
DRAWN = 6
"""At how many sizes, the smallest, properties and slips are looked at."""


@dataclass(frozen=True)
class DerivedExpectation(OnTrial):
    """What was derived from a product, right or with a slip put into it."""

    record: Expectation
    lost: bool = False
    more: int = 0

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


@dataclass(frozen=True)
class ClaimedMean(OnTrial):
    """A moment with what is claimed of it."""

    record: ClaimedExpectation

    def equalities(self, settings: Settings) -> Finding:
        return judged_moment(self.record, settings)

    def grids(self, settings: Settings) -> Iterator[Grid]:
        random = Random(settings.seed)
        case = MomentCase(self.record)
        nodes = (Node(at, case.compare(at)) for at in places(self.record, random))
        says = "claimed and derived moment are what the coordinates give there"
        yield Grid("small sizes", nodes, says)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        def value(at: FactoredPoint, data: st.DataObject) -> Iterator[Compared]:
            return MomentCase(self.record).compare(at)

        return {"value": Property(_drawn(self.record), value)}

    def values(self, random: Random) -> tuple[Any, ...]:
        return tuple(self._off(at) for at in islice(places(self.record, random, 50), DRAWN))

    def _off(self, at: FactoredPoint) -> Any:
        """Claimed less derived value; None where a matrix has no inverse that is taken."""
        try:
            return value_at(self.record.claim.value - self.record.value, at.at)
        except ZeroDivisionError:
            return None

    def mutants(self) -> Iterator[Mutant]:
        if not form(self.record.claim.value):  # no slip changes zero
            with suppress(InputError):  # too many Gaussian matrices
                square = replace(self, record=self.record.squared())
                yield Mutant("the product times its transpose", square)
        for words, wrong in slipped(MomentCase(self.record), MUTANTS):
            assert isinstance(wrong.moment, ClaimedExpectation)
            if not wrong.lost:
                yield Mutant(words, replace(self, record=wrong.moment))


@st.composite
def _drawn(draw: st.DrawFn, record: Expectation) -> FactoredPoint:
    """A place of small sizes with fractions in it."""
    known = [at for _, at in zip(range(DRAWN), sizes(record), strict=False)]
    at = draw(st.sampled_from(known)) if known else draw(st.nothing())
    drawn = partial(entries, entry=ENTRIES)
    return place(record, at, lambda *size: draw(drawn(*size)), lambda: draw(st.integers(1, 5)))
