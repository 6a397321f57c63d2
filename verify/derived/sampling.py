"""Witness: Monte Carlo of the risk at the derived weight, and of its slope there."""

from __future__ import annotations

import math
from typing import Any

import torch

from numerics import Sampler, estimate, predictions
from verify import measured
from verify.cases import Case
from verify.derived.places import cases
from verify.derived.subject import Optimal
from verify.expected import Expected, Weighed, numbers_of
from verify.settings import Settings
from verify.tolerances import WIDTH
from verify.verdict import Finding, Verdict

NAME = "sampling"


DRAWS_SMALL, DRAWS_LARGE = 600_000, 150_000
ENTRIES = 400_000
"""Of features in one batch."""
PILOT = 1_000
"""Prompts that set the size of a step from a weight of zero."""
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


def measure(
    subject: Weighed, case: Case, settings: Settings, times: int = 1
) -> list[dict[str, Any]]:
    """Value and slope of the risk at the weight of a subject, measured and judged.

    With ``times`` as many prompts as usual.
    """
    at = case.at
    generator = torch.Generator(settings.device).manual_seed(settings.seed)
    sampler = Sampler(at, device=settings.device)
    weight = torch.tensor(at.arithmetic.plain(subject.claim.weight_at(at)).astype(float))
    step = torch.randn(at.d, at.d, generator=torch.Generator().manual_seed(settings.seed)).double()
    step = step / step.norm()
    size = weight.norm() if weight.any() else _size(subject, step, sampler, settings)
    step = step * size / 4
    moved = torch.stack([weight, weight + step, weight - step])

    def errors(prompt: Any) -> torch.Tensor:
        predicted = predictions(subject.predictor, prompt, {subject.weight.name: moved})
        here, ahead, behind = (prompt.label[:, 0, 0] - predicted).square()
        return torch.stack([here, (ahead - behind) / 2])

    batch = max(1, ENTRIES // (at.n * at.d))
    draws = times * (DRAWS_SMALL if at.d < 10 else DRAWS_LARGE)
    batches = -(-draws // batch)
    found = estimate(errors, sampler, batch=batch, batches=batches, generator=generator)
    expected, numbers = subject.expected(at), numbers_of(at)
    where = f"n = {at.n}, d = {at.d}"
    return [
        measured.row(
            case.name,
            where,
            what,
            mean=float(found.mean[k]),
            error=float(found.error[k]),
            expected=value,
            scale=expected.value,
            draws=found.draws,
            numbers=numbers,
        )
        for k, (what, value) in enumerate((("risk", expected), ("slope", Expected.of(0.0))))
    ]


def _size(subject: Weighed, step: torch.Tensor, sampler: Sampler, settings: Settings) -> float:
    """How large a step predicts as much as there is to predict, whatever the units."""
    prompt = sampler.draw(PILOT, torch.Generator(settings.device).manual_seed(settings.seed))
    predicted = predictions(subject.predictor, prompt, {subject.weight.name: step[None]})
    size = float((prompt.label.square().mean() / predicted.square().mean()).sqrt())
    return size if 0 < size < math.inf else 1.0
