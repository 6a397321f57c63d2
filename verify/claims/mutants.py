"""Slips in a claim, made by the grammar: each that makes a wrong claim has to be refuted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from theory.errors import TheoryError
from theory.language.formulas.printing import printed
from theory.language.formulas.slips import slips
from theory.scalars.rational import is_zero
from verify.claims.limits import taken
from verify.claims.nearby import slipped
from verify.claims.question import Question
from verify.claims.subject import Subject
from verify.controls import Break, Mutant

LOOKED = 48
"""How many slips are made of each formula, the commonest first."""
TRIED = 8
"""How many of them, evenly spread, are put before the witnesses."""


def mutants(subject: Subject) -> Iterator[Mutant]:
    """Claims with one slip in one of their formulas.

    Where the claim's limit cannot be taken it holds only by being exact, and so do they.
    """
    right = subject if _has_limit(subject) else subject.as_exact
    for question in right.questions:
        made = list(islice(slips(question.formula.tree, question.names), LOOKED))
        for words, tree in made[:: max(1, len(made) // TRIED)]:
            wrong = slipped(question, tree)
            if wrong is not None and not _is_zero(wrong):
                name = f"{question.quantity.value} = {printed(tree)} ({words})"
                yield Mutant(name, right.with_formula(question.quantity, wrong.formula), right)


def _is_zero(question: Question) -> bool:
    """Whether nought is claimed, which has no leading term to compare."""
    return question.claimed is not None and is_zero(question.claimed)


def _has_limit(subject: Subject) -> bool:
    regime = subject.record.claim.limit
    try:
        return regime is not None and all(taken(q, regime) for q in subject.questions)
    except TheoryError:
        return False


def truths(subject: Subject) -> Iterator[Mutant]:
    """The claim itself, which must not be refuted, is what the other witnesses examine."""
    return iter(())


def breaks(subject: Subject) -> Iterator[Break]:
    """No assumption of a user's design is broken on purpose."""
    return iter(())
