"""A claim made of formulas, on trial: what all kinds of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from random import Random
from typing import Any, Self

from hypothesis import strategies as st

from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.errors import InputError, TheoryError
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.expressions import FREE
from theory.language.formulas.scope import Meaning
from theory.limits.leading import Regime
from theory.records.theorem import Theorem
from verify.checks.on_trial import Compared, Grid, Mutant, Node, OnTrial
from verify.counterexamples import Incomparable
from verify.instances import is_defined
from verify.judge.counterexample import UNDEFINED, confirmed, wrong
from verify.judge.equality import differ
from verify.judge.finding import judged_claim
from verify.judge.question import Question, questions
from verify.judge.target import BRUTE
from verify.judge.traces import in_limit, joined
from verify.outcome.verdict import Finding
from verify.quantities.optimum.slips import slips
from verify.settings import Settings
from verify.strategies import factors

LOOKED, EACH = 150, 3
"""Readable instances that are looked at, and of a size ``n d`` at most."""
SIZES = ((1, 1), (2, 1), (1, 2), (3, 1), (2, 2), (1, 3))
"""Sizes (n, d) of random places."""
HEIGHT = 10**4
"""How large the numbers there are."""
MOST_D = 3
"""The largest d drawn: without a closed form the optimum is a linear system of d^2 unknowns."""


@dataclass(frozen=True)
class ClaimOnTrial(OnTrial):
    """A claim with its design and all that is derived from it."""

    record: Theorem

    @property
    def design(self) -> Design:
        return self.record.design

    @property
    def regime(self) -> Regime | None:
        """The limit in which the claim is made, with what it says of the traces that occur."""
        return self._in_limit[1]

    @property
    def as_exact(self) -> Self:
        """The same, claimed of exact values."""
        return type(self)(replace(self.record, claim=replace(self.record.claim, limit=None)))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is claimed, formula by formula, and the comparison."""
        return self._in_limit[0]

    @cached_property
    def _in_limit(self) -> tuple[tuple[Question, ...], Regime | None]:
        regime = self.record.claim.limit
        asked = questions(self.record.file, self.record.claim)
        if regime is None:
            return asked, None
        try:
            found = [in_limit(question, regime) for question in asked]
        except TheoryError:
            return asked, regime
        return tuple(question for question, _ in found), joined(r for _, r in found)

    @property
    def names(self) -> dict[str, Meaning]:
        """What may stand in its formulas: the design's names, and the claim's own."""
        own = {one.name: one.meaning for one in self.record.claim.where}
        return self.questions[0].names | own

    def derivable(self) -> None:
        """Raise :class:`~verify.counterexamples.Incomparable` where it has no derived quantity."""
        for why in filter(None, (question.underivable for question in self.questions)):
            raise Incomparable(why)

    def equalities(self, settings: Settings) -> Finding:
        return judged_claim(self.record, settings)

    def places(self, random: Random, sizes: Counter[int]) -> Iterator[Instance]:
        """Readable instances that are small, until a few of a size count, then random ones."""
        first, most = self.questions[0], BRUTE // self.record.file.steps
        for at in islice(first.readable(), LOOKED):
            if at.n * at.d <= most and sizes[at.n * at.d] < EACH:
                yield at
        drawn = (first.drawn(n, d, random, HEIGHT) for n, d in SIZES)
        yield from filter(None, drawn)

    def found_again(self, random: Random, said: str) -> Grid:
        """The places at which something is seen."""
        nodes, sizes = [], Counter[int]()
        for at in self.places(random, sizes):
            compared = tuple(self.confirmed_at(at))
            if compared:
                sizes[at.n * at.d] += 1
                nodes.append(Node(at, compared))
        return Grid.of_instances("instances", nodes, said, height=HEIGHT)

    def confirmed_at(self, at: Instance) -> Iterator[Compared]:
        """What is derived, confirmed coordinate by coordinate, and what is claimed beside it."""
        for question in self.questions:
            try:
                claimed, exact = question.claimed_at(at), question.exact_at(at)
                found = confirmed(question, at)
            except UNDEFINED:
                continue
            if found is None:
                continue
            what = "coordinates do not confirm what is derived"
            yield Compared(what, at, "-", exact, bool(found))
            said = f" {claimed}, and the exact one {exact}, confirmed coordinate by coordinate,"
            yield judged(question, at, claimed, exact, said)

    def value(self, at: Instance, data: st.DataObject) -> Iterator[Compared]:
        """What is claimed is what is derived at a drawn place."""
        there = self.with_weight(at, data)
        for question in self.questions if is_defined(at) else ():
            try:
                exact, claimed = question.exact_at(there), question.claimed_at(there)
            except (ZeroDivisionError, InputError):
                return  # the optimum is not unique there, or the claim is not made there
            yield judged(question, there, claimed, exact)

    def no_less(self, at: Instance, data: st.DataObject) -> Iterator[Compared]:
        """No risk is claimed to be below the least one."""
        there = self.with_weight(at, data)
        for question in self.questions if is_defined(at) else ():
            try:
                claimed, least = question.claimed_at(there), question.target.least_at(there)
            except UNDEFINED:
                continue
            if least is not None:
                above = claimed >= least or not differ(claimed, least)
                what = "a risk below the least one"
                yield Compared(what, there, f">= {least}", claimed, bool(above))

    def mutants(self) -> Iterator[Mutant]:
        return slips(self)

    def with_weight(self, at: Instance, data: st.DataObject) -> Instance:
        """An instance, with a weight drawn where that is free."""
        if not self.questions[0].is_free:
            return at
        weight = data.draw(factors(at.d)) * data.draw(factors(at.d)).transpose()
        return replace(at, matrices={**at.matrices, FREE: weight})


def judged(
    question: Question, at: Instance, claimed: Any, exact: Any, said: str = " wrong"
) -> Compared:
    """A claimed value beside the exact one; ``said`` of it where another one is claimed."""
    what = f"the claimed {question.key} is{said}"
    if question.relation is not Comparator.EQUAL:
        what = f"{question.key} {question.relation.value} does not hold"
    return Compared(what, at, exact, claimed, not wrong(question, claimed, exact))
