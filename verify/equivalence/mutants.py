"""Wrong splits, wrong inclusions, and designs to which the claim does not extend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import sympy

from theory.algebra.polynomials import MatrixPolynomial, identity, letter, zero
from theory.algebra.words import ONE, D, fixed
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.predictors import att, ssm
from theory.language.gallery import designs
from theory.optima.equivalence.comparisons import attention
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import UNIT, WEIGHT, Comparison, cross_moments
from verify.controls import Break, Mutant
from verify.equivalence.sample_weights import advantage_of_weights
from verify.equivalence.subject import Subject
from verify.odd_moments import advantage_of_attention, sizes

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


def mutants(subject: Subject) -> Iterator[Mutant]:
    """One thing wrong at a time, on one cheap design."""
    yield from _models(subject)
    if subject.exchangeable:
        yield from _designs(subject)
    if subject.forms:
        yield from _forms(subject)


def _models(subject: Subject) -> Iterator[Mutant]:
    def on(name: str, changed: Comparison) -> Mutant:
        slim = replace(subject, designs=(designs.independent,), exchangeable=(), forms=())
        wrong, right = (replace(slim, comparisons=(one,)) for one in (changed, c))
        return Mutant(f"{c.name}: {name}", wrong, right)

    for c in subject.comparisons:
        for name, effective in EFFECTIVE[c.name].items():
            yield on(f"effective weight, {name}", replace(c, effective=effective))
        if subject.forms:
            continue  # the forms stand for the inclusion
        for name, inclusion in INCLUSION[c.name].items():
            yield on(f"inclusion, {name}", replace(c, inclusion={**c.inclusion, **inclusion}))
        for times in (0, 2):
            yield on(
                f"square of the remainder {times} times", replace(c, square=sympy.Integer(times))
            )


def _designs(subject: Subject) -> Iterator[Mutant]:
    def on(name: str, design: Design, exchangeable: bool) -> Mutant:
        if exchangeable:
            return Mutant(
                name, replace(subject, designs=(designs.independent,), exchangeable=(design,))
            )
        return Mutant(name, replace(subject, designs=(design,), exchangeable=()))

    yield on("no better than PGD for a task of non-zero mean", designs.biased_task, False)
    yield on("uniform weights for growing noise", designs.growing_noise, True)


def _forms(subject: Subject) -> Iterator[Mutant]:
    slim = replace(subject, designs=(designs.independent,))
    for form in [f for f in subject.forms if not f.optimal][1::2]:
        kept = tuple(f for f in subject.forms if f != form)
        yield Mutant(f"no form {form.name}", replace(slim, forms=kept), slim)
    best = next(form for form in subject.forms if form.optimal)
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
    rank_one = [form for form in subject.forms if form.optimal and form != best]
    for form in (*wrong, *(replace(f, name=f"{f.name}, W'", step=f.step.mT) for f in rank_one)):
        yield Mutant(f"form, {form.name}", replace(slim, forms=(*subject.forms, form)), slim)


def truths(subject: Subject) -> Iterator[Mutant]:
    """Right ones that look like slips."""
    if not subject.forms:
        isotropic = designs.independent.isotropic()
        smaller = replace(subject, designs=(isotropic,), exchangeable=(isotropic,))
        yield Mutant("independent, isotropic", smaller)
        return
    best = next(form for form in subject.forms if form.optimal)
    turned = replace(
        best,
        name="both signs",
        weights={**best.weights, "C_xx": W * (-1 / t), "v_y": identity(ONE) * -t},
    )
    a, b = (letter(fixed(name, D, ONE)) for name in "ab")
    rank_one = Form(
        "keys of labels, values of features",
        {"C_xx": ZERO["dd"], "C_xy": a, "v_x": b, "v_y": ZERO["11"]},
    )
    slim = replace(subject, designs=(designs.independent,))
    yield Mutant("both signs turned", replace(slim, forms=(*subject.forms, turned)))
    yield Mutant("rank one the other way", replace(slim, forms=(*subject.forms, rank_one)))


def breaks(subject: Subject) -> Iterator[Break]:
    """Where an assumption fails the models do better."""
    gap = advantage_of_attention()
    yield Break(
        "a task of non-zero mean, where attention should beat PGD",
        gap.seen,
        gap.says,
        gap.as_data(),
    )
    if not subject.exchangeable:
        return
    for what, at in (
        (
            "noise that grows along 2 examples",
            instance(designs.growing_noise, n=2, d=1, scalars={"sigma": 1}),
        ),
        ("a task that drifts along 3 examples", instance(designs.drifting, n=3, d=2)),
    ):
        found = advantage_of_weights(at)
        moments = cross_moments(at.design, attention)
        attention_is_pgd = not moments.label and not moments.step
        yield Break(
            f"{what}, where sample weights should help",
            found.confirmed and found.difference > 0 and attention_is_pgd,
            f"with {what} ({sizes(at)}; they are not identically distributed) H3 beats PGD, and so "
            f"attention, by {found.difference} exactly or more: the best sample weights beside a "
            "multiple of I are in proportion "
            f"{', '.join(str(w / found.omega[0]) for w in found.omega)}",
            found.as_data(),
        )
