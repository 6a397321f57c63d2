"""Witness: the split at random exact weights, coordinate by coordinate, at several sizes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from random import Random
from typing import Any

import flint

from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT, Comparison
from theory.risks.coordinates import risk_at
from theory.scalars.arithmetic import EXACT
from verify.equivalence.derivation import zeros
from verify.equivalence.exact import (
    Predictions,
    Weights,
    drawn,
    drawn_weights,
    included,
    put,
    step_weights,
)
from verify.equivalence.sample_weights import advantage_of_weights
from verify.equivalence.subject import Subject
from verify.falsified import Falsified
from verify.instances import random_instance
from verify.settings import Level, Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
HEIGHT = 10**4
SIZES = ((1, 1), (2, 1), (1, 2), (2, 2))
LARGER = {Level.QUICK: (), Level.STANDARD: ((3, 1), (1, 3)), Level.FULL: ((3, 2), (2, 3))}


def examine(subject: Subject, settings: Settings) -> Finding:
    """Risks of models and of their steps at random exact weights; no words, no moment engine."""
    random = Random(settings.seed)
    sizes: tuple[tuple[int, int], ...] = (*SIZES, *LARGER[settings.level])
    points = 0
    try:
        for design in subject.designs:
            for n, d in sizes:
                at = random_instance(design, n, d, random, HEIGHT)
                settings.progress(f"interpolation: {design.name}", points, len(subject.designs))
                for comparison in subject.comparisons:
                    _split(comparison, at, random)
                    _inclusion(comparison, at, random)
                    points += 2
                if subject.forms and d > 1:
                    points += _forms(subject, at, random)
        for design in subject.exchangeable:
            points += _exchange(design, random)
    except Falsified as found:
        return found.finding(NAME, points)
    shown = ", ".join(f"({n}, {d})" for n, d in sizes)
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"the split, the inclusion{' and the forms' if subject.forms else ''} exact at (n, d) = "
        f"{shown} in {len(subject.designs)} designs, at weights and parameters drawn at random "
        f"from integers up to {HEIGHT:.0e}: {points} identities; other sizes are not decided here",
        examined=points,
        data={"points": points, "sizes": [list(s) for s in sizes], "height": HEIGHT},
    )


def _split(comparison: Comparison, at: Instance, random: Random) -> None:
    weights = drawn_weights(comparison.model, at, random, HEIGHT)
    found = Predictions(comparison, weights, at, step_weights(comparison, weights, at))
    total = found.model_risk()
    parts = found.step_risk() + found.remainder() * EXACT.number(comparison.square)
    if total != parts:
        what = f"{comparison.name}: the risk is not the step's plus the mean square"
        raise Falsified(what, at, total, parts)


def _inclusion(comparison: Comparison, at: Instance, random: Random) -> None:
    """At the weights of the inclusion the model is the step at W."""
    kept = drawn_weights(comparison.model, at, random, HEIGHT)[0]
    step = drawn(WEIGHT, at, random, HEIGHT)
    weights = included(comparison, step, at, kept)
    core = {WEIGHT.name: step, **{name: kept[name] for name in comparison.shared}}
    found = Predictions(comparison, weights, at, core).remainder()
    if found != 0:
        what = f"{comparison.name}: the weights given do not make it the step"
        raise Falsified(what, at, found, 0)


def _forms(subject: Subject, at: Instance, random: Random) -> int:
    """Claimed forms, and all patterns of zeros: the remainder vanishes on the forms alone."""
    (comparison,) = subject.comparisons
    model = comparison.model
    for form in subject.forms:
        kept = drawn_weights(model, at, random, HEIGHT)[0]
        step = drawn(WEIGHT, at, random, HEIGHT)
        given, claimed_step = _put(form, step, at, random)
        core = {WEIGHT.name: claimed_step} if form.optimal else None
        found = Predictions(comparison, [{**kept, **given}], at, core).remainder()
        if form.vanishes and found != 0:
            raise Falsified(f"on the form {form.name} a remainder is left", at, found, 0)
    names = [w.name for w in model.weights]
    sets = [zeros(form) for form in subject.forms if form.vanishes and not form.optimal]
    points = len(subject.forms)
    for k in range(len(names) + 1):
        for pattern in combinations(names, k):
            weights = drawn_weights(model, at, random, HEIGHT)[0]
            weights |= {name: weights[name] * 0 for name in pattern}
            claimed = any(s <= set(pattern) for s in sets)
            _vanishing(comparison, weights, at, claimed)
            points += 1
    _vanishing(comparison, orthogonal(at, random), at, False)
    return points + 1


def _vanishing(comparison: Comparison, weights: Weights, at: Instance, claimed: bool) -> None:
    found = Predictions(comparison, [weights], at, step_weights(comparison, [weights], at))
    value = found.remainder()
    if (value == 0) is not claimed:
        what = "the remainder vanishes" if value == 0 else "the remainder does not vanish"
        raise Falsified(f"{what} at weights {_shown(weights)}", at, value, claimed)


def _shown(weights: Weights) -> str:
    return ", ".join(f"{name} = {value.tolist()}" for name, value in weights.items())


def orthogonal(at: Instance, random: Random) -> Weights:
    """``C_xx v_x = 0`` without either being zero, and no term in the squares of labels."""
    found = {name: flint.fmpq_mat(at.d, 1) for name in ("C_xy", "v_x")}
    C = drawn(WEIGHT, at, random, HEIGHT)
    for r in range(at.d):
        C[r, 0] = 0
    found["v_x"][0, 0] = random.randint(1, HEIGHT)
    return {**found, "C_xx": C, "v_y": flint.fmpq_mat([[1]])}


def _put(
    form: Form, step: flint.fmpq_mat, at: Instance, random: Random
) -> tuple[Weights, flint.fmpq_mat]:
    """The weights of a form and the step claimed for it; letters other than W are drawn."""
    letters = {a for value in form.weights.values() for word in value.terms for a, _ in word}
    letters |= {a for v in form.weights.values() for c in v.terms.values() for a in c.letters}
    inside = {a.name: drawn(a, at, random, HEIGHT) for a in sorted(letters, key=lambda a: a.key)}
    inside[WEIGHT.name] = step
    weights = {name: put(value, inside, at.d) for name, value in form.weights.items()}
    return weights, put(form.step, inside, at.d)


def _exchange(design: Design, random: Random) -> int:
    """The risk is unchanged by permuting sample weights, and the mean of them does no worse."""
    for n, d in ((2, 1), (3, 1), (2, 2)):
        at = random_instance(design, n, d, random, HEIGHT)
        step = drawn(WEIGHT, at, random, HEIGHT)
        omega = [random.randint(-HEIGHT, HEIGHT) for _ in range(n)]
        turned = [*omega[1:], omega[0]]
        orders: list[Sequence[Any]] = [omega, turned, [flint.fmpq(sum(omega), n)] * n]
        first, second, third = (
            risk_at(wpgd, {"W": step, "Omega": _diagonal(w)}, at) for w in orders
        )
        if first != second:
            gap = None if design.covariances else advantage_of_weights(at)
            what = f"{design.name}: uniform sample weights are not optimal"
            if gap is not None and gap.difference > 0:
                raise Falsified(what, at, gap.wpgd, gap.pgd)
            raise Falsified(
                f"{design.name}: the order of sample weights matters", at, first, second
            )
        if third > first:
            raise Falsified(f"{design.name}: uniform sample weights do worse", at, third, first)
    return 3


def _diagonal(entries: Sequence[Any]) -> flint.fmpq_mat:
    size = len(entries)
    return flint.fmpq_mat([[entries[r] if r == c else 0 for c in range(size)] for r in range(size)])
