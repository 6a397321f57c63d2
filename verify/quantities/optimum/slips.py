"""Slips in a claim, made by the grammar: each that makes a wrong claim has to be refuted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy

from theory.errors import InputError, TheoryError
from theory.language.files.claims import Claimed
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.slips import slips as slips_of
from theory.language.formulas.tree import Tree
from theory.language.formulas.writing import written
from theory.scalars.rational import is_zero
from theory.scalars.symbols import n
from verify.checks.on_trial import Break, Mutant
from verify.judge.limits import Order, order, taken
from verify.quantities.neighbours import spread

TRIED, MOST = 4, 16
"""About how many of them, evenly spread, are put before the witnesses: for the claim and for each
formula in it, and at most."""


def slips(subject: Any) -> Iterator[Mutant]:
    """Claims with one slip in one of their formulas, or in the definition of a name.

    Where the claim's limit cannot be taken it holds only by being exact, and so do they.
    """
    right = subject if _has_limit(subject) else subject.as_exact
    parts = list(right.record.claim.written.parts())
    each = min(TRIED * (1 + len(parts)), MOST) / len(parts)
    for part, tree in parts:
        for words, changed in spread(slips_of(tree, right.names), each):
            wrong = _with_part(right, part, changed)
            if wrong is not None:
                alone = (
                    _alone(one, right.record.claim, wrong.record.claim) for one in (wrong, right)
                )
                yield Mutant(f"{part} = {printed(changed)} ({words})", *alone)


def _with_part(subject: Any, part: str, tree: Tree) -> Any:
    """The claim with another formula, read anew from its text; None where it is no claim."""
    claim = subject.record.claim
    try:
        written = claim.written.with_part(part, parse(printed(tree)))
        changed = written.read(claim.name, subject.design, limit=claim.limit)
    except InputError:
        return None
    wrong = replace(subject, record=replace(subject.record, claim=changed))
    # nought has no leading term to compare
    vanishing = (q.claimed is not None and is_zero(q.claimed) for q in wrong.questions)
    return None if any(vanishing) else wrong


def _alone(subject: Any, right: Claimed, wrong: Claimed) -> Any:
    """With the formulas alone in which two claims differ: what both say is not judged again."""
    others = dict(right.entries)
    apart = {entry for entry, formula in wrong.entries if formula != others[entry]}
    if not apart or right.at != wrong.at or any(not entry.quantity.is_one for entry in others):
        return subject
    claim = subject.record.claim
    kept = tuple((entry, formula) for entry, formula in claim.entries if entry in apart)
    return replace(subject, record=replace(subject.record, claim=replace(claim, entries=kept)))


def _has_limit(subject: Any) -> bool:
    regime = subject.record.claim.limit
    try:
        return regime is not None and all(taken(q, regime) for q in subject.questions)
    except TheoryError:
        return False


def broken(subject: Any) -> Iterator[Break]:
    """Where the claim ends: a parameter stays fixed that the limit lets vanish or grow."""
    regime = subject.record.claim.limit
    if regime is None or not regime.parameters:
        return
    for question in (q for q in subject.questions if not q.held):
        for symbol in (s for s, _ in regime.substitution if s != n):
            others = tuple(pair for pair in regime.substitution if pair[0] != symbol)
            try:
                found = order(question, replace(regime, substitution=others))
            except TheoryError:
                continue
            if not found.right:
                yield _broken(f"{symbol} fixed while d grows", question.key, found)


def _broken(what: str, quantity: str, found: Order) -> Break:
    claimed, exact, part = found.comparison.claimed, found.comparison.exact, "leading term"
    if found.wrong is not None:
        claimed, part = found.wrong.claimed, "leading term apart from the noise"
        exact = found.wrong.exact or replace(claimed, coefficient=sympy.Integer(0))
    return Break(
        f"{what}, for the {quantity}",
        not is_zero(claimed.expression - exact.expression),
        f"with {what} the {part} of the {quantity} is {written(exact.expression)}; claimed: "
        f"{written(claimed.expression)}",
        {"claimed": written(claimed.expression), "exact": written(exact.expression)},
    )
