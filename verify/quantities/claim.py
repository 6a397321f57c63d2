"""A claim made of formulas, on trial: what all kinds of them have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from theory.designs.design import Design
from theory.errors import InputError, Irrational, TheoryError
from theory.language.formulas.scope import Meaning
from theory.limits.leading import Regime
from theory.records.theorem import Theorem
from verify.checks.on_trial import Grid, Node, OnTrial
from verify.counterexamples import Incomparable
from verify.judge.finding import judged_claim
from verify.judge.question import Question, questions
from verify.judge.traces import in_limit, joined
from verify.outcome.verdict import Finding
from verify.settings import Settings

SIZES = ((1, 1), (2, 1), (1, 2), (3, 1), (2, 2), (1, 3))
"""Sizes (n, d) of random places."""
HEIGHT = 10**4
"""How large the numbers there are."""
MOST_D = 3
"""The largest d of a drawn instance."""
UNDEFINED = (ZeroDivisionError, InputError, Irrational)
"""Raised where a claimed or an exact value is none."""


@dataclass(frozen=True)
class ClaimOnTrial(OnTrial):
    """A claim with its design and all that is derived from it.

    Parameters
    ----------
    record
        The claim.
    """

    record: Theorem

    @classmethod
    def of(cls, statement: Theorem) -> Self:
        """That of a record."""
        return cls(statement)

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


def instances_grid(found: Iterable[Node], said: str) -> Grid:
    """A grid of instances; ``said`` holds ``{}`` for their sizes."""
    every = list(found)
    sizes = list(dict.fromkeys(f"({node.at.n}, {node.at.d})" for node in every))
    told = said.format(f"(n, d) = {', '.join(sizes)}")
    return Grid("instances", iter(every), told, data={"sizes": sizes})
