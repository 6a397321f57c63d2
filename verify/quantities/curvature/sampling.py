"""The curvature ``2 E (x' V X' y)^2`` in three directions, to be estimated from prompts."""

from __future__ import annotations

import numpy as np
import torch

from numerics import Sampler
from theory.designs.prompt import Prompt
from verify.cases import inside
from verify.checks.on_trial import Measurement
from verify.expected import Expected
from verify.quantities.curvature.case import HessianCase
from verify.settings import Settings

DRAWS, BATCH = 2_000_000, 100_000
DIRECTIONS = {
    "identity": [[1, 0], [0, 1]],
    "symmetric": [[0, 1], [1, 0]],
    "antisymmetric": [[0, 1], [-1, 0]],
}


def measurement(case: HessianCase, settings: Settings) -> Measurement:
    """Of one design, at a small instance."""
    at = inside(case.design, 4, 2, settings.seed)
    assert at is not None  # or else there are no prompts
    stacked = torch.tensor(list(DIRECTIONS.values()), dtype=torch.float64, device=settings.device)

    def quantity(prompt: Prompt[torch.Tensor]) -> torch.Tensor:
        step = prompt.query @ (prompt.labels.mT @ prompt.features)
        return 2 * torch.einsum("rab,kab->rk", stacked, step).square()

    claimed = {
        name: float(case.claimed(at.arithmetic.matrix(np.array(rows)), at))
        for name, rows in DIRECTIONS.items()
    }
    return Measurement(
        case.name,
        f"n = {at.n}, d = {at.d}",
        Sampler(at, device=settings.device),
        quantity,
        [(f"curvature, {name}", Expected.claim(v), v) for name, v in claimed.items()],
        DRAWS,
        BATCH,
    )
