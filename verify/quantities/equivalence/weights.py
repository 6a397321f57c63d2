"""Exact weights of models: drawn, of the inclusion of a step, and of families of weights."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import flint

from theory.algebra.values import matrix_value, trace_value
from theory.algebra.words import Kind, Letter
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT, Comparison
from theory.scalars.arithmetic import EXACT

Weights = dict[str, flint.fmpq_mat]
T = flint.fmpq(3, 2)
"""The value given to a free scalar of a form."""


def drawn(letter: Letter, at: Instance, random: Random, height: int) -> flint.fmpq_mat:
    """A random integer matrix in place of a letter; diagonal if the letter is."""
    sizes = {"n": at.n, "d": at.d, "1": 1}
    rows, cols = sizes[letter.rows.name], sizes[letter.cols.name]
    found = flint.fmpq_mat(rows, cols)
    for r in range(rows):
        for c in range(cols):
            if r == c or letter.kind is not Kind.DIAGONAL:
                found[r, c] = random.choice([-1, 1]) * random.randint(1, height)
    return found


def channels(model: Predictor, at: Instance) -> int:
    """How many channels a model has at this size."""
    return at.d + 1 if model.channels else 1


def drawn_weights(model: Predictor, at: Instance, random: Random, height: int) -> list[Weights]:
    """Random weights of every channel; shared ones are the same in all."""
    shared = {w.name: drawn(w, at, random, height) for w in model.weights if w.name in model.shared}
    return [
        {w.name: shared.get(w.name, drawn(w, at, random, height)) for w in model.weights}
        for _ in range(channels(model, at))
    ]


def included(
    comparison: Comparison, W: flint.fmpq_mat, at: Instance, kept: Weights
) -> list[Weights]:
    """Weights of the inclusion at W; the last channel of d + 1 is silent."""
    found = []
    count = channels(comparison.model, at)
    for k in range(count):
        unit = flint.fmpq_mat(at.d, 1)
        if k < at.d:
            unit[k, 0] = 1
        inside = {WEIGHT.name: W, "e": unit}
        given = {name: put(value, inside, at.d) for name, value in comparison.inclusion.items()}
        if comparison.model.channels and k == at.d:
            given = {name: value * 0 for name, value in given.items()}
        found.append({**kept, **given})
    return found


def put(value: Any, weights: Mapping[str, Any], size: int) -> flint.fmpq_mat:
    """A matrix polynomial in weights, also where it is a column or a scalar."""
    scalars = {"d": size, "1": 1, "t": T}
    if value.rows.name == value.cols.name == "1":
        return flint.fmpq_mat([[trace_value(value.trace(), scalars, weights, EXACT)]])
    if value.rows == value.cols:
        found: flint.fmpq_mat = matrix_value(value, scalars, weights, EXACT)
        return found
    total = flint.fmpq_mat(size, 1)
    for word, c in value.terms.items():
        product = flint.fmpq_mat(EXACT.identity(size))
        for factor in word:
            matrix = weights[factor.letter.name]
            product = product * (matrix.transpose() if factor.transposed else matrix)
        total = total + product * trace_value(c, scalars, weights, EXACT)
    return total


def step_weights(comparison: Comparison, weights: list[Weights], at: Instance) -> Weights:
    """The weights of the step inside a model: effective ones summed over its channels."""
    total = flint.fmpq_mat(at.d, at.d)
    for one in weights:
        total = total + comparison.weight_at(one, at.d, EXACT)
    return {WEIGHT.name: total, **{name: weights[0][name] for name in comparison.shared}}


def of_form(
    form: Form, at: Instance, random: Random, height: int
) -> tuple[Weights, flint.fmpq_mat]:
    """The weights of a family at random letters, and the step claimed for it."""
    values = form.weights.values()
    letters = {a for v in values for word in v.terms for a, _ in word} | {WEIGHT}
    letters |= {a for v in values for c in v.terms.values() for a in c.letters}
    inside = {a.name: drawn(a, at, random, height) for a in sorted(letters, key=lambda a: a.key)}
    weights = {name: put(value, inside, at.d) for name, value in form.weights.items()}
    return weights, put(form.step, inside, at.d)
