"""Witness: Monte Carlo of the risk at the best weights of rank r, and of updated old ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from numerics import Sampler, estimate, squared_error
from verify import measured
from verify.expected import Expected
from verify.low_rank.cases import Case, low_rank_cases
from verify.low_rank.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding

DRAWS_SMALL, DRAWS_LARGE = 600_000, 150_000
ENTRIES = 400_000  # of features in one batch


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate the risk at the start and at the best weights of some ranks.

    The weights are derived, their risks are the claimed ones. How a comparison is judged stands in
    :mod:`verify.measured`.
    """
    seen = []
    for done, case in enumerate(found := list(low_rank_cases(subject.statement, settings))):
        settings.progress(f"sampling: {case.name}", done, len(found))
        seen += _measured(subject, case, settings)
    return measured.finding(f"the risk {_where(subject)}", seen)


def _where(subject: Subject) -> str:
    if subject.statement.old is None:
        return "of the best weights of some ranks, and of predicting zero"
    return "of the old optimum, and of its best updates of some ranks"


def _measured(subject: Subject, case: Case, settings: Settings) -> list[dict[str, Any]]:
    at, ranks = case.at, (0, *case.ranks)
    start = subject.statement.start_at(at)
    weights = [subject.statement.best.at(at, rank, start)[0] for rank in ranks]
    stacked = torch.tensor(np.stack([np.asarray(w) for w in weights]))
    errors = squared_error(subject.statement.predictor, {subject.weight.name: stacked})
    batch = max(1, ENTRIES // (at.n * at.d))
    draws = DRAWS_SMALL if at.d < 10 else DRAWS_LARGE
    found = estimate(
        errors,
        Sampler(at, device=settings.device),
        batch=batch,
        batches=-(-draws // batch),
        generator=torch.Generator(settings.device).manual_seed(settings.seed),
    )
    rows = []
    for k, rank in enumerate(ranks):
        claimed = subject.claim.risk_at(at, rank)
        mean, error = float(found.mean[k]), float(found.error[k])
        rows.append(
            measured.row(
                case.name,
                case.where(rank),
                "risk",
                mean=mean,
                error=error,
                expected=Expected.claim(claimed),
                scale=claimed,
                draws=found.draws,
            )
        )
    return rows
