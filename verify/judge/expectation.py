"""The judge of a claimed moment: words decide, and a small place shows where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

import flint
import sympy

from theory.algebra.means import form
from theory.designs.descriptions import rows_in_a_line
from theory.errors import InputError
from theory.language.formulas.divisors import divisors
from theory.language.formulas.printing import printed
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.slips import slips
from theory.language.formulas.tree import names as names_in
from theory.optima.uniqueness import may_be_zero
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import shown, value_at
from theory.text.latex import latex
from verify.judge.judge import Judgement
from verify.judge.regular import where_zero
from verify.outcome.verdict import JUDGED, Finding, Verdict
from verify.quantities.moment.coordinates import coordinate_value
from verify.quantities.moment.places import FactoredPoint, names, places
from verify.settings import Settings

NAME = "derivation"
SLIPS, NEAR = 400, 1
"""How many slips are tried, and how many right formulas near by are told."""
HEIGHTS = (1, 1, 2, 2, 9)
"""How large the numbers of the places are that are drawn in turn."""
EQUAL = "equal as polynomials in words and traces, for all sizes and matrices"


def judged_moment(record: ClaimedExpectation, settings: Settings) -> Finding:
    """Judge a claim about a moment: exact, refuted with a counterexample, or undecided.

    Equal polynomials in words are equal at all sizes. Different ones may still have the same values
    where a size is a number, so that a place has to show the difference.
    """
    difference = record.claim.value - record.value
    judgement, verdict, why = Judgement.EXACT, Verdict.HOLDS, EQUAL + _no_value(record)
    found, near = None, list[dict[str, str]]()
    if form(difference):
        judgement, verdict = Judgement.UNDECIDED, Verdict.UNDECIDED
        why, found = "another polynomial in words and traces", _simplest(record, settings)
        if found is None:
            why += ", but no small place shows a difference"
        else:
            judgement, verdict = Judgement.REFUTED, Verdict.REFUTED
            near = list(islice(_nearby(record), NEAR)) if settings.shrink else []
    answer: dict[str, Any] = {
        "judgement": judgement.value,
        "difference": latex(shown(difference)),
        "rate": None,
        "counterexample": found,
    }
    claim = record.claimed.formulas[0].latex
    part = {**answer, "claim": claim, "why": why, "rates": []}
    whole = {"why": {"moment": why}, "nearby": near, "errors": [], "parts": {"moment": part}}
    return Finding(NAME, verdict, why, examined=1, data={JUDGED: {**answer, **whole}})


def _no_value(record: ClaimedExpectation) -> str:
    """Where a claim divides by zero, in words."""
    sizes = {sympy.Symbol(name) for name in record.letters.sizes}
    known = dict.fromkeys((*record.letters.sizes, *record.letters.scalars), Meaning.SCALAR)
    found = list[sympy.Expr]()
    for tree in divisors(record.claim.whole):
        if names_in(tree) <= known.keys():
            found.append(scalar(tree, Scope("a divisor", known)))
    ranges = dict.fromkeys(sizes, (sympy.Integer(1), sympy.oo))
    zeros = [f"where {where_zero(one)}" for one in may_be_zero(found, ranges, sizes)]
    return f"; the claim has no value {' or '.join(zeros)}" if zeros else ""


def _simplest(record: ClaimedExpectation, settings: Settings) -> dict[str, Any] | None:
    """The smallest place seen at which claimed and derived moment differ."""
    random = Random(settings.seed)
    drawn = (next(_wrong(record, random, height), None) for height in HEIGHTS)
    found = [place for place in drawn if place is not None]
    if not found:
        return None
    place = min(found, key=lambda p: sum(p.at.scalars[name] for name in record.letters.sizes))
    claimed, exact = (value_at(v, place.at) for v in (record.claim.value, record.value))
    return {
        "sizes": _numbers(place),
        "claimed": _text(claimed),
        "exact": _text(exact),
        "confirmed": bool(coordinate_value(record, record.tree, place) == exact),
    }


def _wrong(record: ClaimedExpectation, random: Random, height: int) -> Iterator[FactoredPoint]:
    """Small places at which claimed and derived moment differ."""
    for place in places(record, random, height):
        try:
            claimed, exact = (value_at(v, place.at) for v in (record.claim.value, record.value))
            coordinate_value(record, record.tree, place)
        except ZeroDivisionError:  # an inverse that there is not, here or in what cancelled
            continue
        if claimed != exact:
            yield place


def _numbers(place: FactoredPoint) -> dict[str, Any]:
    """Sizes as numbers, matrices as text."""
    matrices = place.at.matrices.items()
    found: dict[str, Any] = {name: int(value) for name, value in place.at.scalars.items()}
    return found | {name: [[*map(str, row)] for row in m.tolist()] for name, m in matrices}


def _text(value: Any) -> str:
    matrix = isinstance(value, flint.fmpq_mat)
    return rows_in_a_line(value.tolist()) if matrix else str(value)


def _nearby(record: ClaimedExpectation) -> Iterator[dict[str, str]]:
    """Formulas one slip away that are right."""
    exact, seen = form(record.value), set[str]()
    for words, tree in islice(slips(record.claim.tree, names(record)), SLIPS):
        try:
            other = record.with_claim(tree)
        except InputError:
            continue
        text = latex(other.claim.expression)
        if form(other.claim.value) == exact and text not in seen:
            seen.add(text)
            yield {"slip": words, "formula": printed(tree), "latex": text, "how": EQUAL}
