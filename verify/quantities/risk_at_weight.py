"""A claim about the risk at a given weight, or at any, on trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from random import Random
from typing import Any

from hypothesis import strategies as st

from theory.designs.instance import Instance
from theory.errors import InputError, TheoryError
from theory.language.formulas.expressions import FREE
from verify.checks.on_trial import Compared, Grid, Measurement, Mutant, Node, Property
from verify.counterexamples import Incomparable
from verify.instances import MODERATE, is_defined, several
from verify.judge.equality import differ
from verify.judge.question import Question
from verify.judge.target import BRUTE, AtWeight
from verify.quantities.claim import HEIGHT, MOST_D, SIZES, UNDEFINED, ClaimOnTrial, instances_grid
from verify.quantities.optimum.claimed import Value, falling, far_out
from verify.quantities.optimum.confirmed import followed
from verify.quantities.optimum.slips import slips
from verify.settings import Settings
from verify.strategies import factors, instances

READABLE = 12
"""Readable instances at which the risk is found again."""


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
        yield instances_grid(self._nodes(Random(settings.seed)), "value found again at {}")

    def _nodes(self, random: Random) -> Iterator[Node]:
        """Readable instances and large random ones, with a weight where that is free."""
        first = self.questions[0]
        small = (at for at in first.readable() if at.n * at.d <= BRUTE)
        drawn = (first.drawn(n, d, random, HEIGHT) for n, d in SIZES)
        for at in chain(islice(small, READABLE), drawn):
            compared = () if at is None else tuple(self._compared(at))
            if compared:
                yield Node(at, compared)

    def _compared(self, at: Instance) -> Iterator[Compared]:
        """Coordinates beside the polynomial, and the claim beside both."""
        for question in self.questions:
            try:
                claimed, exact = question.claimed_at(at), question.exact_at(at)
                found = question.target.confirmed(at)
            except UNDEFINED:
                continue
            if found is None:
                continue
            what = "coordinates do not confirm the derived risk"
            yield Compared(what, at, "-", exact, found)
            what = f"the claimed {question.quantity.value} is wrong"
            yield Compared(what, at, exact, claimed, not differ(claimed, exact))

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        if self.regime is not None:
            try:
                return falling(self.questions, self.regime)
            except TheoryError as why:
                raise Incomparable(f"the limit cannot be taken: {why}") from why
        places = instances(self.design, most_n=8, most_d=MOST_D)
        found = {"value": Property(places, partial(_value, self))}
        return found | {"bounds": Property(places, partial(_bounded, self))}

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

    def mutants(self) -> Iterator[Mutant]:
        return slips(self)


def _gap(at: Instance, question: Question) -> Value:
    """How far a claimed risk is from that at its weight."""
    return Value(question.claimed_at(at) - question.exact_at(at))


def _with_weight(subject: RiskAtWeight, at: Instance, data: st.DataObject) -> Instance:
    """An instance, with a weight drawn where that is free."""
    if not subject.questions[0].is_free:
        return at
    weight = data.draw(factors(at.d)) * data.draw(factors(at.d)).transpose()
    return replace(at, matrices={**at.matrices, FREE: weight})


def _value(subject: RiskAtWeight, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """What is claimed is the risk polynomial at the weight."""
    if not is_defined(at):
        return
    there = _with_weight(subject, at, data)
    for question in subject.questions:
        try:
            exact, claimed = question.exact_at(there), question.claimed_at(there)
        except (ZeroDivisionError, InputError):
            return
        what = f"the claimed {question.quantity.value} is wrong"
        yield Compared(what, there, exact, claimed, not differ(claimed, exact))


def _bounded(subject: RiskAtWeight, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """No weight does better than the optimum."""
    if not is_defined(at):
        return
    there = _with_weight(subject, at, data)
    for question in subject.questions:
        target = question.target
        assert isinstance(target, AtWeight)
        try:
            claimed = question.claimed_at(there)
            best = target.derivation.plain.minimum(at).risk
        except (ZeroDivisionError, InputError):
            return
        least = target.of_risk(best, at)
        above = claimed >= least or not differ(claimed, least)
        yield Compared("a risk below the least one", there, f">= {least}", claimed, bool(above))
