"""The models' own formulas, evaluated as they are written, with all their raw parameters."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import flint

from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.designs.prompt import Prompt
from theory.optima.equivalence.parity import WEIGHT, Comparison
from verify.checks.on_trial import Compared
from verify.quantities.equivalence.weights import Weights, drawn, drawn_weights, included

HEIGHT = 3


def contained(c: Comparison, at: Instance, random: Random) -> Iterator[Compared]:
    """The formula as written at the weights that make it the step, and at any weights reduced."""
    step = drawn(WEIGHT, at, random, HEIGHT)
    kept = drawn_weights(c.model, at, random, HEIGHT)[0]
    prompt = _drawn_prompt(at, random)
    core = {WEIGHT.name: step, **{name: kept[name] for name in c.shared}}
    expected = c.core.predict(_Matrices.of(prompt), _wrapped(core)).value[0, 0]
    found = as_written(c.model, included(c, step, at, kept), prompt)
    yield Compared(f"{c.name}: the formula as written is not the step", at, found, expected)
    weights = drawn_weights(c.model, at, random, HEIGHT)
    parts = (c.model.predict(_Matrices.of(prompt), _wrapped(w)).value[0, 0] for w in weights)
    found, reduced = as_written(c.model, weights, prompt), sum(parts, flint.fmpq(0))
    yield Compared(f"{c.name}: not the formula as written", at, found, reduced)


def as_written(model: Predictor, weights: list[Weights], prompt: Prompt[Any]) -> flint.fmpq:
    """``(z' W_q W_k' Z0') Z0 W_v h`` or H3's formula, from full matrices of d + 1 rows."""
    size, count = prompt.features.ncols(), prompt.features.nrows()
    tokens = flint.fmpq_mat(
        [[*(prompt.features[r, c] for c in range(size)), prompt.labels[r, 0]] for r in range(count)]
        + [[0] * (size + 1)]
    )
    query = flint.fmpq_mat([[*(prompt.query[k, 0] for k in range(size)), 0]])
    columns = size + 1
    W_q, W_k, W_v = (flint.fmpq_mat(columns, columns) for _ in range(3))
    h = flint.fmpq_mat(columns, 1)
    if not model.channels:
        (w,) = weights
        for k in range(columns):
            W_k[k, k] = W_v[k, k] = 1
            h[k, 0] = w["v_x"][k, 0] if k < size else w["v_y"][0, 0]
            for r in range(size):
                W_q[r, k] = w["C_xx"][r, k] if k < size else w["C_xy"][r, 0]
        return (query * W_q * W_k.transpose() * tokens.transpose() * tokens * W_v * h)[0, 0]
    filter_ = [weights[0]["Omega"][count - 1 - k, count - 1 - k] for k in range(count)]
    for k, w in enumerate(weights):
        h[k, 0] = 1
        W_k[size, k], W_v[size, k] = w["k_y"][0, 0], w["v_y"][0, 0]
        for r in range(size):
            W_q[r, k], W_k[r, k], W_v[r, k] = (w[name][r, 0] for name in ("q_x", "k_x", "v_x"))
    asked, keys, values = query * W_q, tokens * W_k, tokens * W_v
    total = flint.fmpq(0)
    for k in range(columns):
        # the last entry of the convolution: sum over i of f_{n+1-i} A_i
        seen = sum(
            (filter_[count - 1 - r] * keys[r, k] * values[r, k] for r in range(count)),
            start=flint.fmpq(0),
        )
        total += asked[0, k] * seen * h[k, 0]
    return total


class _Matrices:
    """An exact matrix with ``@`` and ``.mT``, as the predictors' expressions ask for."""

    def __init__(self, value: flint.fmpq_mat):
        self.value = value

    def __add__(self, other: _Matrices) -> _Matrices:
        return _Matrices(self.value + other.value)

    def __matmul__(self, other: _Matrices) -> _Matrices:
        return _Matrices(self.value * other.value)

    @property
    def mT(self) -> _Matrices:
        return _Matrices(self.value.transpose())

    @staticmethod
    def of(prompt: Prompt[Any]) -> Prompt[_Matrices]:
        parts = (prompt.query, prompt.features, prompt.labels, prompt.label)
        return Prompt(*map(_Matrices, parts))


def _wrapped(weights: Weights) -> dict[str, _Matrices]:
    return {name: _Matrices(value) for name, value in weights.items()}


def _drawn_prompt(at: Instance, random: Random) -> Prompt[Any]:
    def block(rows: int, cols: int) -> flint.fmpq_mat:
        entries = [[random.randint(-HEIGHT, HEIGHT) for _ in range(cols)] for _ in range(rows)]
        return flint.fmpq_mat(entries)

    return Prompt(block(at.d, 1), block(at.n, at.d), block(at.n, 1), block(1, 1))
