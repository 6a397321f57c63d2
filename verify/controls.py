"""Witness: the exact witnesses on wrong claims, each of which they have to refute.

A kind's ``mutants.py`` makes the wrong claims of a subject (``mutants``), right claims that must
not be refuted (``truths``), and shows what happens where an assumption is broken (``breaks``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from verify.settings import Level, Settings
from verify.verdict import Finding, Verdict
from verify.witnesses import Subject, exact_witnesses

NAME = "controls"


@dataclass(frozen=True)
class Mutant:
    """A wrong claim (or a right one that must not be refuted), and what was done to make it."""

    name: str
    subject: Subject


@dataclass(frozen=True)
class Break:
    """A design that breaks an assumption on purpose, and whether the difference was seen.

    Parameters
    ----------
    name
        What was broken.
    seen
        Whether the statement fails there, as it should.
    says
        What was seen, in one sentence.
    data
        Details for the JSON report; exact numbers as strings.
    """

    name: str
    seen: bool
    says: str
    data: dict[str, Any] = field(default_factory=dict)


def examine(subject: Subject, settings: Settings) -> Finding:
    """Put every mutant before the exact witnesses, and break the assumptions.

    Holds when each mutant is refuted by at least one of them, and each of them refutes some. A
    mutant that survives, or a witness that refutes none, leaves the trial undecided, because then
    a check is blind.
    """
    kind = import_module(f"verify.{subject.kind}.mutants")
    brief = replace(settings, level=Level.QUICK, shrink=False)
    witnesses = exact_witnesses(subject.kind)
    table: dict[str, list[str]] = {}
    wrong = list(kind.mutants(subject))
    for done, mutant in enumerate(wrong):
        settings.progress(f"controls: {mutant.name}", done, len(wrong))
        if mutant.name in table:
            raise ValueError(f"two mutants are called {mutant.name!r}")
        table[mutant.name] = [
            w.name for w in witnesses if w.examine(mutant.subject, brief).verdict is Verdict.REFUTED
        ]
    blind = [name for name, refuted_by in table.items() if not refuted_by]
    blind += [
        f"every wrong claim, by {w.name}"
        for w in witnesses
        if not any(w.name in refuted_by for refuted_by in table.values())
    ]
    for truth in kind.truths(subject):
        blind += [
            f"a right claim ({truth.name}), refuted by {w.name}"
            for w in witnesses
            if w.examine(truth.subject, brief).verdict is Verdict.REFUTED
        ]
    broken = list(kind.breaks(subject))
    blind += [f"{b.name}, which should show" for b in broken if not b.seen]
    data: dict[str, Any] = {
        "mutants": table,
        "breaks": [{"name": b.name, "seen": b.seen, "says": b.says, **b.data} for b in broken],
    }
    if blind:
        summary = f"not told from the truth: {'; '.join(blind)}"
        return Finding(NAME, Verdict.UNDECIDED, summary, examined=len(table), data=data)
    told = [f"all {len(table)} mutants refuted by an exact witness", *(b.says for b in broken)]
    return Finding(NAME, Verdict.HOLDS, "; ".join(told), examined=len(table), data=data)
