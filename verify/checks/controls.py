"""Check: the exact witnesses on wrong claims, each of which they have to refute.

What is on trial makes claims with slips in them (``mutants``), right claims that must not be
refuted (``truths``), and shows what happens where an assumption is broken (``breaks``). Not every
slip makes a wrong claim: exchanging two covariances that play the same part changes nothing. A slip
counts once the values of both claims differ somewhere; no witness is asked about that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from theory.errors import Irrational, Underivable
from verify.checks.check import Witness, exact_witnesses
from verify.checks.on_trial import Mutant, OnTrial
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Level, Settings

NAME = "controls"
PLACES, TRIES = 6, 30
"""At how many random places a slip is looked for, and how many are drawn to find them."""

Values = Callable[[str], tuple[Any, ...] | None]
"""The values of a claim at a place that a text draws; None where it has none."""


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Put every mutant before the exact witnesses, and break the assumptions.

    Holds when each mutant is refuted by at least one of them, and each of them refutes some; at the
    quick level a mutant is done with at its first refutation. A
    mutant that survives, or a witness that refutes none, leaves the trial undecided, because then
    a check is blind. Slips that make no wrong claim are left out and named in the data; where none
    makes one, nothing was put before the witnesses, and the trial is undecided.
    """
    brief = replace(settings, level=Level.QUICK, shrink=False, brief=True)
    witnesses = exact_witnesses(subject)
    said: dict[tuple[str, str], bool] = {}

    def refutes(w: Witness, mutant: Mutant) -> bool:
        """What a witness says of a mutant; it is asked once."""
        asked = w.name, mutant.name
        if asked not in said:
            said[asked] = w.examine(mutant.subject, brief).verdict is Verdict.REFUTED
        return said[asked]

    wrong, idle = _wrong(subject, settings)
    table: dict[str, list[str]] = {}
    for done, mutant in enumerate(wrong):
        settings.progress(f"controls: {mutant.name}", done, len(wrong))
        # each of them comes first in turn: one that is blind would be seen to be
        turn = done % len(witnesses)
        refuting = (w.name for w in (*witnesses[turn:], *witnesses[:turn]) if refutes(w, mutant))
        enough = 1 if settings.level is Level.QUICK else None
        table[mutant.name] = list(islice(refuting, enough))
    seeing = {name for refuted_by in table.values() for name in refuted_by}
    unseen = [w for w in witnesses if w.name not in seeing]
    blind = [name for name, refuted_by in table.items() if not refuted_by]
    blind += [
        f"every wrong claim, by {w.name}"
        for w in unseen
        if not any(refutes(w, mutant) for mutant in wrong)
    ]
    for truth in subject.truths():
        blind += [
            f"a right claim ({truth.name}), refuted by {w.name}"
            for w in witnesses
            if w.examine(truth.subject, brief).verdict is Verdict.REFUTED
        ]
    broken = list(subject.breaks())
    blind += [f"{b.name}, which should show" for b in broken if not b.seen]
    data: dict[str, Any] = {
        "mutants": table,
        "left_out": idle,
        "breaks": [{"name": b.name, "seen": b.seen, "says": b.says, **b.data} for b in broken],
    }
    if not table:
        summary = f"no wrong claim to put before them: {_left_out(idle) or 'no slip is known'}"
        return Finding(NAME, Verdict.UNDECIDED, summary, examined=0, data=data)
    if blind:
        summary = f"not told from the truth: {'; '.join(blind)}"
        return Finding(NAME, Verdict.UNDECIDED, summary, examined=len(table), data=data)
    told = [f"all {len(table)} mutants refuted by an exact witness"]
    told += [_left_out(idle)] if idle else []
    told += [b.says for b in broken]
    return Finding(NAME, Verdict.HOLDS, "; ".join(told), examined=len(table), data=data)


def _wrong(subject: OnTrial, settings: Settings) -> tuple[list[Mutant], dict[str, str]]:
    """Slips that make wrong claims; and why others do not, by name."""
    wrong: dict[str, Mutant] = {}
    idle: dict[str, str] = {}
    own = values_of(subject)
    for mutant in subject.mutants():
        if mutant.name in wrong or mutant.name in idle:
            raise ValueError(f"two mutants are called {mutant.name!r}")
        why = why_idle(mutant, own, settings.seed)
        if why:
            idle[mutant.name] = why
        else:
            wrong[mutant.name] = mutant
    return list(wrong.values()), idle


def values_of(subject: OnTrial) -> Values:
    """The values of a claim, which are looked for once for all slips in it."""
    return cache(lambda drawn: _values(subject, drawn))


def why_idle(mutant: Mutant, own: Values, seed: int) -> str:
    """Why a slip makes no wrong claim; empty where it makes one, or where that is not known.

    Both claims are evaluated at random places, exactly; ``own`` is the one on trial there. Where
    they differ, the slip counts.
    """
    right = mutant.of
    equal = undefined = 0
    for drawn in (f"{seed} {tried}" for tried in range(TRIES)):
        claimed = own(drawn) if right is None else _values(right, drawn)
        if claimed is None:
            continue
        slipped = _values(mutant.subject, drawn)
        if slipped is None:
            undefined += 1
        elif slipped != claimed:
            return ""
        else:
            equal += 1
        if equal + undefined == PLACES:
            return f"equal at {equal} random places" if equal else "defined at no random place"
    return ""


def _values(subject: OnTrial, drawn: str) -> tuple[Any, ...] | None:
    try:
        return subject.values(Random(drawn))
    except (ZeroDivisionError, Irrational, Underivable):
        return None


def _left_out(idle: dict[str, str]) -> str:
    if not idle:
        return ""
    slips = "1 slip" if len(idle) == 1 else f"{len(idle)} slips"
    return f"{slips} left out, which would not change the claim"
