"""Exact risks of models and of their steps, coordinate by coordinate: no words, no moments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flint

from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.optima.equivalence.parity import Containment
from theory.risks.coordinates import mean_at, risk_at
from verify.quantities.equivalence.weights import Weights, step_weights


def model_risk(c: Containment, weights: list[Weights], at: Instance) -> flint.fmpq:
    """``E (y - f)^2`` of a model, with weights for every channel."""
    named = _named(weights)
    return mean_at(lambda p, w: _square(p.label - _model(c, len(weights), p, w)), named, at)


def step_risk(c: Containment, step: Weights, at: Instance) -> flint.fmpq:
    """``E (y - s)^2`` of a step."""
    return mean_at(lambda p, w: _square(p.label - c.core.predict(p, w)), step, at)


def remainder(
    c: Containment, weights: list[Weights], at: Instance, step: Weights | None = None
) -> flint.fmpq:
    """``E (f - s)^2`` of a model and a step, by default the one inside it."""
    both = {**_named(weights), **(step or step_weights(c, weights, at))}
    return mean_at(
        lambda p, w: _square(_model(c, len(weights), p, w) - c.core.predict(p, w)), both, at
    )


def weighted_risk(W: flint.fmpq_mat, Omega: flint.fmpq_mat, at: Instance) -> flint.fmpq:
    """The risk of a step with sample weights."""
    return risk_at(wpgd, {"W": W, "Omega": Omega}, at)


def _named(weights: list[Weights]) -> Weights:
    return {f"{k}:{name}": v for k, w in enumerate(weights) for name, v in w.items()}


def _model(c: Containment, channels: int, prompt: Any, w: Mapping[str, Any]) -> Any:
    parts = [
        c.model.predict(prompt, {a.name: w[f"{k}:{a.name}"] for a in c.model.weights})
        for k in range(channels)
    ]
    return sum(parts[1:], parts[0])


def _square(value: Any) -> Any:
    return value @ value
