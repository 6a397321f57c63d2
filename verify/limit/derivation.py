"""Witness: the leading order of the claim against that of the derived optimum."""

from __future__ import annotations

from typing import Any

import sympy

from theory.algebra.definitions import expanded
from theory.limits.leading import Comparison, Leading, compare
from theory.scalars.rational import is_zero
from verify.falsified import Falsified
from verify.limit.subject import Exact, Subject
from verify.limit.table import table
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
        if not comparison.right and _equal_in_value(comparison):
            said = f"the leading term of the {what} equals the exact one in value, not in form"
            return Finding(NAME, Verdict.UNDECIDED, said, examined=1)
        if not comparison.right:
            return Falsified(
                f"the leading term of the {what} is wrong",
                f"d -> oo under {first.name}",
                comparison.exact.expression,
                comparison.claimed.expression,
            ).finding(NAME)
    rates = dict.fromkeys(_rate(c.error) for c in main.values() if c.error is not None)
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
        data={"table": table(subject, settings.at) if settings.shrink else []}
        | {
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


def _equal_in_value(comparison: Comparison) -> bool:
    """Whether leading terms that differ as written agree at positive constants, to 30 digits."""
    ratio = comparison.claimed.expression / comparison.exact.expression
    symbols = sorted(ratio.free_symbols, key=str)
    table = {s: sympy.Rational(k + 2, 3) for k, s in enumerate(symbols)}
    return bool(abs(ratio.subs(table).evalf(40) - 1) < sympy.Float("1e-30"))


def _rate(error: Leading) -> str:
    return str(sympy.Symbol("d") ** error.power)


def _data(comparison: Comparison) -> dict[str, Any]:
    error = comparison.error
    return {
        "right": comparison.right,
        "exact": str(comparison.exact.expression),
        "claimed": str(comparison.claimed.expression),
        "error": None if error is None else str(error.expression),
    }
