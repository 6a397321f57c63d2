"""Cross moments and split at random raw weights, to be sampled; models to be trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from numerics import Sampler, predictions
from numerics.models import MODELS
from numerics.population import split
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.optima.derivation import derive
from theory.optima.equivalence.parity import Containment
from verify.cases import inside, training
from verify.checks.on_trial import Measurement, TrainingRun
from verify.expected import Expected
from verify.settings import Level, Settings

DRAWS, BATCH = 400_000, 20_000
STEPS = 600
BRIEF = ("independent", "rag", "task-aligned-features")
"""Designs trained on below the full level."""


def measurement(design: Design, comparison: Containment, settings: Settings) -> Measurement:
    """``E r (y - f)`` and ``E (y - f)^2 + E r^2`` of a step f and a remainder r."""
    at = _place(design, settings)
    generator = torch.Generator(settings.device).manual_seed(settings.seed + 1)
    initial = torch.Generator().manual_seed(settings.seed)
    model = MODELS[comparison.name](at.n, at.d, restarts=1, generator=initial)
    model = model.to(settings.device, torch.float64)
    sampler = Sampler(at, device=settings.device)
    with torch.no_grad():
        prompt = sampler.draw(1000, generator)
        scale = prompt.label.square().mean() / model(prompt).square().mean()
        model.rescale((scale.sqrt() / 5).reshape(1))
    weights = {name: value.to(settings.device) for name, value in model.effective().items()}

    def quantity(prompt: Any) -> torch.Tensor:
        step = predictions(comparison.core, prompt, weights)
        left = prompt.label[:, 0, 0] - step
        rest = model(prompt) - step
        return torch.stack([(left * rest)[0], (left.square() + rest.square())[0]])

    total = float(split(at, model).total)
    return Measurement(
        f"{design.name}, {comparison.name}",
        f"n = {at.n}, d = {at.d}",
        sampler,
        quantity,
        [
            ("cross moment", Expected.of(0.0), total),
            ("risk of step and rest", Expected.of(total), total),
        ],
        DRAWS,
        BATCH,
    )


def runs(
    designs: tuple[Design, ...], comparisons: tuple[Containment, ...], settings: Settings
) -> Iterator[TrainingRun]:
    """Every model, beside the optimum of PGD."""
    for design in designs:
        if settings.level is not Level.FULL and design.name not in BRIEF:
            continue
        at = _place(design, settings)
        _, least = derive(design, pgd).plain.at(at)
        for comparison in comparisons:
            run = training(comparison.name, at, STEPS, settings)
            where = f"n = {at.n}, d = {at.d}, {design.name}"
            yield TrainingRun(design.name, where, Expected.of(least), run)


def _place(design: Design, settings: Settings) -> Instance:
    found = inside(design, 4, 2, settings.seed)
    assert found is not None  # or else there are no prompts
    return found
