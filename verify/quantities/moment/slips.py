"""Slips in a claimed moment: in the formula, in its abbreviations, and in its derivation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest

from theory.algebra.means import form
from theory.errors import InputError
from theory.language.formulas.definitions import Definition
from theory.language.formulas.scope import Meaning
from theory.language.formulas.slips import slips
from theory.language.formulas.tree import Name, Transpose, Tree, children, rebuilt
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.gaussian_moment import Moment
from theory.records.moment_powers import INDEX, ORDER, ORDERS, Powers
from verify.quantities.moment.case import MomentCase
from verify.quantities.moment.places import names

Slipped = Iterator[tuple[str, MomentCase]]
LIMITS = {"the first factor missing": (2, 0), "one factor less": (1, -1), "one more": (1, 1)}
"""Other products of the same factors: where they begin, and how many more there are."""
AMONG = 4
"""How many slips in a formula are made for each that is chosen: the commonest."""


def slipped(case: MomentCase, most: int) -> Slipped:
    """Claims with a slip in them, at most so many, and a term lost in the derivation."""
    moment = case.moment
    made: Iterator[tuple[str, Moment]] = (
        _of_powers(moment) if isinstance(moment, Powers) else _of_formula(moment, most)
    )
    for number, (words, changed) in enumerate(islice(made, most), start=1):
        yield f"{words} ({number})", replace(case, moment=changed)
    yield "a term lost in the derivation", replace(case, lost=True)


def _of_formula(record: ClaimedExpectation, most: int) -> Iterator[tuple[str, ClaimedExpectation]]:
    """Other formulas, in turn slips in the claim itself and in what its abbreviations mean.

    Those of the claim are spread over its parts and over the kinds of slips.
    """
    known, seen = names(record), {_key(record)}
    meant, claim = record.definitions, record.claim.tree
    found = list(islice(chain(_transposed(claim, known), slips(claim, known)), AMONG * most))
    spread = (*found[::AMONG], *found)
    changes: list[Iterable[tuple[str, ClaimedExpectation | None]]] = [
        ((words, _claiming(record, tree, meant)) for words, tree in spread)
    ]
    for k, one in enumerate(meant):
        others = (
            (f"{one.name}: {words}", (*meant[:k], replace(one, tree=tree), *meant[k + 1 :]))
            for words, tree in slips(one.tree, known)
        )
        changes.append((words, _claiming(record, claim, changed)) for words, changed in others)
    for words, changed in filter(None, chain.from_iterable(zip_longest(*changes))):
        if changed is not None and _key(changed) not in seen:
            seen.add(_key(changed))
            yield words, changed


def _transposed(tree: Tree, known: Mapping[str, Meaning]) -> Iterator[tuple[str, Tree]]:
    """A transpose put in, at every matrix."""
    if isinstance(tree, Name) and known.get(tree.name) is Meaning.MATRIX:
        yield f"{tree.name} -> {tree.name}'", Transpose(tree, tree.place)
    parts = children(tree)
    for at, part in enumerate(parts):
        for words, changed in _transposed(part, known):
            yield words, rebuilt(tree, (*parts[:at], changed, *parts[at + 1 :]))


def _claiming(
    record: ClaimedExpectation, tree: Tree, definitions: Sequence[Definition]
) -> ClaimedExpectation | None:
    """The same moment with another claim; None where it is none."""
    try:
        return record.with_claim(tree, definitions)
    except InputError:
        return None


def _key(record: ClaimedExpectation) -> frozenset[object]:
    """What tells claims apart: the normal form."""
    return frozenset(form(record.claim.value).terms.items())


def _of_powers(moments: Powers) -> Iterator[tuple[str, Powers]]:
    """Other limits of the product, and other factors."""
    for words, (low, more) in LIMITS.items():
        yield words, replace(moments, low=low, more=more)
    scalars = [*moments.of.letters.sizes, INDEX, ORDER]
    for words, tree in slips(moments.factor, dict.fromkeys(scalars, Meaning.SCALAR)):
        changed = replace(moments, factor=tree)
        try:
            for order in ORDERS:
                changed.order(order)
        except InputError:
            continue
        yield f"each factor: {words}", changed
