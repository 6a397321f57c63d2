"""Witness: Monte Carlo of the cross moments that vanish, and of the split of the risk."""

from __future__ import annotations

from typing import Any

import torch

from numerics import Sampler, estimate, predictions
from numerics.models import MODELS
from numerics.population import split
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.optima.equivalence.parity import Comparison
from verify import measured
from verify.cases import equicorrelated
from verify.equivalence.subject import Subject
from verify.expected import Expected
from verify.settings import Settings
from verify.verdict import Finding

DRAWS, BATCH = 400_000, 20_000


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate, at random raw weights, ``E r (y - f)`` and ``E (y - f)^2 + E r^2`` from prompts.

    How a comparison is judged stands in :mod:`verify.measured`.
    """
    seen: list[dict[str, Any]] = []
    for done, design in enumerate(subject.designs):
        settings.progress(f"sampling: {design.name}", done, len(subject.designs))
        for comparison in subject.comparisons:
            seen += _measured(design, comparison, settings)
    return measured.finding("cross moments and split", seen)


def small(design: Design) -> Instance:
    """A small instance in double precision, every parameter inside its range."""
    scalars = {p.name: {"alpha": 0.4}.get(p.name, 1.0) for p in design.parameters}
    covariances = {name: equicorrelated(2, 0.5) for name in design.covariances}
    return instance(design, n=4, d=2, scalars=scalars, covariances=covariances)


def _measured(design: Design, comparison: Comparison, settings: Settings) -> list[dict[str, Any]]:
    at = small(design)
    generator = torch.Generator(settings.device).manual_seed(settings.seed)
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

    found = estimate(quantity, sampler, batch=BATCH, batches=DRAWS // BATCH, generator=generator)
    total = float(split(at, model).total)
    return [
        measured.row(
            f"{design.name}, {comparison.name}",
            f"n = {at.n}, d = {at.d}",
            what,
            mean=float(found.mean[k]),
            error=float(found.error[k]),
            expected=Expected.of(value),
            scale=total,
            draws=found.draws,
        )
        for k, (what, value) in enumerate((("cross moment", 0.0), ("risk of step and rest", total)))
    ]
