"""Witness: Monte Carlo of the least risks at the claimed weights, and of the gain."""

from __future__ import annotations

from typing import Any

import torch

from numerics import Sampler, estimate, predictions
from theory.designs.predictors import wpgd
from verify import measured
from verify.expected import Expected
from verify.sample_weights.sizes import NOISY, SILENT, Place, places
from verify.sample_weights.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding

DRAWS = 400_000
ENTRIES = 400_000  # of features in one batch


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate the risk of the best and of the best equal weights from sampled prompts.

    Their difference is estimated on the same prompts. How a comparison is judged stands in
    :mod:`verify.measured`.
    """
    seen: list[dict[str, Any]] = []
    chosen = places(subject, settings, (SILENT, NOISY))
    for done, place in enumerate(chosen):
        settings.progress(f"sampling: {place}", done, len(chosen))
        seen += _measured(place, settings)
    return measured.finding("risk of the best weights, of equal weights, and their gap", seen)


def _measured(place: Place, settings: Settings) -> list[dict[str, Any]]:
    at = place.at
    generator = torch.Generator(settings.device).manual_seed(settings.seed)
    sampler = Sampler(at, lengths=place.variant.lengths, device=settings.device)
    weights = {
        "W": torch.eye(at.d, dtype=torch.float64).expand(2, at.d, at.d),
        "Omega": torch.tensor([place.weights, [place.equal_weight] * at.n], dtype=torch.float64),
    }

    def errors(prompt: Any) -> torch.Tensor:
        best, equal = (prompt.label[:, 0, 0] - predictions(wpgd, prompt, weights)).square()
        return torch.stack([best, equal, equal - best])

    batch = max(1, ENTRIES // (at.n * at.d))
    found = estimate(errors, sampler, batch=batch, batches=-(-DRAWS // batch), generator=generator)
    claimed = (place.least, place.equal, place.equal - place.least)
    names = ("risk of the best weights", "risk of equal weights", "gap")
    return [
        measured.row(
            place.variant.name or "averaged",
            str(place),
            what,
            mean=float(found.mean[k]),
            error=float(found.error[k]),
            expected=Expected.claim(value),
            scale=place.equal,
            draws=found.draws,
        )
        for k, (what, value) in enumerate(zip(names, claimed, strict=True))
    ]
