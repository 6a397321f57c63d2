"""Exact risks of models and of their steps, from the engine's polynomials."""

from __future__ import annotations

from functools import cache
from typing import Any

import flint

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.products import mean_product
from theory.algebra.values import scalar_value
from theory.designs.by_example import in_words
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor, wpgd
from theory.optima.equivalence.parity import Containment
from theory.risks.population import channel_risk, population_risk
from theory.scalars.arithmetic import EXACT
from verify.quantities.equivalence.weights import Weights


def model_risk(c: Containment, weights: list[Weights], at: Instance) -> Any:
    """``E (y - f)^2`` of a model, with weights for every channel."""
    model = c.model
    if not model.channels:
        return _value(population_risk(at.design, model), weights[0], at)
    risk = channel_risk(at.design, model)
    linear = (_value(risk.linear, _of_channel(model, w, "1"), at) for w in weights)
    return _value(risk.constant, {}, at) + sum(linear) + _pairs(risk.pair, model, weights, at)


def step_risk(c: Containment, step: Weights, at: Instance) -> Any:
    """``E (y - s)^2`` of a step."""
    return _value(population_risk(at.design, c.core), step, at)


def remainder(c: Containment, weights: list[Weights], at: Instance) -> Any:
    """``E (f - s)^2`` of a model and the step inside it."""
    polynomial = _remainder_moment(at.design, c)
    if not c.model.channels:
        return _value(polynomial, weights[0], at)
    return _pairs(polynomial, c.model, weights, at)


def weighted_risk(W: flint.fmpq_mat, Omega: flint.fmpq_mat, at: Instance) -> Any:
    """The risk of a step with sample weights."""
    return _value(population_risk(at.design, wpgd), {"W": W, "Omega": Omega}, at)


@cache
def _remainder_moment(design: Design, c: Containment) -> TracePolynomial:
    """The expectation of the product of the remainders of two channels."""
    prompt = in_words(design)
    names = ("1", "2") if c.model.channels else ("", "")
    first, second = (c.remainder(prompt, c.model.words(name)) for name in names)
    return mean_product(first, second)


def _pairs(form: TracePolynomial, model: Predictor, weights: list[Weights], at: Instance) -> Any:
    """A form in two channels, over all pairs of them."""
    first, second = ([_of_channel(model, w, name) for w in weights] for name in "12")
    return sum((_value(form, a | b, at) for a in first for b in second), start=flint.fmpq(0))


def _of_channel(model: Predictor, weights: Weights, channel: str) -> Weights:
    return {k if k in model.shared else k + channel: v for k, v in weights.items()}


def _value(polynomial: TracePolynomial, weights: Weights, at: Instance) -> Any:
    examples = [{**at.scalars, "i": k + 1} for k in range(at.n)]
    along = {
        a.name: EXACT.diagonal([scalar_value(a.entry, scalars, EXACT) for scalars in examples])
        for a in polynomial.letters
        if a.entry is not None
    }
    return at.values.put({**along, **weights}).scalar(polynomial)
