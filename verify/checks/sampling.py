"""Check: Monte Carlo means of what is drawn, beside the values that they should have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from verify import measured
from verify.checks.on_trial import Measurement, OnTrial
from verify.counterexamples import Incomparable
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings
from verify.tolerances import BLOCKS, MEDIAN, SAMPLING, WIDTH, Tolerance

if TYPE_CHECKING:
    from numerics.estimates import Estimate

NAME = measured.NAME
MOST = 16
"""How many times as many draws as usual are made where an error bar is wide, at most."""


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Estimate every mean and judge it as :mod:`verify.measured` says."""
    rows: list[measured.Row] = []
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
    return measured.finding(subject.measured, rows, subject.drawn, draws)


def _needed(rows: list[measured.Row]) -> int:
    """How many times as many draws bring the error bars below their tolerance; once if refuted."""
    widest = max(map(measured.width, rows))
    if widest <= WIDTH.value or any(row["verdict"] == Verdict.REFUTED.value for row in rows):
        return 1
    return math.ceil(min(1.5 * (widest / WIDTH.value) ** 2, MOST))


def _measured(one: Measurement, settings: Settings) -> list[measured.Row]:
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
        measured.row(
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
