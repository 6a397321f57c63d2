"""Witness: Monte Carlo of the curvature of the risk, ``2 E (x' V X' y)^2``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from numerics import Sampler, estimate
from theory.designs.instance import Instance, instance
from theory.designs.prompt import Prompt
from theory.optima.curvature.hessian import curvature
from verify import measured
from verify.cases import equicorrelated
from verify.convexity.subject import Case, Subject
from verify.expected import Expected
from verify.settings import Settings
from verify.verdict import Finding

DRAWS, BATCH = 2_000_000, 100_000


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate the curvature in three directions from sampled prompts of every design.

    How a comparison is judged stands in :mod:`verify.measured`.
    """
    seen: list[dict[str, Any]] = []
    for done, case in enumerate(subject.cases):
        settings.progress(f"sampling: {case.name}", done, len(subject.cases))
        seen += _measured(case, settings)
    return measured.finding("curvature of the risk", seen)


def _instance(case: Case) -> Instance:
    design, size = case.domain.design, 2
    scalars = {p.name: {"alpha": 0.4}.get(p.name, 2.0) for p in design.parameters}
    covariances = {name: equicorrelated(size, 0.5) for name in design.covariances}
    return instance(design, n=4, d=size, scalars=scalars, covariances=covariances)


def _measured(case: Case, settings: Settings) -> list[dict[str, Any]]:
    at = _instance(case)
    rows = {
        "identity": [[1, 0], [0, 1]],
        "symmetric": [[0, 1], [1, 0]],
        "antisymmetric": [[0, 1], [-1, 0]],
    }
    stacked = torch.tensor(list(rows.values()), dtype=torch.float64)
    generator = torch.Generator(settings.device).manual_seed(settings.seed)

    def quantity(prompt: Prompt[torch.Tensor]) -> torch.Tensor:
        step = prompt.query @ (prompt.labels.mT @ prompt.features)
        return 2 * torch.einsum("rab,kab->rk", stacked, step).square()

    found = estimate(
        quantity,
        Sampler(at, device=settings.device),
        batch=BATCH,
        batches=DRAWS // BATCH,
        generator=generator,
    )
    claimed = [
        float(curvature(case.hessian.second_order, at.arithmetic.matrix(np.array(v)), at))
        for v in rows.values()
    ]
    return [
        measured.row(
            case.name,
            f"n = {at.n}, d = {at.d}",
            f"curvature, {name}",
            mean=float(found.mean[k]),
            error=float(found.error[k]),
            expected=Expected.claim(claimed[k]),
            scale=claimed[k],
            draws=found.draws,
        )
        for k, name in enumerate(rows)
    ]
