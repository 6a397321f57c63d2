"""Witness: Hypothesis draws designs, weights and prompts on which a model differs from the claim.

Everything is exact rational arithmetic. Risks come from the engine's polynomials; the formulas of
the models are also evaluated as they are written, with their raw parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from random import Random
from typing import Any

import flint
from hypothesis import reject
from hypothesis import strategies as st

from theory.algebra.moments import expectation
from theory.algebra.polynomials import TracePolynomial
from theory.algebra.values import scalar_value, trace_value
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor, pgd, wpgd
from theory.designs.prompt import Prompt, Words, read
from theory.optima.derivation import derive
from theory.optima.equivalence.parity import WEIGHT, Comparison
from theory.risks.population import channel_risk, population_risk
from theory.scalars.arithmetic import EXACT
from verify.equivalence.exact import (
    Weights,
    drawn,
    drawn_weights,
    included,
    put,
    step_weights,
)
from verify.equivalence.subject import Subject
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.settings import Level, Settings
from verify.strategies import instances
from verify.verdict import Finding

HEIGHT = 3
COSTLY = {"task-aligned-features": Level.FULL, "task-aligned": Level.FULL}
"""Designs whose full risk polynomials take seconds to derive, and the level that waits for them."""

Check = Callable[[Subject, Instance, Random], None]


def examine(subject: Subject, settings: Settings) -> Finding:
    """Run every check on drawn instances, weights and prompts."""

    def affordable(design: Design) -> bool:
        return settings.level >= COSTLY.get(design.name, Level.QUICK)

    designs = list(filter(affordable, subject.designs))
    exchangeable = list(filter(affordable, subject.exchangeable))
    checks: dict[str, Any] = {}
    if subject.forms:
        checks["forms"] = partial(_on, subject, designs, forms)
    for name, check in (("split", split), ("never below", never_below)):
        checks[name] = partial(_on, subject, designs, check)
    checks["contained, as written"] = partial(_on, subject, designs, contained)
    if exchangeable:
        checks["order of sample weights"] = partial(_on, subject, exchangeable, permuted)
    return hunt(checks, st.none(), settings)


def _on(
    subject: Subject, designs: list[Design], check: Check, nothing: None, data: st.DataObject
) -> None:
    design = data.draw(st.sampled_from(designs))
    # pairs of channels are many: (d + 1)^2
    many = any(c.model.channels for c in subject.comparisons)
    at = data.draw(instances(design, most_n=4, most_d=2 if many else 3))
    check(subject, at, Random(data.draw(st.integers(0, 10**6))))


def risk_of(model: Predictor, weights: list[Weights], at: Instance) -> Any:
    """The exact risk of a model from the engine's polynomials."""
    if not model.channels:
        return _value(population_risk(at.design, model), weights[0], at)
    risk = channel_risk(at.design, model)
    total = _value(risk.constant, {}, at)
    for first in weights:
        one = _suffixed(model, first, "1")
        total += _value(risk.linear, one, at)
        for second in weights:
            total += _value(risk.pair, {**one, **_suffixed(model, second, "2")}, at)
    return total


def _suffixed(model: Predictor, weights: Weights, channel: str) -> Weights:
    return {k if k in model.shared else k + channel: v for k, v in weights.items()}


def _value(polynomial: TracePolynomial, weights: Weights, at: Instance) -> Any:
    along = {
        a.name: _diagonal(
            [scalar_value(a.entry, {**at.scalars, "i": k + 1}, EXACT) for k in range(at.n)]
        )
        for a in polynomial.letters
        if a.entry is not None
    }
    return trace_value(polynomial, at.scalars, {**at.matrices, **along, **weights}, EXACT)


@cache
def _remainder_moment(design: Design, comparison: Comparison) -> TracePolynomial:
    """The expectation of the product of the remainders of two channels."""
    prompt = read(design, Words())
    names = ("1", "2") if comparison.model.channels else ("", "")
    first, second = (comparison.remainder(prompt, comparison.model.words(c)) for c in names)
    return expectation(first * second)


def remainder_square(comparison: Comparison, weights: list[Weights], at: Instance) -> Any:
    """The exact mean square of the remainder, from the engine's polynomial."""
    polynomial = _remainder_moment(at.design, comparison)
    model = comparison.model
    if not model.channels:
        return _value(polynomial, weights[0], at)
    return sum(
        (
            _value(polynomial, _suffixed(model, a, "1") | _suffixed(model, b, "2"), at)
            for a in weights
            for b in weights
        ),
        start=flint.fmpq(0),
    )


def _core_risk(comparison: Comparison, step: Weights, at: Instance) -> Any:
    return _value(population_risk(at.design, comparison.core), step, at)


def split(subject: Subject, at: Instance, random: Random) -> None:
    """The risk is that of the step plus the mean square of the remainder."""
    for comparison in subject.comparisons:
        weights = drawn_weights(comparison.model, at, random, HEIGHT)
        total = risk_of(comparison.model, weights, at)
        square = remainder_square(comparison, weights, at) * EXACT.number(comparison.square)
        parts = _core_risk(comparison, step_weights(comparison, weights, at), at) + square
        if total != parts:
            what = f"{comparison.name}: the risk is not the step's plus the mean square"
            raise Falsified(what, at, total, parts)


def never_below(subject: Subject, at: Instance, random: Random) -> None:
    """No weights get below the optimum of PGD, and those that reach it predict what PGD does."""
    try:
        best, least = derive(at.design, pgd).plain.at(at.scalars, at.matrices, EXACT)
    except ZeroDivisionError:
        reject()
    one = flint.fmpq_mat(EXACT.identity(at.d))
    W = best if isinstance(best, flint.fmpq_mat) else one * best
    for comparison in subject.comparisons:
        model, name = comparison.model, comparison.name
        if model.channels and at.design not in subject.exchangeable:
            continue
        kept = {
            key: flint.fmpq_mat(EXACT.identity(at.n)) for key in comparison.shared
        } or drawn_weights(model, at, random, HEIGHT)[0]
        start = included(comparison, W, at, kept)
        found = risk_of(model, start, at)
        if found != least:
            raise Falsified(f"{name} with PGD's best weight is not as good", at, found, least)
        nudges = drawn_weights(model, at, random, HEIGHT)
        scale = flint.fmpq(1, random.choice([2, 7, 100]))
        moved = [
            {key: value + nudge[key] * scale for key, value in weights.items()}
            for weights, nudge in zip(start, nudges, strict=True)
        ]
        found = risk_of(model, moved, at)
        if found < least:
            raise Falsified(f"{name} gets below the best PGD", at, found, least)
        alike = (
            remainder_square(comparison, moved, at) == 0
            and _core_risk(comparison, step_weights(comparison, moved, at), at) == least
        )
        if (found == least) is not alike:
            raise Falsified(f"an optimal {name} predicts otherwise", at, found, least)


def contained(subject: Subject, at: Instance, random: Random) -> None:
    """The models' own formulas, raw parameters and all, at the weights that make them the step."""
    for comparison in subject.comparisons:
        step = drawn(WEIGHT, at, random, HEIGHT)
        kept = drawn_weights(comparison.model, at, random, HEIGHT)[0]
        weights = included(comparison, step, at, kept)
        prompt = _drawn_prompt(at, random)
        core = {WEIGHT.name: step, **{name: kept[name] for name in comparison.shared}}
        expected = comparison.core.predict(_Matrices.of(prompt), _wrapped(core)).value[0, 0]
        found = as_written(comparison.model, weights, prompt)
        if found != expected:
            what = f"{comparison.name}: the formula as written is not the step"
            raise Falsified(what, at, found, expected)
        # and at any weights the reduced formula is the one as written
        weights = drawn_weights(comparison.model, at, random, HEIGHT)
        parts = [
            comparison.model.predict(_Matrices.of(prompt), _wrapped(w)).value[0, 0] for w in weights
        ]
        found, reduced = as_written(comparison.model, weights, prompt), sum(parts[1:], parts[0])
        if found != reduced:
            raise Falsified(f"{comparison.name}: not the formula as written", at, found, reduced)


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


def forms(subject: Subject, at: Instance, random: Random) -> None:
    """At forms claimed optimal the risk is that of PGD, at the others no remainder is left."""
    comparison = subject.comparisons[0]
    for form in subject.forms:
        letters = {a for v in form.weights.values() for word in v.terms for a, _ in word}
        letters |= {a for v in form.weights.values() for c in v.terms.values() for a in c.letters}
        inside = {a.name: drawn(a, at, random, HEIGHT) for a in sorted(letters, key=str)}
        inside[WEIGHT.name] = drawn(WEIGHT, at, random, HEIGHT)
        step = put(form.step, inside, at.d)
        given = {name: put(value, inside, at.d) for name, value in form.weights.items()}
        weights = {**drawn_weights(comparison.model, at, random, HEIGHT)[0], **given}
        if form.vanishes:
            found = remainder_square(comparison, [weights], at)
            if found != 0:
                raise Falsified(f"on the form {form.name} a remainder is left", at, found, 0)
        if form.optimal:
            found = risk_of(comparison.model, [weights], at)
            expected = _core_risk(comparison, {WEIGHT.name: step}, at)
            if found != expected:
                what = f"the form {form.name} has another risk than PGD"
                raise Falsified(what, at, found, expected)


def permuted(subject: Subject, at: Instance, random: Random) -> None:
    """Permuting sample weights keeps the risk, and their mean is at least as good."""
    polynomial = population_risk(at.design, wpgd)
    step = drawn(WEIGHT, at, random, HEIGHT)
    omega = [flint.fmpq(random.randint(-HEIGHT, HEIGHT)) for _ in range(at.n)]
    orders = [omega, random.sample(omega, at.n), [sum(omega, flint.fmpq(0)) / at.n] * at.n]
    first, second, third = (
        _value(polynomial, {WEIGHT.name: step, "Omega": _diagonal(w)}, at) for w in orders
    )
    if first != second:
        raise Falsified("the order of sample weights matters", at, first, second)
    if third > first:
        raise Falsified("uniform sample weights do worse", at, third, first)


def _diagonal(entries: list[Any]) -> flint.fmpq_mat:
    size = len(entries)
    return flint.fmpq_mat([[entries[r] if r == c else 0 for c in range(size)] for r in range(size)])
