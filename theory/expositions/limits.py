"""The limits of an optimum, written out."""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.errors import Underivable
from theory.expositions.assumptions import listed
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT, RISK_AT_TEST
from theory.expositions.steps import (
    best,
)
from theory.language.files.reading import DesignFile
from theory.limits.leading import Regime
from theory.optima.derivation import derive
from theory.optima.limiting import limit_of
from theory.optima.shifted import shifted
from theory.scalars.symbols import d
from theory.text.formulas import Exposition, Formula
from theory.text.latex import condition_latex, latex


def of_limit(file: DesignFile, regime: Regime) -> Exposition:
    """Leading terms in a regime, or why there are none."""
    if file.tied:
        why = "the best size of equal steps has no formula"
        return Exposition((), conditions=(f"the limit {regime.name} is not taken: {why}",))
    note = rf"(\text{{{regime.name}}})"
    try:
        found = limit_of(file.design, regime, file.scale, file.predictor)
    except Underivable as error:
        return Exposition((), conditions=(f"the limit {regime.name} is not taken: {error}",))
    grows = listed(regime.formulas)
    fixed = ", ".join(f"${latex(c)}$" for c in regime.constants)
    left_out = ", ".join(f"${condition_latex(one)}$" for one in found.where)
    names: list[tuple[sympy.Expr, sympy.Expr]]
    span = derive(file.design, file.predictor).plain.span
    if span is not None:
        names = [(w, one.expression) for w, one in zip(span.unknowns, found.weights, strict=True)]
    elif not found.weights:  # the weight holds covariances
        names = []
    elif file.steps == 1:
        names = [(OPTIMAL_WEIGHT, symbolic.whole(found.weight.expression))]
    else:
        names = [(best(k), one.expression) for k, one in enumerate(found.weights)]
    moved = shifted(file.design, file.predictor, file.scale)
    following = []
    if found.next is not None:
        gap = OPTIMAL_RISK - found.risk.expression
        following = [Formula(gap, found.next.expression, r"\sim", note)]
    at_test, untaken = [], []
    if moved is not None:
        try:
            at_test = [(RISK_AT_TEST, moved.leading(regime).expression)]
        except Underivable as error:
            untaken = [f"the limit {regime.name} of the risk at test is not taken: {error}"]
    return Exposition(
        (
            *(Formula(left, right, r"\sim", note) for left, right in names),
            Formula(OPTIMAL_RISK, found.risk.expression, r"\sim", note),
            *following,
            *(Formula(left, right, r"\sim", note) for left, right in at_test),
        ),
        conditions=(
            f"the limit {regime.name} is for "
            + (rf"$d \to \infty$ with {grows}" if regime.grows == d else rf"{grows}, $d$ fixed")
            + (f", and {fixed} positive and fixed" if fixed else "")
            + (f", where {left_out}" if left_out else ""),
            *untaken,
        ),
    )
