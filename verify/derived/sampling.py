"""Witness: Monte Carlo of the risk at the derived weight, and of its slope there."""

from __future__ import annotations

from verify import measured
from verify.derived.places import cases
from verify.derived.subject import Subject
from verify.optimum.sampling import measure
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "sampling"


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate value and slope of the risk at the derived weight from sampled prompts.

    How a comparison is judged stands in :mod:`verify.measured`.
    """
    seen = []
    chosen = cases(subject.design, settings)
    for done, case in enumerate(chosen):
        settings.progress(f"sampling: {case.name}", done, len(chosen))
        try:
            seen += measure(subject, case, settings)
        except ZeroDivisionError:
            continue  # the optimum is not unique there
    if not seen:
        return Finding(NAME, Verdict.UNDECIDED, "no place to sample prompts at was found", 0)
    draws = sum(row["draws"] for row in seen if row["what"] == "risk")
    return measured.finding("value and slope at the derived weight", seen, draws=draws)
