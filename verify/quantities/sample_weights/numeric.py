"""The claimed least risks, to be sampled at the claimed weights and reached by trained models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from numerics import Sampler, predictions
from theory.designs.predictors import wpgd
from theory.scalars.arithmetic import FLOATING
from verify.cases import batch_of, training
from verify.checks.on_trial import Measurement, TrainingRun
from verify.expected import Expected
from verify.quantities.sample_weights.place import SizedVariant
from verify.settings import Settings

DRAWS = 400_000
STEPS_SMALL, STEPS_LARGE = 600, 1500


def measurement(at: SizedVariant, settings: Settings) -> Measurement:
    """The risks of the best and of the best equal weights, and their gap on the same prompts."""
    number, claimed = FLOATING.number, at.claimed
    weights = list(map(number, claimed.minimise()))
    ones = [1] * at.size
    slope = sum(claimed.linear)
    equal_weight = slope / (claimed.value(ones) - claimed.constant + 2 * slope)
    omega = [weights[::-1] if at.variant.lengths else weights, [number(equal_weight)] * at.size]
    given = {
        "W": torch.eye(at.d, dtype=torch.float64).expand(2, at.d, at.d),
        "Omega": torch.tensor(omega, dtype=torch.float64),
    }

    def errors(prompt: Any) -> torch.Tensor:
        best, equal = (prompt.label[:, 0, 0] - predictions(wpgd, prompt, given)).square()
        return torch.stack([best, equal, equal - best])

    least, equal = number(claimed.minimum()), number(at.claimed_equal)
    return Measurement(
        at.variant.name or "averaged",
        str(at),
        Sampler(at.instance, lengths=at.variant.lengths, device=settings.device),
        errors,
        [
            ("risk of the best weights", Expected.claim(least), equal),
            ("risk of equal weights", Expected.claim(equal), equal),
            ("gap", Expected.claim(equal - least), equal),
        ],
        DRAWS,
        batch_of(at.size, at.d),
    )


def runs(at: SizedVariant, settings: Settings) -> Iterator[TrainingRun]:
    """Attention and H3, beside the optimum of each; where H3 gets below the other, it gains."""
    least, equal = FLOATING.number(at.claimed.minimum()), FLOATING.number(at.claimed_equal)
    # the whole schedule, so that training could go below a claim that is too high
    steps = STEPS_SMALL if at.size < 10 else STEPS_LARGE
    for model, optimum, below in (("att", equal, None), ("ssm", least, equal)):
        run = training(model, at.instance, steps, settings, lengths=at.variant.lengths)
        case, than = at.variant.name or "averaged", "attention's optimum"
        yield TrainingRun(case, str(at), Expected.claim(optimum), run, below, than)
