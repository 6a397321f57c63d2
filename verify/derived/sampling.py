"""Witness: Monte Carlo of the risk at the derived weight, and of its slope there."""

from __future__ import annotations

import math
from typing import Any

from verify import measured
from verify.derived.places import cases
from verify.derived.subject import Optimal
from verify.optimum.sampling import measure
from verify.settings import Settings
from verify.tolerances import WIDTH
from verify.verdict import Finding, Verdict

NAME = "sampling"


MOST_TIMES = 12
"""How many times as many prompts as usual are sampled where the error bar is wide."""


def examine(subject: Optimal, settings: Settings) -> Finding:
    """Estimate value and slope of the risk at the derived weight from sampled prompts.

    How a comparison is judged stands in :mod:`verify.measured`.
    """
    seen = []
    chosen = cases(subject.design, settings)
    for done, case in enumerate(chosen):
        settings.progress(f"sampling: {case.name}", done, len(chosen))
        try:
            rows = measure(subject, case, settings)
            times = _needed(rows)
            if times > 1:
                # a wide error bar decides nothing: as many prompts as it takes, within limits
                settings.progress(f"sampling: {case.name}, {times} times as many", done, 1)
                rows = measure(subject, case, settings, times)
            seen += rows
        except ZeroDivisionError:
            continue  # the optimum is not defined there
    if not seen:
        return Finding(NAME, Verdict.UNDECIDED, "no place to sample prompts at was found", 0)
    draws = sum(row["draws"] for row in seen if row["what"] == "risk")
    which = seen[0]["against"]
    return measured.finding(f"value and slope at the {which} weight", seen, draws=draws)


def _needed(rows: list[dict[str, Any]]) -> int:
    """How many times as many prompts bring the error bars below their tolerance."""
    widest = max(map(measured.width, rows))
    if widest <= WIDTH.value:
        return 1
    return math.ceil(min(2 * (widest / WIDTH.value) ** 2, MOST_TIMES))
