"""A claimed moment of Gaussian matrices, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

import flint
from hypothesis import strategies as st

from theory.algebra.means import form
from theory.errors import InputError
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import Expectation, value_at
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared, Grid, Mutant, Node, OnTrial, Property
from verify.judge.expectation import judged_moment
from verify.outcome.verdict import Finding
from verify.quantities.moment.behaviour import ENTRIES
from verify.quantities.moment.case import MomentCase
from verify.quantities.moment.places import FactoredPoint, place, places, sizes
from verify.quantities.moment.slips import slipped
from verify.settings import Settings

MUTANTS = 24
"""How many slips are put before the checks."""
DRAWN = 6
"""At how many sizes, the smallest, properties and slips are looked at."""


@dataclass(frozen=True)
class ClaimedMean(OnTrial):
    """A moment with what is claimed of it.

    Parameters
    ----------
    record
        The product, its expectation and the claim.
    """

    record: ClaimedExpectation

    @staticmethod
    def of(statement: Expectation) -> ClaimedMean:
        """That of a record."""
        assert isinstance(statement, ClaimedExpectation)
        return ClaimedMean(statement)

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

    def matrix(rows: int, columns: int) -> flint.fmpq_mat:
        return EXACT.matrix([[draw(ENTRIES) for _ in range(columns)] for _ in range(rows)])

    return place(record, at, matrix, lambda: draw(st.integers(1, 5)))
