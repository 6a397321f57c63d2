"""Witness: attention with thin factors, or with an adapter, trained on its exact risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from numerics import Training, train
from numerics.low_rank import step_of
from verify import trained
from verify.expected import Expected
from verify.low_rank.cases import Case, low_rank_cases
from verify.low_rank.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding

RESTARTS = 3
STEPS = 500


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train low-rank attention and compare every restart's exact risk with the claimed one.

    No loss is sampled here: L-BFGS descends the exact population risk of all of attention's
    parameters, so that a restart ends at a minimum to rounding. Every restart below the claimed
    risk refutes it; no restart within the tolerance above it leaves the matter undecided.
    """
    runs: list[dict[str, Any]] = []
    for case in low_rank_cases(subject.statement, settings):
        for rank in case.ranks:
            settings.progress(f"training {case.name}, {case.where(rank)}", 0, 1)
            runs.append(_trained(subject, case, rank, settings))
            if runs[-1]["stopped"] == "interrupted":
                return trained.finding(runs, on="the exact population risk")
    return trained.finding(runs, on="the exact population risk")


def _trained(subject: Subject, case: Case, rank: int, settings: Settings) -> dict[str, Any]:
    at, statement = case.at, subject.statement
    base = None
    if statement.old is not None:
        base = step_of(torch.tensor(np.asarray(statement.start_at(at))), at.n, RESTARTS)
    found = train(
        Training(
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
    )
    return trained.row(
        case.name, case.where(rank), Expected.claim(subject.claim.risk_at(at, rank)), found
    )
