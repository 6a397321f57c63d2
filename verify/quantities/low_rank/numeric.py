"""The risk of the best weights of some ranks, to be sampled, and to be reached in training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from numerics import squared_error
from numerics.low_rank import step_of
from theory.designs.instance import Instance
from theory.records.low_rank_risk import LowRankRisk
from verify.cases import Case, cases, training
from verify.checks.on_trial import Measurement, TrainingRun
from verify.expected import Expected
from verify.quantities.low_rank.eigenbases import LowRankCase
from verify.settings import Settings

RESTARTS, STEPS = 3, 500


def places(statement: LowRankRisk, settings: Settings) -> Iterator[tuple[Case, tuple[int, ...]]]:
    """Named instances and ranks; an old covariance is made to commute with the new one."""
    for case in cases(statement.design, settings):
        at, size = case.at, case.at.d
        if statement.old is not None:
            at = replace(at, matrices={**at.matrices, statement.old: _commuting(statement, at)})
        yield replace(case, at=at), (1, size - 1) if size < 10 else (size // 4,)


def _commuting(statement: LowRankRisk, at: Instance) -> np.ndarray:
    """Whitened, the new covariance's eigenvectors; the larger its eigenvalue the smaller ours."""
    outer = np.asarray(at.matrices[statement.whitening.covariance])
    half = np.asarray(at.arithmetic.root(outer))
    _, vectors = np.linalg.eigh(half @ np.asarray(at.matrices[statement.task]) @ half)
    basis = np.linalg.inv(half) @ vectors
    return at.arithmetic.matrix(basis @ np.diag(np.geomspace(4, 0.25, at.d)) @ basis.T)


def measurements(case: LowRankCase, settings: Settings) -> Iterator[Measurement]:
    """At the start and at the derived best weights, whose risks are the claimed ones."""
    statement = case.statement
    for place, ranks in places(statement, settings):
        at, tried = place.at, (0, *ranks)
        start = statement.start_at(at)
        weights = [np.asarray(statement.best.at(at, rank, start)[0]) for rank in tried]
        claimed = {rank: case.claim.risk_at(at, rank) for rank in tried}
        expected = [(f"risk, r = {rank}", Expected.claim(v), v) for rank, v in claimed.items()]
        given = {case.weight.name: torch.tensor(np.stack(weights))}
        yield place.measurement(squared_error(statement.predictor, given), expected, settings)


def runs(case: LowRankCase, settings: Settings) -> Iterator[TrainingRun]:
    """Attention with thin factors, or with an adapter, trained on its exact risk.

    L-BFGS descends the exact population risk of all parameters of attention, so that a restart ends
    at a minimum to rounding.
    """
    for place, ranks in places(case.statement, settings):
        at, model = place.at, "low-rank-att"
        more: dict[str, Any] = {"source": "risk", "restarts": RESTARTS}
        if case.updates:
            start = torch.tensor(np.asarray(case.statement.start_at(at)))
            model, more["base"] = "lora-att", step_of(start, at.n, RESTARTS)
        for rank in ranks:
            optimum = Expected.claim(case.claim.risk_at(at, rank))
            run = training(model, at, STEPS, settings, rank=rank, **more)
            yield TrainingRun(place.name, f"{place}, r = {rank}", optimum, run)
