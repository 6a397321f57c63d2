"""Check: Monte Carlo means of what is drawn, beside the values that they should have."""

from __future__ import annotations

import math
from dataclasses import replace

from verify import measured
from verify.checks.on_trial import Measurement, OnTrial
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings
from verify.tolerances import WIDTH

NAME = measured.NAME
MOST = 12
"""How many times as many draws as usual are made where an error bar is wide."""


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Estimate every mean and judge it as :mod:`verify.measured` says."""
    rows: list[measured.Row] = []
    draws = 0
    for done, one in enumerate(subject.measurements(settings)):
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
    return math.ceil(min(2 * (widest / WIDTH.value) ** 2, MOST))


def _measured(one: Measurement, settings: Settings) -> list[measured.Row]:
    import torch

    from numerics import estimate

    found = estimate(
        one.quantity,
        one.sampler,
        batch=one.batch,
        batches=-(-one.draws // one.batch),
        generator=torch.Generator(settings.device).manual_seed(settings.seed),
    )
    return [
        measured.row(
            one.case,
            one.at,
            what,
            mean=float(mean),
            error=float(error),
            expected=expected,
            scale=scale,
            draws=found.draws,
            numbers=one.numbers,
        )
        for (what, expected, scale), mean, error in zip(
            one.expected, found.mean, found.error, strict=True
        )
    ]
