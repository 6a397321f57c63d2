"""Witness: the other exact witnesses on wrong claims, each of which they have to refute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verify.mutants import mutants, shifted
from verify.odd_moments import advantage_of_attention
from verify.settings import Level, Settings
from verify.subject import Subject
from verify.verdict import Finding, Verdict
from verify.witnesses import derivation, interpolation, properties

NAME = "controls"

EXACT_WITNESSES = {w.NAME: w.examine for w in (derivation, interpolation, properties)}


def examine(subject: Subject, settings: Settings) -> Finding:
    """Put every mutant, and a design that breaks Assumption 1, before the exact witnesses.

    Holds when each mutant is refuted by at least one of them; a mutant that survives leaves the
    trial undecided, because then a check is blind.
    """
    brief = replace(settings, level=Level.QUICK, shrink=False)
    table: dict[str, list[str]] = {}
    wrong = list(mutants(subject))
    for done, mutant in enumerate(wrong):
        settings.progress(f"controls: {mutant.name}", done, len(wrong))
        table[mutant.name] = [
            name
            for name, examine_exactly in EXACT_WITNESSES.items()
            if examine_exactly(mutant.subject, brief).verdict is Verdict.REFUTED
        ]
    survivors = [name for name, refuted_by in table.items() if not refuted_by]
    data: dict[str, Any] = {"mutants": table}
    if subject.design.covariances:
        # The right claim of the design used for the transposed one must not be refuted.
        right = [
            examine_exactly(shifted(subject), brief) for examine_exactly in EXACT_WITNESSES.values()
        ]
        survivors += [
            f"a right claim, refuted by {f.witness}" for f in right if f.verdict is Verdict.REFUTED
        ]
    gap = advantage_of_attention()
    data["assumption_1_broken"] = gap.as_data()
    if not gap.seen:
        survivors.append("a task with non-zero mean, where attention should beat PGD")
    if survivors:
        summary = f"not told from the truth: {'; '.join(survivors)}"
        return Finding(NAME, Verdict.UNDECIDED, summary, examined=len(table), data=data)
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"all {len(table)} mutants refuted by an exact witness; with a task of non-zero mean "
        f"(Assumption 1 broken) attention beats PGD by {gap.difference} exactly",
        examined=len(table),
        data=data,
    )
