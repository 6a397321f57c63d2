"""Witness: attention and H3, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numerics import Trained, Training, train
from verify import trained
from verify.expected import Expected
from verify.sample_weights.sizes import Place, places
from verify.sample_weights.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding

STEPS_SMALL, STEPS_LARGE = 600, 1500


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train both models and compare every restart's exact risk with the model's own optimum.

    A restart below the claimed optimum refutes it; no restart within the tolerance above it leaves
    the matter undecided. Where H3's exact risk is below attention's optimum, the gain is real.
    """
    runs: list[dict[str, Any]] = []
    beaten = []
    for place in places(subject, settings):
        for model, claimed in (("att", place.equal), ("ssm", place.least)):
            found = _trained(place, model, settings)
            runs.append(
                trained.row(
                    place.variant.name or "averaged", str(place), Expected.claim(claimed), found
                )
            )
            if found.stopped == "interrupted":
                return trained.finding(runs)
            if model == "ssm":
                beaten.append(float(found.risks.min()) < place.equal)
    finding = trained.finding(runs)
    gain = f"{sum(beaten)} of {len(beaten)} times H3 ends below attention's optimum"
    return replace(finding, summary=f"{finding.summary}; {gain}")


def _trained(place: Place, model: str, settings: Settings) -> Trained:
    # the whole schedule, so that training could go below a claim that is too high
    steps = STEPS_SMALL if place.at.n < 10 else STEPS_LARGE
    training = Training(
        model,
        place.at,
        lengths=place.variant.lengths,
        steps=steps,
        evaluate_every=steps // 10,
        seed=settings.seed,
        device=settings.device,
    )
    what = f"training {model}, {place}"
    return train(training, progress=lambda step, steps, risks: settings.progress(what, step, steps))
