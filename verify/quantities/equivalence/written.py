"""The models' own formulas, evaluated as they are written, with all their raw parameters."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np

from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.designs.prompt import Prompt
from theory.optima.equivalence.parity import WEIGHT, Containment
from verify.checks.on_trial import Compared
from verify.quantities.equivalence.weights import Weights, drawn, drawn_weights, included

HEIGHT = 3
Array = Any  # object arrays of fmpq: with @ and .mT, as the predictors' expressions ask for
Arrays = dict[str, Array]


def contained(c: Containment, at: Instance, random: Random) -> Iterator[Compared]:
    """The formula as written at the weights that make it the step, and at any weights reduced."""
    step = drawn(WEIGHT, at, random, HEIGHT)
    kept = drawn_weights(c.model, at, random, HEIGHT)[0]
    prompt = _drawn_prompt(at, random)
    core = {WEIGHT.name: step, **{name: kept[name] for name in c.shared}}
    expected = c.core.predict(prompt, _arrays(core))[0, 0]
    found = as_written(c.model, list(map(_arrays, included(c, step, at, kept))), prompt)
    yield Compared(f"{c.name}: the formula as written is not the step", at, found, expected)
    weights = list(map(_arrays, drawn_weights(c.model, at, random, HEIGHT)))
    reduced = sum(c.model.predict(prompt, w)[0, 0] for w in weights)
    found = as_written(c.model, weights, prompt)
    yield Compared(f"{c.name}: not the formula as written", at, found, reduced)


def as_written(model: Predictor, weights: list[Arrays], prompt: Prompt[Array]) -> Any:
    """``(z' W_q W_k' Z0') Z0 W_v h`` or H3's formula, from full matrices of d + 1 rows."""
    d = prompt.features.shape[1]
    examples = np.hstack([prompt.features, prompt.labels])
    tokens = np.vstack([examples, _zeros(1, d + 1)])
    query = np.hstack([prompt.query.mT, _zeros(1, 1)])
    W_q, W_k, W_v = (_zeros(d + 1, d + 1) for _ in range(3))
    h = _zeros(d + 1, 1)
    if not model.channels:
        (w,) = weights
        W_q[:d, :d], W_q[:d, d:] = w["C_xx"], w["C_xy"]
        h[:d], h[d:] = w["v_x"], w["v_y"]
        for k in range(d + 1):
            W_k[k, k] = W_v[k, k] = 1
        return (query @ W_q @ W_k.mT @ tokens.mT @ tokens @ W_v @ h)[0, 0]
    for k, w in enumerate(weights):
        h[k] = 1
        W_q[:d, k : k + 1], W_k[:d, k : k + 1], W_v[:d, k : k + 1] = w["q_x"], w["k_x"], w["v_x"]
        W_k[d, k], W_v[d, k] = w["k_y"][0, 0], w["v_y"][0, 0]
    # the last entry of the convolution, sum over i of f_{n+1-i} A_i, where f_{n+1-i} is omega_i
    omega = weights[0]["Omega"].diagonal()
    seen = omega @ ((tokens @ W_k) * (tokens @ W_v))[:-1]
    return ((query @ W_q)[0] * seen) @ h[:, 0]


def _zeros(rows: int, cols: int) -> Array:
    return np.zeros((rows, cols), dtype=int).astype(object)


def _arrays(weights: Weights) -> Arrays:
    return {name: np.array(value.tolist(), dtype=object) for name, value in weights.items()}


def _drawn_prompt(at: Instance, random: Random) -> Prompt[Array]:
    def block(rows: int, cols: int) -> Array:
        return np.array(
            [[random.randint(-HEIGHT, HEIGHT) for _ in range(cols)] for _ in range(rows)],
            dtype=object,
        )

    return Prompt(block(at.d, 1), block(at.n, at.d), block(at.n, 1), block(1, 1))
