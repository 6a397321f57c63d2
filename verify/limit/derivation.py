"""Witness: the leading order of the claim against that of the derived optimum."""

from __future__ import annotations

from typing import Any

import sympy

from theory.limit.leading import Comparison, compare
from theory.rational import is_zero
from verify.comparison import expanded
from verify.falsified import Falsified
from verify.limit.subject import Exact, Subject
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare leading terms as rational functions of the regime's constants.

    The claim is about the first design. How it does for the variants is in the data.
    """
    designs = (subject.about, *subject.variants)
    found = [_compared(subject, exact) for exact in designs]
    first, main = designs[0], found[0]
    for what, comparison in main.items():
        if not comparison.right:
            return Falsified(
                f"the leading term of the {what} is wrong",
                f"d -> oo under {first.name}",
                comparison.exact.expression,
                comparison.claimed.expression,
            ).finding(NAME)
    rates = {_rate(c) for c in main.values()}
    exactly = all(c.error is None for c in main.values())
    variants = [
        f"{'right' if all(c.right for c in row.values()) else 'not right'} for {exact.name}"
        for exact, row in zip(designs[1:], found[1:], strict=True)
    ]
    beyond = f"; of close designs, about which it says nothing, {', '.join(variants)}"
    said = "exact" if exactly else f"not exact; relative error of order {' and '.join(rates)}"
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"right to leading order as d grows, proved as rational functions of "
        f"{', '.join(map(str, subject.regime.constants))}; {said}{beyond if variants else ''}",
        examined=2 * len(found),
        data={
            exact.name: {what: _data(c) for what, c in row.items()}
            for exact, row in zip(designs, found, strict=True)
        },
    )


def _compared(subject: Subject, exact: Exact) -> dict[str, Comparison]:
    claim = subject.claim
    found = {}
    for what, ours, theirs in (
        ("weight", exact.variant.derivation.weight, claim.weight),
        ("risk", exact.variant.derivation.risk, claim.risk),
    ):
        theirs = expanded(theirs, claim.definitions)
        if is_zero(theirs):
            raise ValueError(f"the claimed {what} is zero and has no leading order")
        found[what] = compare(theirs, ours, subject.regime)
    return found


def _rate(comparison: Comparison) -> str:
    if comparison.error is None:
        return "zero"
    return str(sympy.Symbol("d") ** comparison.error.power)


def _data(comparison: Comparison) -> dict[str, Any]:
    error = comparison.error
    return {
        "right": comparison.right,
        "exact": str(comparison.exact.expression),
        "claimed": str(comparison.claimed.expression),
        "error": None if error is None else str(error.expression),
    }
