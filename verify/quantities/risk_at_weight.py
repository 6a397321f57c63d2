"""A claim about the risk at a given weight, or at any, on trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from theory.designs.instance import Instance
from theory.errors import TheoryError
from verify.checks.on_trial import Grid, Measurement, Property
from verify.counterexamples import Incomparable
from verify.instances import MODERATE, several
from verify.judge.question import Question
from verify.quantities.claim import MOST_D, ClaimOnTrial
from verify.quantities.optimum.claimed import Value, falling, far_out
from verify.quantities.optimum.confirmed import followed
from verify.settings import Settings
from verify.strategies import instances


@dataclass(frozen=True)
class RiskAtWeight(ClaimOnTrial):
    """The risk of PGD at a weight that is given, or that is free."""

    measured = "value at the given weight"

    def grids(self, settings: Settings) -> Iterator[Grid]:
        if self.regime is not None:
            try:
                yield followed(self, self.regime)
            except TheoryError as why:
                raise Incomparable(f"the limit cannot be taken: {why}") from why
            return
        yield self.found_again(Random(settings.seed), "value found again at {}")

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        if self.regime is not None:
            try:
                return falling(self.questions, self.regime)
            except TheoryError as why:
                raise Incomparable(f"the limit cannot be taken: {why}") from why
        places = instances(self.design, most_n=8, most_d=MOST_D)
        return {"value": Property(places, self.value), "bounds": Property(places, self.no_less)}

    def measurements(self, settings: Settings) -> Iterable[Measurement]:
        from verify.quantities.optimum.numeric import at_weight

        return at_weight(self.questions[0], settings, self.regime is not None)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        if self.regime is not None:
            return far_out(self.questions, self.design, self.regime, random)
        first = self.questions[0]
        drawn = (first.drawn(n, d, random, MODERATE) for n, d in several(random))
        at = next((at for at in drawn if at is not None), None)
        # of a claim at a weight its value less the risk there says all
        return None if at is None else tuple(map(partial(_gap, at), self.questions))


def _gap(at: Instance, question: Question) -> Value:
    """How far a claimed risk is from that at its weight."""
    return Value(question.claimed_at(at) - question.exact_at(at))
