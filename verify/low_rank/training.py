"""Witness: attention with thin factors, or with an adapter, trained on its exact risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from numerics.low_rank import AdaptedATT, LowRankATT, descend, step_of
from numerics.models import ATT
from verify import trained
from verify.low_rank.cases import Case, low_rank_cases
from verify.low_rank.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding

RESTARTS = 3
STEPS = 500
LEARNING_RATE = 0.1
LEAN = 0.03


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train low-rank attention and compare every restart's exact risk with the claimed one.

    No prompts are sampled here: Adam descends the exact population risk of all of attention's
    parameters, so that a restart ends at a minimum to rounding. Every restart below the claimed
    risk refutes it; no restart within the tolerance above it leaves the matter undecided.
    """
    runs: list[dict[str, Any]] = []
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for case in low_rank_cases(subject.statement, settings):
            for rank in case.ranks:
                settings.progress(f"training {case.name}, {case.where(rank)}", 0, 1)
                runs.append(_trained(subject, case, rank, settings))
    finally:
        torch.set_num_threads(threads)
    return trained.finding(runs, on="the exact population risk")


def _trained(subject: Subject, case: Case, rank: int, settings: Settings) -> dict[str, Any]:
    at, statement = case.at, subject.statement
    generator = torch.Generator().manual_seed(settings.seed)
    model: ATT
    if statement.old is None:
        model = LowRankATT(at.n, at.d, rank=rank, restarts=RESTARTS, generator=generator)
        model.lean(LEAN)
    else:
        start = torch.tensor(np.asarray(statement.start_at(at)))
        model = AdaptedATT(step_of(start, at.n, RESTARTS), rank=rank, generator=generator)
    found = descend(model, at, steps=STEPS, learning_rate=LEARNING_RATE)
    return trained.judged(
        "low-rank att" if statement.old is None else "att with an adapter",
        case.name,
        case.where(rank),
        subject.claim.risk_at(at, rank),
        [float(risk) for risk in found.risks],
        steps=found.steps,
        seconds=found.seconds,
    )
