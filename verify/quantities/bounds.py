"""A bound, or a comparison of two quantities, on trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from random import Random
from typing import Any

import sympy
from hypothesis import strategies as st

from theory.designs.domain import holds
from theory.designs.instance import Instance
from theory.errors import InputError
from theory.language.files.claims import Written
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.expressions import FREE
from theory.limits.leading import FAR
from verify.checks.on_trial import Compared, Grid, Mutant, Node, Property
from verify.counterexamples import Incomparable
from verify.instances import MODERATE, is_defined
from verify.judge.counterexample import confirmed, wrong
from verify.judge.limits import point
from verify.judge.question import Question
from verify.judge.target import BRUTE
from verify.quantities.claim import HEIGHT, MOST_D, SIZES, UNDEFINED, ClaimOnTrial, instances_grid
from verify.quantities.optimum.claimed import constants_drawn
from verify.quantities.optimum.slips import slips
from verify.settings import Settings
from verify.strategies import factors, instances

LOOKED, EACH = 150, 3
"""Readable instances that are looked at, and of a size ``n d`` at most."""
PLACES = 12
"""Random places at which two claims are told apart."""


@dataclass(frozen=True)
class Bounds(ClaimOnTrial):
    """Quantities claimed to lie above or below formulas, or one another."""

    def grids(self, settings: Settings) -> Iterator[Grid]:
        self.derivable()
        if self.regime is not None:
            places = islice(self.regime.admitted, PLACES)
            seen = ((place, tuple(self.far_out(place))) for place in places)
            found = [Node(_told(place), compared) for place, compared in seen if compared]
            if not found:
                raise Incomparable("no place far out in the limit is inside all ranges")
            said = f"the order of the derived formula and the claim at {self.regime.grows} = 1e+40"
            yield Grid("far out", iter(found), said)
            return
        said = "it holds at {}, between values found again there"
        yield instances_grid(self._nodes(Random(settings.seed)), said)

    def _nodes(self, random: Random) -> Iterator[Node]:
        """Readable instances that are small enough, and random ones."""
        first, seen = self.questions[0], Counter[int]()
        drawn = (first.drawn(n, d, random, HEIGHT) for n, d in SIZES)
        for at in chain(islice(first.readable(), LOOKED), drawn):
            if at is None or at.n * at.d > BRUTE or seen[at.n * at.d] >= 2 * EACH:
                continue
            compared = tuple(self._compared(at))
            if compared:
                seen[at.n * at.d] += 1
                yield Node(at, compared)

    def _compared(self, at: Instance) -> Iterator[Compared]:
        """What is derived, confirmed coordinate by coordinate, and whether the claim holds."""
        for question in self.questions:
            try:
                claimed, exact = question.claimed_at(at), question.exact_at(at)
                found = confirmed(question, at)
            except UNDEFINED:
                continue
            if found is None:
                continue
            yield Compared("coordinates do not confirm what is derived", at, "-", exact, found)
            yield _ordered(question, at, claimed, exact)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        self.derivable()
        if self.regime is not None:
            return {"order": Property(constants_drawn(self.regime), partial(_far_out, self))}
        places = instances(self.design, most_n=8, most_d=MOST_D)
        return {"order": Property(places, partial(_drawn, self))}

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Whether it holds, at random places; in a limit, far out at some values of constants."""
        found: list[tuple[bool | None, ...]] = []
        if self.regime is not None:
            admitted = islice(self.regime.admitted, PLACES)
            found = [tuple(one.agree for one in self.far_out(place)) for place in admitted]
            return tuple(found) if any(found) else None
        for _ in range(PLACES):
            n, d = random.randint(1, 6), random.randint(1, 4)
            at = self.questions[0].drawn(n, d, random, random.choice((2, 9, MODERATE)))
            if at is not None:
                found.append(tuple(self._holds(question, at) for question in self.questions))
        return tuple(found) or None

    def _holds(self, question: Question, at: Instance) -> bool:
        try:
            return not wrong(question, question.claimed_at(at), question.exact_at(at))
        except UNDEFINED:
            return True

    def far_out(self, constants: Mapping[sympy.Symbol, sympy.Rational]) -> Iterator[Compared]:
        """The order of what is derived and of what is claimed, far out in the limit."""
        assert self.regime is not None
        there = point(self.design, self.regime, constants, int(FAR))
        for question in self.questions:
            exact, claimed = question.exact, question.claimed
            if there is None or exact is None or claimed is None:
                continue
            left_out = self.regime.excluded(question.relation.gap(exact, claimed))
            if not all(holds(one.relation, one.expression.xreplace(there)) for one in left_out):
                continue  # another term is the leading one there
            exact, claimed = exact.xreplace(there), claimed.xreplace(there)
            gap = question.relation.gap(exact, claimed)
            if not (gap.is_real and gap.is_finite):
                continue
            fails = gap.is_negative or (gap.is_zero and question.relation.is_strict)
            what = f"{question.key} {question.relation.value} does not hold far out"
            yield Compared(what, _told(constants), exact, claimed, not fails)

    def mutants(self) -> Iterator[Mutant]:
        """Slips in the formulas, which may leave a bound, and the order turned round."""
        claim = self.record.claim
        for question in self.questions:
            own = question.relation
            for other in dict.fromkeys((own.turned, own.strictly)):
                if other is not own:
                    changed = _related(claim.written, question, other).read(
                        claim.name, self.design, limit=claim.limit
                    )
                    name = f"{question.key}: {own.value} -> {other.value}"
                    yield Mutant(name, Bounds(replace(self.record, claim=changed)))
        if claim.formulas:
            yield from slips(self)


def _related(written: Written, question: Question, relation: Comparator) -> Written:
    """A claim with another relation in the place of that of a question."""
    if question.beside is not None and written.holds is not None:
        return replace(written, holds=replace(written.holds, relation=relation))
    table = dict(written.relations) | {question.key: relation}
    return replace(written, relations=tuple(table.items()))


def _ordered(question: Question, at: Instance, claimed: Any, exact: Any) -> Compared:
    what = f"{question.key} {question.relation.value} does not hold"
    return Compared(what, at, exact, claimed, not wrong(question, claimed, exact))


def _told(constants: Mapping[sympy.Symbol, sympy.Rational]) -> str:
    return ", ".join(f"{s} = {v}" for s, v in constants.items()) or "no constants"


def _far_out(subject: Bounds, constants: Any, data: st.DataObject) -> Iterator[Compared]:
    return subject.far_out(constants)


def _drawn(subject: Bounds, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """The order at a drawn instance, with a weight drawn where that is free."""
    if not is_defined(at):
        return
    if subject.questions[0].is_free:
        at = replace(at, matrices={**at.matrices, FREE: data.draw(factors(at.d))})
    for question in subject.questions:
        try:
            claimed, exact = question.claimed_at(at), question.exact_at(at)
        except (ZeroDivisionError, InputError):
            return
        yield _ordered(question, at, claimed, exact)
