"""What the witnesses saw of a judged claim: findings as a trial has them.

`derivation` compares for all sizes. `properties` looks at many readable instances. `interpolation`
knows nothing of the engine: it finds the optimum again, coordinate by coordinate.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

import sympy

from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.optima.minimisation import Multiple
from theory.scalars.rational import value_at
from theory.scalars.symbols import d, n
from verify.claims.counterexample import confirmed, values
from verify.claims.equality import differ
from verify.claims.judge import Answer, Judgement
from verify.claims.limits import Order
from verify.claims.places import readable
from verify.claims.question import Question
from verify.optimum.interpolation import risk_polynomial
from verify.settings import Settings
from verify.verdict import Finding, Verdict

PLACES = 150
"""Readable instances at which an exact claim is looked at."""
BRUTE = 4
"""Instances at which it is confirmed coordinate by coordinate."""

VERDICTS = {
    Judgement.EXACT: Verdict.HOLDS,
    Judgement.LIMIT: Verdict.HOLDS,
    Judgement.REFUTED: Verdict.REFUTED,
    Judgement.UNDECIDED: Verdict.UNDECIDED,
}


def findings(answer: Answer, settings: Settings) -> Iterator[Finding]:
    """What each witness saw of one formula."""
    examined = answer.equality.examined + 2 * len(answer.orders)
    yield Finding("derivation", VERDICTS[answer.judgement], answer.why, examined)
    if answer.judgement is Judgement.EXACT:
        settings.progress("looking at readable places", 1, 3)
        yield _at_places(answer.question)
        settings.progress("looking coordinate by coordinate", 2, 3)
        yield _by_coordinates(answer.question)
    elif answer.counterexample is not None:
        yield _wrong_there(answer)
    if answer.judgement is Judgement.LIMIT:
        right = next(one for one in answer.orders if one.right)
        settings.progress("interpolating the risk", 2, 3)
        yield _in_the_limit(answer.question, right)


def _at_places(question: Question) -> Finding:
    seen = 0
    for at in islice(readable(question.design), PLACES):
        both = values(question, at)
        if both is None:
            continue
        seen += 1
        if differ(*both):
            return Finding("properties", Verdict.REFUTED, f"wrong at {at}", seen)
    verdict = Verdict.HOLDS if seen else Verdict.UNDECIDED
    said = f"claimed and derived value are equal at {seen} readable instances"
    return Finding("properties", verdict, said, seen)


def _by_coordinates(question: Question) -> Finding:
    """The claim equals the derived value, which coordinates confirm."""
    places: list[Instance] = []
    for at in islice(readable(question.design), PLACES):
        both = values(question, at)
        if len(places) == BRUTE or both is None or at.n * at.d in {p.n * p.d for p in places}:
            continue
        seen = confirmed(question, at)
        if seen is None:
            continue
        if not seen or differ(*both):
            return Finding(
                "interpolation", Verdict.REFUTED, f"coordinates do not confirm it at {at}", 1
            )
        places.append(at)
    if not places:
        return Finding("interpolation", Verdict.UNDECIDED, "no place is small enough", 0)
    shown = ", ".join(f"({at.n}, {at.d})" for at in places)
    return Finding(
        "interpolation",
        Verdict.HOLDS,
        f"value and slope confirmed coordinate by coordinate at (n, d) = {shown}",
        len(places),
    )


def _wrong_there(answer: Answer) -> Finding:
    seen = answer.counterexample
    assert seen is not None
    place = str(seen.at)
    said = f"at {place} the claim is {seen.claimed}, and the exact value {seen.exact}"
    if seen.confirmed is None:
        return Finding("interpolation", Verdict.UNDECIDED, f"{said}; not confirmed: too large", 0)
    if not seen.confirmed:
        wrong = f"{said}, which coordinates do not confirm"
        return Finding("interpolation", Verdict.UNDECIDED, wrong, 1)
    return Finding(
        "interpolation",
        Verdict.REFUTED,
        f"{said}, confirmed coordinate by coordinate",
        1,
        {"counterexample": {"at": place, "claimed": seen.claimed, "exact": seen.exact}},
    )


def _in_the_limit(question: Question, right: Order) -> Finding:
    """The exact formula at points of the regime, against a risk interpolated anew."""
    if not right.places or not isinstance(question.derivation.plain.solution, Multiple):
        return Finding("interpolation", Verdict.UNDECIDED, "no rational point of the limit", 0)
    seen: list[int] = []
    for point, _ in (right.places[0], right.places[-1]):
        scalars = tuple((p.name, _fraction(point[p.name])) for p in question.design.parameters)
        try:
            found = risk_polynomial(question.design, pgd, scalars)
        except (TypeError, ArithmeticError):
            return Finding("interpolation", Verdict.UNDECIDED, "the risk is no polynomial", 0)
        table = {n: point["n"], d: point["d"]}
        ours = {n: table[n], d: table[d]} | {
            p.symbol: point[p.name] for p in question.design.parameters
        }
        for exact, again in (
            (question.derivation.weight, found.weight),
            (question.derivation.risk, found.risk),
        ):
            if value_at(exact, ours) != value_at(again, table):
                said = f"the derived optimum is wrong at {_shown(point)}"
                return Finding("interpolation", Verdict.REFUTED, said, 1)
        seen.append(int(point["d"]))
    _, error = right.places[-1]
    return Finding(
        "interpolation",
        Verdict.HOLDS,
        f"the exact optimum confirmed by a risk interpolated from coordinates at d = "
        f"{' and '.join(map(str, seen))}, where the relative error is {float(error):.3g}",
        len(seen),
    )


def _fraction(value: sympy.Expr) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _shown(point: dict[str, Any]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in point.items())
