"""Monte Carlo means beside the values they should have, and the finding they make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from verify.expected import Expected
from verify.outcome.verdict import Finding, Verdict, join
from verify.tolerances import MEDIAN, ROUNDING, SAMPLING, WIDTH, Tolerance

NAME = "sampling"
HEAVY = (
    "the tails are heavy and the exact variance of a draw is not derived: an error that is "
    "estimated from the draws decides nothing"
)
Row = dict[str, Any]


def row(
    case: str,
    at: str,
    what: str,
    *,
    mean: float,
    error: float,
    expected: Expected,
    scale: float,
    draws: int,
    numbers: Mapping[str, Any] | None = None,
    tolerance: Tolerance | None = SAMPLING,
) -> Row:
    """One comparison, judged.

    A mean further from its expected value than the tolerance allows refutes; a standard error too
    wide, relative to ``scale``, leaves it undecided. Draws without spread are compared up to
    rounding: where they do not give the expected value, they are infinitely many errors off it.
    ``numbers`` are those of the place, to repeat it. Without a ``tolerance`` nothing is decided.

    >>> off = {"mean": 1.0, "error": 0.1, "scale": 3.0, "draws": 9}
    >>> row("c", "n = 1", "risk", expected=Expected.claim(3.0), **off)["verdict"]
    'refuted'
    >>> none = {"mean": 0.0, "error": 0.0, "scale": 0.0, "draws": 9}
    >>> row("c", "n = 1", "risk", expected=Expected.claim(0.0), **none)["verdict"]
    'holds'
    """
    deviation = _ratio(mean - expected.value, max(error, ROUNDING.value * abs(scale)))
    verdict = Verdict.UNDECIDED
    allowed = None if tolerance is None else tolerance.value
    if allowed is not None and abs(deviation) > allowed:
        verdict = Verdict.REFUTED
    elif allowed is not None and abs(deviation) <= allowed and error <= WIDTH.value * abs(scale):
        verdict = Verdict.HOLDS
    return {
        "case": case,
        "at": at,
        "what": what,
        "mean": mean,
        "error": error,
        **expected.as_data,
        "scale": scale,
        "deviation": deviation,
        "allowed": allowed,
        "draws": draws,
        "verdict": verdict.value,
        **({} if numbers is None else {"numbers": dict(numbers)}),
    }


def width(seen: Row) -> float:
    """The standard error of a comparison, relative to its scale."""
    return _ratio(seen["error"], abs(seen["scale"]))


def _ratio(part: float, whole: float) -> float:
    """How often the whole goes into a part: no times into nothing, however small it is."""
    if whole != 0:
        return part / whole
    return part * math.inf if part else 0.0


def finding(
    what: str, rows: list[Row], drawn: str = "prompts", draws: int | None = None
) -> Finding:
    """All comparisons joined; ``what`` says what was measured, on draws of what.

    ``draws`` is how many there were, where several rows come from the same ones.
    """
    draws = sum(r["draws"] for r in rows) if draws is None else draws
    furthest = max(abs(r["deviation"]) for r in rows)
    widest = max(map(width, rows))
    allowed = [tolerance for tolerance in (SAMPLING, MEDIAN) if _used(tolerance, rows)]
    told = " or ".join(f"{tolerance.value:.3g}" for tolerance in allowed) or "no number"
    said = (
        f"{what}, {draws:,} {drawn}: at most {furthest:.1f} standard errors off, {told} allowed; "
        f"a standard error is at most {100 * widest:.2f} % of its scale"
    )
    if not allowed:
        said += f"; {HEAVY}"
    return Finding(
        NAME,
        join(Verdict(r["verdict"]) for r in rows),
        said,
        examined=draws,
        data={"cases": rows, "tolerance": "; ".join(one.meaning for one in allowed) or HEAVY},
    )


def _used(tolerance: Tolerance, rows: list[Row]) -> bool:
    return any(r["allowed"] == tolerance.value for r in rows)
