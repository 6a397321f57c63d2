"""Exact weights of models: drawn, of the inclusion of a step, and of families of weights."""

from __future__ import annotations

from random import Random

import flint

from theory.algebra.polynomials import MatrixPolynomial
from theory.algebra.values import Values
from theory.algebra.words import D, Kind, Letter
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT, Containment
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
    comparison: Containment, W: flint.fmpq_mat, at: Instance, kept: Weights
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


def put(value: MatrixPolynomial, weights: Weights, size: int) -> flint.fmpq_mat:
    """A matrix polynomial in weights; it may be a column, or 1 x 1."""
    rows, cols = (size if space == D else 1 for space in (value.rows, value.cols))
    at = Values({"d": size, "t": T}, weights, EXACT, rows)
    terms = (at.word(word) * at.scalar(c) for word, c in value.terms.items())
    return sum(terms, flint.fmpq_mat(rows, cols))


def step_weights(comparison: Containment, weights: list[Weights], at: Instance) -> Weights:
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
