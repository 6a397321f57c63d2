"""Check: Monte Carlo means of what is drawn, beside the values that they should have."""

from __future__ import annotations

from verify import measured
from verify.checks.on_trial import Measurement, OnTrial
from verify.settings import Settings
from verify.verdict import Finding

NAME = measured.NAME


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Estimate every mean and judge it as :mod:`verify.measured` says."""
    rows: list[measured.Row] = []
    draws = 0
    for done, one in enumerate(subject.measurements(settings)):
        settings.progress(f"sampling: {one.case}, {one.at}", done, done + 1)
        found = _measured(one, settings)
        rows += found
        draws += found[0]["draws"]
    return measured.finding(subject.measured, rows, subject.drawn, draws)


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
        )
        for (what, expected, scale), mean, error in zip(
            one.expected, found.mean, found.error, strict=True
        )
    ]
