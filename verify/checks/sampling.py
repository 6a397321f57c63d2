"""Check: Monte Carlo means of what is drawn, beside the values that they should have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from verify.checks.on_trial import Measurement, OnTrial
from verify.counterexamples import Incomparable
from verify.expected import Expected
from verify.outcome.verdict import Finding, Verdict, join
from verify.settings import Settings
from verify.tolerances import BLOCKS, MEDIAN, ROUNDING, SAMPLING, WIDTH, Tolerance

if TYPE_CHECKING:
    from numerics.estimates import Estimate

NAME = "sampling"
MOST = 16
"""How many times as many draws as usual are made where an error bar is wide, at most."""
HEAVY = (
    "the tails are heavy and the exact variance of a draw is not derived: an error that is "
    "estimated from the draws decides nothing"
)
Row = dict[str, Any]


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Estimate every mean, and judge it as :func:`row` says."""
    rows: list[Row] = []
    draws = 0
    try:
        measurements = list(subject.measurements(settings))
    except Incomparable as why:
        return Finding(NAME, Verdict.UNDECIDED, str(why), 0)
    for done, one in enumerate(measurements):
        settings.progress(f"sampling: {one.case}, {one.at}", done, done + 1)
        found = _measured(one, settings)
        times = _needed(found)
        if times > 1:
            # a wide error bar decides nothing: as many draws as it takes, within limits
            settings.progress(f"sampling: {one.case}, {times} times as many", done, done + 1)
            found = _measured(replace(one, draws=times * one.draws), settings)
        rows += found
        draws += found[0]["draws"]
    if not rows:
        return Finding(NAME, Verdict.UNDECIDED, "no place to sample at was found", 0)
    return finding(subject.measured, rows, subject.drawn, draws)


def _needed(rows: list[Row]) -> int:
    """How many times as many draws bring the error bars below their tolerance; once if refuted."""
    widest = max(map(width, rows))
    if widest <= WIDTH.value or any(one["verdict"] == Verdict.REFUTED.value for one in rows):
        return 1
    return math.ceil(min(1.5 * (widest / WIDTH.value) ** 2, MOST))


def _measured(one: Measurement, settings: Settings) -> list[Row]:
    import torch

    from numerics import estimate
    from numerics.threads import threads

    with threads(1):
        found = estimate(
            one.quantity,
            one.sampler,
            batch=one.batch,
            batches=-(-one.draws // one.batch),
            generator=torch.Generator(settings.device).manual_seed(settings.seed),
            blocks=BLOCKS,
        )
    return [
        row(
            one.case,
            one.at,
            what,
            mean=mean,
            error=error,
            expected=expected,
            scale=scale,
            draws=found.draws,
            numbers=one.numbers,
            tolerance=tolerance,
        )
        for (what, expected, scale), (mean, error, tolerance) in zip(
            one.expected, _judged_by(one, found), strict=True
        )
    ]


def _judged_by(
    one: Measurement, found: Estimate
) -> Iterator[tuple[float, float, Tolerance | None]]:
    """What is compared, its standard error, and how far off it may be.

    Where tails are heavy that is the median of block means, whose error is known or nothing is.
    """
    means, medians, errors = (v.tolist() for v in (found.mean, found.median, found.error))
    if one.deviations is None:
        yield from ((mean, error, SAMPLING) for mean, error in zip(means, errors, strict=True))
        return
    for median, error, deviation in zip(medians, errors, one.deviations, strict=True):
        if deviation is None:
            yield median, error, None
        else:
            yield median, deviation / math.sqrt(found.draws), MEDIAN


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
