"""Models beside their steps, written out: weights, remainders, mean squares."""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute_matrix
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter
from theory.algebra.words import ONE, D, fixed
from theory.designs.design import Design
from theory.designs.predictors import Predictor, att, wpgd
from theory.optima.curvature.hessian import grouped
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import (
    UNIT,
    Containment,
    abstract_prompt,
    is_exchangeable,
    mean_squares,
    sample_weights,
)
from theory.text.formulas import Formula, Step, step
from theory.text.latex import latex
from theory.text.rows import Mathematics, Row, joined, row, times

CHANNEL = "_j"
"""What the names of weights get appended in the formulas of a model with channels."""
CHANNEL_UNIT = {UNIT: letter(fixed(f"e{CHANNEL}", D, ONE))}
MEAN_SQUARE = r"\mathbb{E}\, r_{\mathrm{ATT}}^2"
OR = r" \text{ or } "
ALIKE = r" \text{ for exchangeable examples}"
SAME_PREDICTION = Formula(
    r"f^\star_{\mathrm{ATT}}(Z)", r"f^\star_{\mathrm{PGD}}(Z) \text{ for almost all prompts } Z"
)
RAW = {
    "att": (
        (
            r"W_q W_k^\top",
            r"\begin{pmatrix} C_{xx} & C_{xy} \\ \ast & \ast \end{pmatrix}",
        ),
        (r"W_v h", r"\begin{pmatrix} v_{x} \\ v_{y} \end{pmatrix}"),
    ),
    "ssm": (
        (
            r"(q_{x j};\, \ast)",
            r"h_j \text{ times column } j \text{ of } W_q \text{, for channel } j",
        ),
        (r"(k_{x j};\, k_{y j})", r"\text{column } j \text{ of } W_k"),
        (r"(v_{x j};\, v_{y j})", r"\text{column } j \text{ of } W_v"),
        (r"\Omega", r"\operatorname{diag}(f_n, \dots, f_1) \text{, the filter backwards}"),
    ),
}
"""What the weights are in the parameters of the models; entries with an asterisk never act."""


def optimum_of(name: str) -> sympy.Symbol:
    return sympy.Symbol(f"L_{name.upper()}_star")


def shown(value: MatrixPolynomial) -> sympy.Expr:
    if not value:
        return sympy.Integer(0)
    if value.rows == value.cols and value.rows.dimension == 1:
        return symbolic.scalar(value.trace())
    return symbolic.matrix(value)


def upper(predictor: Predictor) -> str:
    return predictor.name.upper()


def mark(predictor: Predictor) -> str:
    """The name of a predictor as a subscript."""
    return rf"\mathrm{{{upper(predictor)}}}"


def weight_of(c: Containment) -> str:
    return f"W_{{{mark(c.model)}}}"


def step_weights(c: Containment) -> str:
    """The weights of the step inside a model."""
    return ", ".join((weight_of(c), *map(named, c.shared)))


def mean_square(c: Containment) -> Row:
    return row(times(c.square), rf"\mathbb{{E}}\, r_{{{mark(c.model)}}}^2")


def words_of(c: Containment) -> dict[str, MatrixPolynomial]:
    """The weights of a model, or those of its channel j."""
    return c.model.words(CHANNEL if c.model.channels else "")


def named(name: str, c: Containment | None = None) -> str:
    suffix = CHANNEL if c and c.model.channels and name not in c.model.shared else ""
    return latex(sympy.Symbol(name + suffix))


def summed(c: Containment, body: Mathematics) -> Mathematics:
    return row(r"\sum_j \left(", body, r"\right)") if c.model.channels else body


def effective(c: Containment) -> Mathematics:
    """The weight of the step inside a model."""
    words = words_of(c)
    table = {w: words[w.name] for w in c.model.weights}
    return summed(c, symbolic.matrix(substitute_matrix(c.effective, table)))


def remainder(c: Containment) -> Mathematics:
    """The terms of a prediction that are not the step's."""
    prompt, words = abstract_prompt(), words_of(c)
    rest = c.remainder(prompt, words).terms
    parts = [
        symbolic.matrix(one)
        for word, times in c.model.predict(prompt, words).terms.items()
        if set((one := MatrixPolynomial(ONE, ONE, {word: times})).trace().terms) <= set(rest)
    ]
    return summed(c, joined(parts, " + "))


def zeros_of(form: Form) -> str:
    """The weights that a form puts to zero."""
    return (
        "(" + ", ".join(f"{named(k)} = 0" for k, value in form.weights.items() if not value) + ")"
    )


def family_of(form: Form) -> Formula:
    """The weight of an optimal form's step, and where it is that."""
    given = joined(Formula(named(k), shown(v)).row for k, v in form.weights.items())
    return Formula(r"W_{\mathrm{ATT}}", row(symbolic.matrix(form.step), r" \text{ where } ", given))


def through_one(polynomial: MatrixPolynomial) -> bool:
    """Whether a matrix is one product with a column in it, and so has rank one at most."""
    return len(polynomial.terms) == 1 and any(
        ONE in (factor.letter.rows, factor.letter.cols)
        for word in polynomial.terms
        for factor in word
    )


def exchange_step(designs: tuple[Design, ...]) -> Step:
    names = ", ".join(d.name for d in designs if is_exchangeable(sample_weights(d, wpgd)))
    return step(
        f"Sample weights enter the risk of WPGD through two traces alone ({names})",
        *(r"\operatorname{tr}(\Omega)", r"\operatorname{tr}(\Omega^2)"),
    )


def sum_of(polynomial: TracePolynomial, design: Design) -> Row:
    """A polynomial term by term, coefficients as people write them."""
    terms = (
        sympy.Mul(grouped(c, design), symbolic.scalar(TracePolynomial({m: sympy.Integer(1)})))
        for m, c in polynomial.sorted_terms()
    )
    return joined(terms, " + ")


def square_step(design: Design) -> Step:
    found = mean_squares(design, att)
    return step(
        f"{design.name}: the mean square of the part of the remainder that is quadratic in the "
        "examples' own vectors and free of task and noise, and that of $x^\\top C_{xy} y^\\top y$",
        *(sum_of(found.quadratic, design), sum_of(found.labels, design)),
    )
