"""Witness: the claim against what the engine derives, for all sizes and orders at once."""

from __future__ import annotations

from random import Random

import sympy

from theory.records.identities import ORDERS, Derived, Moment
from verify.falsified import Falsified
from verify.moment.points import small_places
from verify.moment.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare the normal forms of claimed and derived moments.

    Both are polynomials in words of matrices that need not commute or be symmetric, and in traces;
    equal ones are equal at all sizes. The claim for a power is compared factor by factor with the
    recursion. Where they differ, or cannot be compared, a small exact counterexample is sought.
    """
    said, open_questions = [], []
    examined = 0
    for moment, derived in subject:
        examined += len(derived.values)
        if moment.power is None:
            same = moment.claimed() == derived.values[1]
            proved = "equal as polynomials in words and traces, for all sizes and matrices"
        else:
            same = _same_powers(moment, derived)
            power = moment.power
            proved = (
                f"each factor equals that of the recursion, so every order {power} >= 1 at all d; "
                f"orders {ORDERS[0]} to {ORDERS[-1]} also one by one"
            )
        if same:
            said.append(f"{moment.name}: {proved}")
            continue
        try:
            tried = _differ(moment, derived, settings.seed)
        except Falsified as found:
            return found.finding(NAME, examined)
        open_questions.append(f"{moment.name}: not equal as formulas, yet equal at {tried} places")
    if open_questions:
        return Finding(NAME, Verdict.UNDECIDED, "; ".join(open_questions), examined)
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"derived and claimed moments agree: proved ({'; '.join(said)})",
        examined=examined,
        data={"moments": [m.name for m in subject.moments]},
    )


def _same_powers(moment: Moment, derived: Derived) -> bool:
    """Whether a claimed product over 1..k has the factors of the recursion.

    Both are 1 at k = 0, so they are equal for every k if and only if their last factors are. That
    the engine's own moments agree at every order in ``ORDERS`` is asked for too.
    """
    found, claim = derived.recursion, moment.claim
    if found is None or not isinstance(claim, sympy.Product) or len(claim.limits) != 1:
        return False
    index, low, high = claim.limits[0]
    if (low, high) != (1, moment.power) or claim.function.has(moment.power):
        return False
    last = claim.function.subs(index, found.order)
    return sympy.expand(last - found.factor) == 0 and all(
        moment.claimed(k) == derived.values[k] for k in ORDERS
    )


def _differ(moment: Moment, derived: Derived, seed: int) -> int:
    """Raise where claimed and derived moments differ; otherwise how many places were tried."""
    tried = 0
    for place in small_places(moment, Random(seed)):
        tried += 1
        exact = derived.at(place.at, moment.order(place.at))
        try:
            claimed = moment.claimed_at(place.at)
        except ZeroDivisionError:
            claimed = "undefined"
        if claimed != exact:
            what = f"derived and claimed {moment.name} moment differ"
            raise Falsified(what, place, exact, claimed)
    return tried
