"""Witness: Monte Carlo of the risk at the claimed weight, and of its slope there."""

from __future__ import annotations

import math
from typing import Any

import torch

from numerics import Sampler, estimate, predictions
from verify.cases import Case, cases
from verify.settings import Settings
from verify.subject import Subject
from verify.tolerances import SAMPLING, WIDTH
from verify.verdict import Finding, Verdict, join

NAME = "sampling"
DRAWS_SMALL, DRAWS_LARGE = 600_000, 150_000
ENTRIES = 400_000  # of features in one batch


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate value and slope of the risk at the claimed weight from sampled prompts.

    A mean further from its claimed value than the tolerance allows refutes; a standard error too
    wide to tell leaves it undecided.
    """
    seen = []
    chosen = cases(subject.design, settings)
    for done, case in enumerate(chosen):
        settings.progress(f"sampling: {case.name}", done, len(chosen))
        seen += _measured(subject, case, settings)
    draws = sum(row["draws"] for row in seen)
    furthest = max(abs(row["deviation"]) for row in seen)
    widest = max(row["error"] / abs(row["risk"] or math.nan) for row in seen)
    verdict = join(Verdict(row["verdict"]) for row in seen)
    return Finding(
        NAME,
        verdict,
        f"value and slope at the claimed weight, {draws:,} prompts: at most {furthest:.1f} "
        f"standard errors off, {SAMPLING.value} allowed; a standard error is at most "
        f"{100 * widest:.2f} % of the risk",
        examined=draws,
        data={"cases": seen, "tolerance": SAMPLING.meaning},
    )


def _measured(subject: Subject, case: Case, settings: Settings) -> list[dict[str, Any]]:
    at = case.at
    generator = torch.Generator(settings.device).manual_seed(settings.seed)
    sampler = Sampler(at, device=settings.device)
    weight = torch.tensor(at.arithmetic.plain(subject.claim.weight_at(at)).astype(float))
    step = torch.randn(at.d, at.d, generator=torch.Generator().manual_seed(settings.seed))
    step = step.double() * weight.norm() / step.norm() / 4
    moved = torch.stack([weight, weight + step, weight - step])

    def errors(prompt: Any) -> torch.Tensor:
        predicted = predictions(subject.predictor, prompt, {subject.weight.name: moved})
        here, ahead, behind = (prompt.label[:, 0, 0] - predicted).square()
        return torch.stack([here, (ahead - behind) / 2])

    batch = max(1, ENTRIES // (at.n * at.d))
    draws = DRAWS_SMALL if at.d < 10 else DRAWS_LARGE
    batches = -(-draws // batch)
    found = estimate(errors, sampler, batch=batch, batches=batches, generator=generator)
    claimed = float(subject.claim.risk_at(at))
    return [
        _row(
            case, "risk", float(found.mean[0]), float(found.error[0]), claimed, claimed, found.draws
        ),
        _row(case, "slope", float(found.mean[1]), float(found.error[1]), 0.0, claimed, found.draws),
    ]


def _row(
    case: Case, what: str, mean: float, error: float, claimed: float, scale: float, draws: int
) -> dict[str, Any]:
    deviation = (mean - claimed) / error if error > 0 else math.nan
    verdict = Verdict.UNDECIDED
    if abs(deviation) > SAMPLING.value:
        verdict = Verdict.REFUTED
    elif abs(deviation) <= SAMPLING.value and error <= WIDTH.value * abs(scale):
        verdict = Verdict.HOLDS
    return {
        "case": case.name,
        "at": f"n = {case.at.n}, d = {case.at.d}",
        "what": what,
        "mean": mean,
        "error": error,
        "claimed": claimed,
        "risk": scale,
        "deviation": deviation,
        "draws": draws,
        "verdict": verdict.value,
    }
