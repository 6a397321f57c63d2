"""The optimal weight and risk of PGD, written out."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.algebra import symbolic
from theory.designs.design import Design
from theory.errors import Underivable
from theory.expositions.groups import group_moments
from theory.expositions.matrix_weights import as_quotient, least_risk
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT, taken_by, tidied_for
from theory.expositions.steps import PRINTABLE
from theory.optima.derivation import Derivation
from theory.optima.exposition import system_of
from theory.optima.minimisation import SECOND_MOMENT
from theory.optima.stationary.solution import Stationary
from theory.optima.stationary.spans import InSpan
from theory.optima.stationary.steps import whitened_form
from theory.risks.per_example import (
    LEAST_RISK,
    NAMES,
    PerExample,
    along_identity,
    per_example,
)
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import d
from theory.text.formulas import Exposition, Formula, where
from theory.text.latex import latex
from theory.text.rows import row, times

READABLE = 100
"""The most characters of LaTeX of a risk that is written in one piece."""
GRADIENT = Formula("u", r"X^\top y_{1:n}")
IN_MOMENTS = Formula(r"\mathbb{E}\, x x^\top W^\star u u^\top", r"\mathbb{E}\, y x u^\top")
"""The stationarity equation by what its sides are."""
LONG = 1_000
"""The most characters of LaTeX of a number of a weight, or an equation, among the results."""
SCALED = r"W_{\mathrm{scaled}}"
"""The weight of a prediction with a scale, where W is that of one without."""


def of_optimum(design: Design, found: Derivation, scale: sympy.Expr) -> Exposition:
    """PGD's optimal weight and risk."""
    plain = found.plain
    if solves_an_equation(found):
        assert plain.equation is not None
        return _stationary(plain.equation, found, scale)
    span = plain.span
    long = len(latex(found.risk)) > READABLE
    free = span is not None and not set(map(str, span.unknowns)) & taken_by(design)
    if span is not None and free and (long or len(span.basis) > 1):
        return _in_span(span, found, scale)
    if plain.multiple is not None and long:
        return _grouped(design, found, scale)
    if plain.quotient is not None and found.whitening is None:
        parts = as_quotient(found, scale, taken_by(design) | set(design.matrices))
        if parts is not None:
            return parts
    weight = found.weight / scale
    if plain.multiple is not None:
        weight = factored(weight)
    return Exposition(
        (Formula(OPTIMAL_WEIGHT, symbolic.whole(weight)), Formula(OPTIMAL_RISK, found.risk)),
        where(found.definitions),
        found.steps,
    )


def _grouped(design: Design, found: Derivation, scale: sympy.Expr) -> Exposition:
    """A multiple of the identity by its moments: those of single examples, or of all together."""
    tidied = tidied_for(design)
    groups = group_moments(design)
    if groups is not None:
        return replace(groups.pgd(scale, tidied), steps=found.steps)
    moments = _moments(design, found)
    if moments is not None:
        weight = moments.weight / scale
        return Exposition(
            (Formula(OPTIMAL_WEIGHT, symbolic.whole(weight)), Formula(OPTIMAL_RISK, LEAST_RISK)),
            moments.where(tidied),
            found.steps,
        )
    constant, slope, square = along_identity(found.plain.polynomial, found.plain.variable)
    label, match, size = (rf"\mathbb{{E}}\, {what}" for what in ("y^2", "y h", "h^2"))
    values = ((label, constant), (match, -slope / 2), (size, square))
    return Exposition(
        (
            Formula(OPTIMAL_WEIGHT, row(times(1 / scale), rf"\frac{{{match}}}{{{size}}}\, I")),
            Formula(OPTIMAL_RISK, rf"{label} - \frac{{\left({match}\right)^2}}{{{size}}}"),
        ),
        (
            Formula("h", r"x^\top X^\top y_{1:n}"),
            *(Formula(left, tidied(value)) for left, value in values),
            *where(found.plain.sums.definitions),
        ),
        found.steps,
    )


def solves_an_equation(found: Derivation) -> bool:
    """Whether the weight is written by its equation, which is that without a scale."""
    return found.whitening is None and found.plain.equation is not None


def _moments(design: Design, found: Derivation) -> PerExample | None:
    """What single examples contribute, where they enter alike."""
    if taken_by(design) & NAMES or found.plain.sums.entries:
        return None
    try:
        moments = per_example(found.plain.polynomial, found.plain.variable)
    except Underivable:
        return None
    table = moments.table
    same = is_zero(moments.weight.xreplace(table) - found.weight) and is_zero(
        moments.risk.xreplace(table) - found.risk
    )
    return moments if same else None


def _stationary(solution: Stationary, found: Derivation, scale: sympy.Expr) -> Exposition:
    """A weight that solves an equation: the equation, and its closed form where there is one."""
    abbreviations = found.plain.abbreviations
    white, form = whitened_form(solution), solution.plain
    whole, lines = solution.equation.formula(abbreviations), list(where(found.definitions))
    equation = whole
    risk, *match = least_risk(found.plain, sympy.Integer(1))
    formulas = [risk if scale == 1 else Formula(OPTIMAL_RISK, found.risk)]
    lines[0:0] = match if scale == 1 else []
    if white is not None:
        star = white.whitening.unwhitened(sympy.MatrixSymbol("V_star", d, d))
        formulas[0:0] = [Formula(OPTIMAL_WEIGHT, star)]
        lines += white.form.formulas()
        lines += where(white.whitening.definitions)
    elif form is not None:
        if len(whole.latex) > PRINTABLE:
            equation = solution.equation.formula(abbreviations, form.named)
        closed, *defined = form.formulas(abbreviations)
        note = "" if form.always else r"\text{where the covariances commute}"
        formulas[0:0] = [replace(closed, note=note)]
        lines += defined
    if len(whole.latex) > PRINTABLE:
        left_out = white is not None or len(equation.latex) > LONG  # it is among the steps
        lines[0:0] = [GRADIENT] if left_out else [GRADIENT, equation]
        equation = IN_MOMENTS
    scaled = [Formula(SCALED, sympy.MatMul(1 / scale, OPTIMAL_WEIGHT))] if scale != 1 else []
    return Exposition((*scaled, equation, *formulas), tuple(lines), found.steps)


def _in_span(solution: InSpan, found: Derivation, scale: sympy.Expr) -> Exposition:
    """A weight made of outer products of fixed vectors, by the numbers that it has in the span."""
    numbers, form = solution.unknowns, solution.form
    gains = (factored(b) * w for b, w in zip(form.column, numbers, strict=True))
    weight = sympy.MatMul(1 / scale, solution.made_of(numbers)).doit()
    if solution.closed is not None and all(len(latex(v)) < LONG for v in solution.closed.at):
        values = [Formula(w, v) for w, v in zip(numbers, solution.closed.at, strict=True)]
    else:
        values = [Formula("A w", "b"), *system_of(solution)]
    return Exposition(
        (
            Formula(OPTIMAL_WEIGHT, weight),
            Formula(OPTIMAL_RISK, sympy.Add(SECOND_MOMENT, *(-gain for gain in gains))),
        ),
        (*values, Formula(SECOND_MOMENT, form.constant)),
        found.steps,
    )
