"""Wrong splits, inclusions and families, and designs to which the claim does not extend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, identity, letter, zero
from theory.algebra.words import ONE, D, fixed
from theory.designs.predictors import att, ssm
from theory.language.gallery import designs
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import UNIT, WEIGHT, Containment

W, e = letter(WEIGHT), letter(UNIT)
_att, _ssm = att.words(), ssm.words()
ZERO = {"d1": zero(D, ONE), "dd": zero(D, D), "11": zero(ONE, ONE)}
t = sympy.Symbol("t")

EFFECTIVE: Mapping[str, dict[str, MatrixPolynomial]] = {
    "att": {
        "C_xy v_x' dropped": _att["C_xx"] * _att["v_y"].trace(),
        "C_xy v_x' transposed": _att["C_xx"] * _att["v_y"].trace() + _att["v_x"] @ _att["C_xy"].mT,
        "v_y dropped": _att["C_xx"] + _att["C_xy"] @ _att["v_x"].mT,
        "a sign": _att["C_xx"] * _att["v_y"].trace() - _att["C_xy"] @ _att["v_x"].mT,
    },
    "ssm": {
        "k_y v_x dropped": _ssm["q_x"] @ (_ssm["k_x"] * _ssm["v_y"].trace()).mT,
        "k and v exchanged": _ssm["q_x"]
        @ (_ssm["k_x"] * _ssm["k_y"].trace() + _ssm["v_x"] * _ssm["v_y"].trace()).mT,
    },
}
INCLUSION: Mapping[str, dict[str, dict[str, MatrixPolynomial]]] = {
    "att": {
        "W in the wrong block": {"C_xx": W.mT},
        "v_y = 2": {"v_y": 2 * identity(ONE)},
    },
    "ssm": {
        "k_x = W e, q_x = W e": {"k_x": W @ e},
        "v_x = e": {"v_x": e},
    },
}


CHEAP: dict[str, Any] = {"designs": (designs.independent,)}
ALONE = {**CHEAP, "exchangeable": (), "forms": ()}
Slips = Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]
"""The name, what is changed in the claim, and what the right one is that it was made from."""


def slips(
    comparisons: tuple[Containment, ...], forms: tuple[Form, ...], exchangeable: bool
) -> Slips:
    """One thing wrong at a time, on one cheap design."""
    for c in comparisons:
        right = {**ALONE, "comparisons": (c,)}
        for name, changed in _of_model(c, bool(forms)):
            yield f"{c.name}: {name}", {**ALONE, "comparisons": (changed,)}, right
    if exchangeable:
        biased = {"designs": (designs.biased_task,), "exchangeable": ()}
        yield "no better than PGD for a task of non-zero mean", biased, None
        growing = {**CHEAP, "exchangeable": (designs.growing_noise,)}
        yield "uniform weights for growing noise", growing, None
    for name, changed_forms in _of_forms(forms) if forms else ():
        yield name, {**CHEAP, "forms": changed_forms}, CHEAP


def _of_model(c: Containment, families: bool) -> Iterator[tuple[str, Containment]]:
    for name, effective in EFFECTIVE[c.name].items():
        yield f"effective weight, {name}", replace(c, effective=effective)
    if families:
        return  # they stand for the inclusion
    for name, inclusion in INCLUSION[c.name].items():
        yield f"inclusion, {name}", replace(c, inclusion={**c.inclusion, **inclusion})
    for times in (0, 2):
        yield f"square of the remainder {times} times", replace(c, square=sympy.Integer(times))


def _of_forms(forms: tuple[Form, ...]) -> Iterator[tuple[str, tuple[Form, ...]]]:
    for form in [f for f in forms if not f.optimal][1::2]:
        yield f"no form {form.name}", tuple(f for f in forms if f != form)
    best, *rank_one = (form for form in forms if form.optimal)
    a, b, u = (letter(fixed(name, D, ONE)) for name in "abu")
    wrong = (
        Form("v_x free beside C_xx = W/t", {k: v for k, v in best.weights.items() if k != "v_x"}),
        Form("C_xy free beside v_y = t", {k: v for k, v in best.weights.items() if k != "C_xy"}),
        Form("C_xy = 0 alone", {"C_xy": ZERO["d1"]}),
        Form("v_y = 0 alone", {"v_y": ZERO["11"]}),
        Form(
            "C_xx v_x = 0, C_xy = 0",
            {
                "C_xx": a @ b.mT,
                "C_xy": ZERO["d1"],
                "v_x": u * (b.mT @ b).trace() - b * (b.mT @ u).trace(),
            },
        ),
        replace(best, name="C_xx = W, v_y = t", weights={**best.weights, "C_xx": W}),
        replace(best, name="C_xx = W'/t", weights={**best.weights, "C_xx": W.mT * (1 / t)}),
        replace(
            best, name="the sign of v_y alone", weights={**best.weights, "v_y": identity(ONE) * -t}
        ),
    )
    for form in (*wrong, *(replace(f, name=f"{f.name}, W'", step=f.step.mT) for f in rank_one)):
        yield f"form, {form.name}", (*forms, form)


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
        {"C_xx": ZERO["dd"], "C_xy": a, "v_x": b, "v_y": ZERO["11"]},
    )
    yield "both signs turned", {**CHEAP, "forms": (*forms, turned)}
    yield "rank one the other way", {**CHEAP, "forms": (*forms, rank_one)}
