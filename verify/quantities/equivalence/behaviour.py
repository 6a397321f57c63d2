"""What is claimed of models and their steps at a place, by whichever module finds their risks.

Risks come from :mod:`~verify.quantities.equivalence.coordinates` or from
:mod:`~verify.quantities.equivalence.engine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random
from types import ModuleType

import flint
from hypothesis import reject

from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.optima.derivation import derive
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT, Containment
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared
from verify.quantities.equivalence import engine
from verify.quantities.equivalence.coordinates import remainder
from verify.quantities.equivalence.weights import (
    Weights,
    drawn,
    drawn_weights,
    included,
    of_form,
    step_weights,
)

Comparisons = Iterator[Compared]


def split(c: Containment, at: Instance, random: Random, height: int, by: ModuleType) -> Comparisons:
    """The risk is that of the step plus the mean square of the remainder."""
    weights = drawn_weights(c.model, at, random, height)
    square = by.remainder(c, weights, at) * EXACT.number(c.square)
    parts = by.step_risk(c, step_weights(c, weights, at), at) + square
    what = f"{c.name}: the risk is not the step's plus the mean square"
    yield Compared(what, at, by.model_risk(c, weights, at), parts)


def inclusion(c: Containment, at: Instance, random: Random, height: int) -> Comparisons:
    """At the weights of the inclusion the model is the step at W."""
    kept = drawn_weights(c.model, at, random, height)[0]
    step = drawn(WEIGHT, at, random, height)
    core = {WEIGHT.name: step, **{name: kept[name] for name in c.shared}}
    rest = remainder(c, included(c, step, at, kept), at, core)
    yield Compared(f"{c.name}: the weights given do not make it the step", at, rest, 0)


def family(
    c: Containment, form: Form, at: Instance, random: Random, height: int, by: ModuleType
) -> Comparisons:
    """In a family that is claimed to leave no remainder there is none; the step is as claimed."""
    given, step = of_form(form, at, random, height)
    weights = [{**drawn_weights(c.model, at, random, height)[0], **given}]
    rest = by.remainder(c, weights, at)
    yield Compared(f"on the form {form.name} a remainder is left", at, rest, 0)
    if form.optimal:
        expected = by.step_risk(c, {WEIGHT.name: step}, at)
        what = f"the form {form.name} has another risk than its step"
        yield Compared(what, at, by.model_risk(c, weights, at), expected)


def patterns(
    c: Containment, families: tuple[Form, ...], at: Instance, random: Random, height: int
) -> Comparisons:
    """With some weights zero a remainder vanishes in the claimed families, and only there."""
    names = [w.name for w in c.model.weights]
    sets = [zeros(form) for form in families if not form.optimal]
    tried = [(_orthogonal(at, random, height), False)]
    for count in range(len(names) + 1):
        for pattern in combinations(names, count):
            weights = drawn_weights(c.model, at, random, height)[0]
            weights |= {name: weights[name] * 0 for name in pattern}
            tried.append((weights, any(s <= set(pattern) for s in sets)))
    for weights, claimed in tried:
        vanishes = remainder(c, [weights], at) == 0
        shown = ", ".join(f"{name} = {value.tolist()}" for name, value in weights.items())
        yield Compared(f"whether a remainder vanishes at {shown}", at, vanishes, claimed)


def zeros(form: Form) -> frozenset[str]:
    """The weights that a form puts to zero."""
    return frozenset(name for name, value in form.weights.items() if not value)


def _orthogonal(at: Instance, random: Random, height: int) -> Weights:
    """``C_xx v_x = 0`` without either being zero, and no term in the squares of labels."""
    first = EXACT.diagonal([int(k == 0) for k in range(at.d)])
    C = drawn(WEIGHT, at, random, height)
    v_x = flint.fmpq_mat(at.d, 1)
    v_x[0, 0] = random.randint(1, height)
    still = {"C_xy": v_x * 0, "v_y": flint.fmpq_mat([[1]])}
    return {"C_xx": C - C * first, "v_x": v_x, **still}


def permuted(at: Instance, random: Random, height: int, by: ModuleType) -> Comparisons:
    """Permuting sample weights keeps the risk, and their mean is at least as good."""
    step = drawn(WEIGHT, at, random, height)
    omega = [flint.fmpq(random.randint(-height, height)) for _ in range(at.n)]
    turned, mean = [*omega[1:], omega[0]], [sum(omega, flint.fmpq(0)) / at.n] * at.n
    first, second, third = (
        by.weighted_risk(step, EXACT.diagonal(w), at) for w in (omega, turned, mean)
    )
    name = at.design.name
    yield Compared(f"{name}: the order of sample weights matters", at, first, second)
    yield Compared(f"{name}: uniform sample weights do worse", at, third, first, third <= first)


def never_below(c: Containment, at: Instance, random: Random, height: int) -> Comparisons:
    """No weights get below the optimum of PGD, and those that reach it predict what PGD does."""
    try:
        best, least = derive(at.design, pgd).plain.at(at)
    except ZeroDivisionError:
        reject()
    one = EXACT.identity(at.d)
    W = best if isinstance(best, flint.fmpq_mat) else one * best
    model, name = c.model, c.name
    kept = {key: EXACT.identity(at.n) for key in c.shared}
    start = included(c, W, at, kept or drawn_weights(model, at, random, height)[0])
    found = engine.model_risk(c, start, at)
    yield Compared(f"{name} with PGD's best weight is not as good", at, found, least)
    scale = flint.fmpq(1, random.choice([2, 7, 100]))
    moved = [
        {key: value + nudge[key] * scale for key, value in weights.items()}
        for weights, nudge in zip(start, drawn_weights(model, at, random, height), strict=True)
    ]
    found = engine.model_risk(c, moved, at)
    yield Compared(f"{name} gets below the best PGD", at, found, least, found >= least)
    step = engine.step_risk(c, step_weights(c, moved, at), at)
    alike = engine.remainder(c, moved, at) == 0 and step == least
    what = f"an optimal {name} predicts otherwise"
    yield Compared(what, at, found, least, (found == least) is alike)
