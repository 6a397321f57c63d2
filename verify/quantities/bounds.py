"""A bound, or a comparison of two quantities, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

import sympy

from theory.designs.domain import holds
from theory.designs.instance import Instance
from theory.language.files.claims import Written
from theory.language.formulas.comparators import Comparator
from theory.limits.leading import FAR
from verify.checks.on_trial import Compared, Grid, Mutant, Node, Property
from verify.counterexamples import Incomparable
from verify.instances import MODERATE
from verify.judge.counterexample import UNDEFINED, wrong
from verify.judge.limits import growing, point, with_prompts
from verify.judge.question import Question
from verify.quantities.claim import MOST_D, ClaimOnTrial
from verify.quantities.optimum.claimed import constants_drawn
from verify.quantities.optimum.confirmed import shown
from verify.settings import Settings
from verify.strategies import instances

PLACES = 12
"""Random places at which two claims are told apart."""


@dataclass(frozen=True)
class Bounds(ClaimOnTrial):
    """Quantities claimed to lie above or below formulas, or one another."""

    def grids(self, settings: Settings) -> Iterator[Grid]:
        self.derivable()
        if self.regime is not None:
            places = islice(with_prompts(self.design, self.regime), PLACES)
            seen = ((place, tuple(self.far_out(place))) for place in places)
            found = [Node(_told(place), compared) for place, compared in seen if compared]
            if not found:
                raise Incomparable("no place far out in the limit is inside all ranges")
            far = shown(growing(self.design, [int(FAR)]), self.regime.grows)
            said = f"the order of the derived formula and the claim at {far}"
            yield Grid("far out", iter(found), said)
            return
        said = "it holds at {}, between values found again there"
        yield self.found_again(Random(settings.seed), said)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        self.derivable()
        if self.regime is not None:
            return {"order": Property(constants_drawn(self.regime), lambda at, _: self.far_out(at))}
        places = instances(self.design, most_n=8, most_d=MOST_D)
        return {"order": Property(places, self.value)}

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Whether it holds, at random places; in a limit, far out at some values of constants."""
        found: list[tuple[bool | None, ...]] = []
        if self.regime is not None:
            admitted = islice(with_prompts(self.design, self.regime), PLACES)
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
        (far,) = growing(self.design, [int(FAR)])
        there = point(self.design, self.regime, constants, far)
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
            yield from super().mutants()


def _related(written: Written, question: Question, relation: Comparator) -> Written:
    """A claim with another relation in the place of that of a question."""
    if question.beside is not None and written.holds is not None:
        return replace(written, holds=replace(written.holds, relation=relation))
    table = dict(written.relations) | {question.key: relation}
    return replace(written, relations=tuple(table.items()))


def _told(constants: Mapping[sympy.Symbol, sympy.Rational]) -> str:
    return ", ".join(f"{s} = {v}" for s, v in constants.items()) or "no constants"
