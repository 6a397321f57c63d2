"""Wrong splits, inclusions and families, and designs to which the claim does not extend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import sympy

from theory.algebra.polynomials import identity, letter, zero
from theory.algebra.words import ONE, D, fixed
from theory.language.gallery import designs
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT, Containment
from verify.quantities.equivalence.behaviour import zeros
from verify.quantities.neighbours import neighbours

W = letter(WEIGHT)
t = sympy.Symbol("t")
SLIPS, SHARE = 3, 2
"""About how many slips are made of each coefficient; of those in families every second counts."""
CHEAP: dict[str, Any] = {"designs": (designs.independent,)}
ALONE = {**CHEAP, "exchangeable": (), "forms": ()}
CALLED = {
    "effective": "its step",
    "inclusion": "the model that makes a step",
    "square": "the square in its risk",
}
"""Parts of a comparison of two predictors."""
Slips = Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]
"""The name, what is changed in the claim, and what the right one is that it was made from."""


def slips(
    comparisons: tuple[Containment, ...], forms: tuple[Form, ...], exchangeable: bool
) -> Slips:
    """One thing wrong at a time, on one cheap design."""
    for c in comparisons:
        right = {**ALONE, "comparisons": (c,)}
        # families stand for the inclusion
        parts = ("effective",) if forms else tuple(CALLED)
        called = {part: CALLED[part] for part in parts}
        for name, changed in neighbours(c, called, most=SLIPS):
            yield f"{c.name}: {name}", {**ALONE, "comparisons": (changed,)}, right
    if exchangeable:
        biased = {"designs": (designs.biased_task,), "exchangeable": ()}
        yield "no better than PGD for a task of non-zero mean", biased, None
        growing = {**CHEAP, "exchangeable": (designs.growing_noise,)}
        yield "uniform weights for growing noise", growing, None
    for name, changed_forms in islice(_of_forms(forms), 0, None, SHARE):
        yield name, {**CHEAP, "forms": changed_forms}, CHEAP


def _of_forms(forms: tuple[Form, ...]) -> Iterator[tuple[str, tuple[Form, ...]]]:
    """A family forgotten, a weight that is zero in one left free, and slips in one."""
    for at, form in enumerate(forms):
        others = *forms[:at], *forms[at + 1 :]
        if not form.optimal:
            yield f"no form {form.name}", others
        for name in sorted(zeros(form)):
            free = {k: v for k, v in form.weights.items() if k != name}
            yield f"form {form.name}, {name} free", (*others, replace(form, weights=free))
        parts = {"weights": "the weight", "step": "the step"} if form.optimal else {}
        for what, changed in neighbours(form, parts, most=SLIPS):
            yield f"form {form.name}, {what}", (*others, changed)


def relatives(forms: tuple[Form, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Right claims that look like slips."""
    if not forms:
        isotropic = (designs.independent.isotropic(),)
        yield "independent, isotropic", {"designs": isotropic, "exchangeable": isotropic}
        return
    best = next(form for form in forms if form.optimal)
    negative = {"C_xx": W * (-1 / t), "v_y": identity(ONE) * -t}
    turned = replace(best, name="both signs", weights={**best.weights, **negative})
    a, b = (letter(fixed(name, D, ONE)) for name in "ab")
    rank_one = Form(
        "keys of labels, values of features",
        {"C_xx": zero(D, D), "C_xy": a, "v_x": b, "v_y": zero(ONE, ONE)},
    )
    yield "both signs turned", {**CHEAP, "forms": (*forms, turned)}
    yield "rank one the other way", {**CHEAP, "forms": (*forms, rank_one)}
