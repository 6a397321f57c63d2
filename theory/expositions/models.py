"""The optima of WPGD, attention and H3, written out."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.algebra import symbolic
from theory.designs.design import Design
from theory.errors import Underivable
from theory.expositions.groups import group_moments
from theory.expositions.names import OPTIMAL_RISK, taken_by, tidied_for
from theory.expositions.steps import PRINTABLE, moment_written
from theory.optima.equivalence.assumptions import (
    models_are_steps,
)
from theory.optima.many_heads import many_heads, written
from theory.optima.minimisation import SECOND_MOMENT
from theory.optima.sample_weights.by_coefficient import OTHER, OWN, by_coefficient
from theory.optima.sample_weights.form import QuadraticForm
from theory.optima.sample_weights.optimum import MATRIX
from theory.optima.sample_weights.strictness import (
    entries_of,
    in_weights,
    least,
    second_index,
)
from theory.optima.sample_weights.weighted import Equal, InWeights, weighted
from theory.scalars.rational import tidy
from theory.text.formulas import Exposition, Formula, Step, beyond, step, where
from theory.text.latex import latex
from theory.text.rows import joined, row

OF_ONE = Formula("h_i", r"x^\top x_i y_i")
OMEGA = r"\omega"


def of_models(design: Design) -> Exposition:
    """The optima of WPGD, attention and H3, as far as they are derived."""
    kind, steps = weighted(design), models_are_steps(design).holds
    names = [least("ATT")] if steps else []
    if isinstance(kind, Equal):
        names += [least("SSM")] if steps else []
        chain = joined([*names, least("WPGD")], " = ")
        return Exposition((Formula(chain, OPTIMAL_RISK),))
    formulas = [Formula(name, OPTIMAL_RISK) for name in names]
    if steps:
        formulas.append(Formula(least("SSM"), least("WPGD")))
    groups = group_moments(design)
    if groups is not None:
        weighing = groups.wpgd(tidied_for(design))
        return replace(weighing, formulas=(*formulas, *weighing.formulas))
    if not isinstance(kind, InWeights):
        formulas.append(Formula(least("WPGD"), rf"\min_{{W, {OMEGA}}} L(W, {OMEGA})"))
        text = (
            "WPGD: neither symmetry nor a formula gives weight and sample weights together; they "
            "are sought at given numbers, each in turn, which gives an upper bound of the least "
            "risk"
        )
        return Exposition(tuple(formulas), steps=(Step(text),))
    form, optimum = kind.form, kind.best
    value = in_weights(form, OMEGA)
    entries = _entries(design, form)
    first = step(
        "WPGD: for given sample weights the risk is convex in $W$ and unchanged by rotations, so "
        "a multiple of $I$ is optimal; its factor goes into the sample weights, and a quadratic "
        "form in them remains",
        value,
    )
    defined = (value, OF_ONE, *entries, *where(form.sums.definitions))
    if optimum is None:
        formulas.append(Formula(least("WPGD"), rf"\min_{OMEGA} L({OMEGA})"))
        equation = Formula(rf"A\, {OMEGA}^\star", "c")
        last = step("WPGD: its optimal sample weights, at every size", equation)
        return Exposition(tuple(formulas), defined, (first, last))
    formulas.append(Formula(least("WPGD"), optimum.risk))
    if any(one.left == MATRIX for one in optimum.where):  # that says what its entries are
        defined = tuple(one for one in defined if one not in entries[-2:])
    if optimum.written is not None:
        formulas.append(Formula(rf"{OMEGA}_i^\star", optimum.written))
    told = (*defined, *beyond(optimum.where, defined))
    return Exposition(tuple(formulas), told, (first, *optimum.steps))


def of_heads(design: Design) -> Exposition:
    """What attention reaches with many heads, where one head is not known to reach PGD's risk."""
    found = many_heads(design)
    if found is None:
        return Exposition(())
    value = row(SECOND_MOMENT, r" - b^\top H^{-1} b")
    parts = (Formula(rf"h_{{{k}}}", written(part)) for k, part in enumerate(found.parts, 1))
    entries = (Formula("b_j", r"\mathbb{E}\, y\, h_j"), Formula("H_{jk}", r"\mathbb{E}\, h_j h_k"))
    gram = Formula("S", r"X^\top X")
    second = Formula(SECOND_MOMENT, symbolic.scalar(found.form.constant))
    return Exposition(
        (Formula(least("HEADS"), value),), (*entries, *parts, gram, second), conditions=(HEADS,)
    )


HEADS = (
    r"attention with $d + 1$ heads reaches $L_{\mathrm{HEADS}}^\star$, and with more of them no "
    "less: its prediction is any form that is linear in the query and in the products of two "
    "entries of one example, and rotations that fix the fixed vectors leave the law as it is, so "
    r"that the best one is a sum of the $h_j$; one head, or a few, reach something between that "
    "and the risk of PGD. Where $H$ is singular, any solution of $H c = b$ serves"
)


def _entries(design: Design, form: QuadraticForm) -> tuple[Formula, ...]:
    """The moments in the form; long ones in the coefficient that changes along the prompt."""
    entries = entries_of(form, of="h")
    other = sympy.Symbol(f"a_{second_index(form)}")
    free = not {"a", str(OWN), str(other)} & taken_by(design)
    if free and any(len(latex(one.right)) > PRINTABLE for one in entries):
        try:
            found = by_coefficient(design, form)
        except Underivable:
            pass
        else:
            values = (tidy(e, OWN, {}) for e in (found.linear, found.pair, found.square))
            return (
                Formula(OWN, found.coefficient),
                *(
                    replace(one, right=value.xreplace({OTHER: other}))
                    for one, value in zip(entries, values, strict=True)
                ),
            )
    return tuple(map(moment_written, entries))
