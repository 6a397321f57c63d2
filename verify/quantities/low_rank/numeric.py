"""The risk of the best weights of some ranks, to be sampled, and to be reached in training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from numerics import Sampler, Training, squared_error
from numerics.low_rank import step_of
from theory.designs.instance import Instance
from theory.records.low_rank_risk import LowRankRisk
from verify.cases import cases
from verify.checks.on_trial import Measurement, TrainingRun
from verify.draws import draws
from verify.expected import Expected
from verify.quantities.low_rank.case import LowRankCase
from verify.settings import Settings

RESTARTS, STEPS = 3, 500


def places(
    statement: LowRankRisk, settings: Settings
) -> Iterator[tuple[str, Instance, tuple[int, ...]]]:
    """Named instances and ranks; an old covariance is made to commute with the new one."""
    for case in cases(statement.design, settings):
        at, size = case.at, case.at.d
        if statement.old is not None:
            at = replace(at, matrices={**at.matrices, statement.old: _commuting(statement, at)})
        yield case.name, at, (1, size - 1) if size < 10 else (size // 4,)


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
    for name, at, ranks in places(statement, settings):
        start, tried = statement.start_at(at), (0, *ranks)
        weights = [np.asarray(statement.best.at(at, rank, start)[0]) for rank in tried]
        claimed = {rank: case.claim.risk_at(at, rank) for rank in tried}
        yield Measurement(
            name,
            f"n = {at.n}, d = {at.d}",
            Sampler(at, device=settings.device),
            squared_error(statement.predictor, {case.weight.name: torch.tensor(np.stack(weights))}),
            [(f"risk, r = {rank}", Expected.claim(v), v) for rank, v in claimed.items()],
            *draws(at),
        )


def runs(case: LowRankCase, settings: Settings) -> Iterator[TrainingRun]:
    """Attention with thin factors, or with an adapter, trained on its exact risk.

    L-BFGS descends the exact population risk of all parameters of attention, so that a restart ends
    at a minimum to rounding.
    """
    for name, at, ranks in places(case.statement, settings):
        base = None
        if case.updates:
            start = torch.tensor(np.asarray(case.statement.start_at(at)))
            base = step_of(start, at.n, RESTARTS)
        for rank in ranks:
            training = Training(
                "low-rank-att" if base is None else "lora-att",
                at,
                rank=rank,
                base=base,
                source="risk",
                restarts=RESTARTS,
                steps=STEPS,
                evaluate_every=STEPS,
                seed=settings.seed,
            )
            optimum = Expected.claim(case.claim.risk_at(at, rank))
            yield TrainingRun(name, f"n = {at.n}, d = {at.d}, r = {rank}", optimum, training)
