"""What comes of an optimum under another law at test, written out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.words import D, fixed
from theory.errors import Underivable
from theory.expositions.names import LEAST_AT_TEST, RISK_AT_TEST
from theory.optima.shifted import SEVERAL, Shifted
from theory.risks.per_example import along_identity
from theory.scalars.symbols import d
from theory.text.formulas import Exposition, Formula, step
from theory.text.latex import latex
from theory.text.naming import stem
from theory.text.rows import Row, row, times

READABLE = 100
"""The most characters of LaTeX of a risk that is written in one piece."""
HALF = sympy.Rational(1, 2)
PRICE = row(RISK_AT_TEST, " - ", LEAST_AT_TEST)
BEST_AT_TEST = sympy.MatrixSymbol("W_test_star", d, d)
Tidied = Callable[[sympy.Expr], sympy.Expr]
MEANING = (
    r"the risk at test, $L_{\mathrm{test}}$, is that of the weight of PGD that is optimal in "
    r"training, and $L_{\mathrm{test}}^\star$ the least one there; attention that predicts like "
    "that weight has this risk as well. Sample weights are one for each example of a prompt and "
    "say nothing about prompts of another length: of WPGD and H3 nothing is derived at test"
)


def of_test(
    found: Shifted, scale: sympy.Expr, named: sympy.Expr, taken: Collection[str], tidied: Tidied
) -> Exposition:
    """The risk at test, the least one there, and the price of the shift, which is a square.

    ``scale`` is that of the prediction, ``named`` the symbol of the weight that is optimal in
    training, in the convention of that scale; ``taken`` are the names that the design has.
    """
    try:
        assert found.polynomial
    except Underivable as why:
        return Exposition((), conditions=(f"the risk at test is evaluated at numbers only: {why}",))
    if found.is_open:
        return Exposition((), conditions=(f"of the risk at test nothing is said: {SEVERAL}",))
    at_test, closed = found.shift.put(scale), found.formula is not None or found.is_long
    if found.training.plain.coefficients is not None:
        made = _of_steps(found)
    elif closed and found.of_multiples:
        made = _of_multiples(found, at_test, named, taken, tidied)
    else:
        made = _of_matrices(found, at_test, named, taken)
    square = step(
        "At test: the risk of any weight is a polynomial in it, whose value at the weight that is "
        "optimal in training exceeds the least one by the mean square of the difference of the two "
        "predictions",
        Formula(PRICE, SQUARE),
    )
    return replace(made, steps=(*made.steps, square), conditions=(MEANING,))


SQUARE = (
    r"\mathbb{E}_{\mathrm{test}} \left(\hat{y}_{W^\star} - \hat{y}_{W_{\mathrm{test}}^\star}"
    r"\right)^2"
)


def _short(expr: sympy.Expr) -> bool:
    return len(latex(expr)) <= READABLE


def _of_multiples(
    found: Shifted,
    scale: sympy.Expr,
    named: sympy.Expr,
    taken: Collection[str],
    tidied: Tidied,
) -> Exposition:
    """Where both optimal weights are multiples of the identity."""
    sides = (RISK_AT_TEST, LEAST_AT_TEST, PRICE)
    values = [v for v in (found.formula, found.least, found.price) if v is not None]
    if len(values) == len(sides) and all(map(_short, values)):
        return Exposition(tuple(map(Formula, sides, values)))
    constant, slope, square = along_identity(found.polynomial, found.own.plain.variable)
    w, t_0, t_1, t_2 = _names(taken)
    mean = r"\mathbb{E}_{\mathrm{test}}\, "
    h = rf"x^\top X^\top y_{{1:{latex(found.shift.examples)}}}"
    return Exposition(
        (
            Formula(RISK_AT_TEST, t_0 - 2 * t_1 * w + t_2 * w**2),
            Formula(LEAST_AT_TEST, t_0 - t_1**2 / t_2),
            Formula(PRICE, (t_2 * w - t_1) ** 2 / t_2),
        ),
        (
            Formula(w, scale * sympy.Trace(named) / d),
            Formula(t_0, tidied(constant), meaning=rf"{mean}y^2"),
            Formula(t_1, tidied(-slope / 2), meaning=rf"{mean}y\, {h}"),
            Formula(t_2, tidied(square), meaning=rf"{mean}\left({h}\right)^2"),
        ),
    )


def _names(taken: Collection[str]) -> list[sympy.Symbol]:
    """Of a multiple of the identity, and of the coefficients of a risk in it."""
    moment = stem("TUS", taken)
    return [sympy.Symbol(stem("wvu", taken)), *(sympy.Symbol(f"{moment}_{k}") for k in range(3))]


def _of_matrices(
    found: Shifted, scale: sympy.Expr, named: sympy.Expr, taken: Collection[str]
) -> Exposition:
    """In both optimal weights, as matrices."""
    own, polynomial = found.own.plain, found.polynomial
    weight = own.variable

    def written(part: TracePolynomial, name: str) -> sympy.Expr:
        """A part of the risk at test in a weight of this name."""
        return symbolic.scalar(substitute(part, {weight: scale * letter(fixed(name, D, D))}))

    any_weight, q, p = (stem(letters, taken) for letters in ("VUZ", "QGJ", "PFK"))
    t_0 = _names(taken)[1]
    best = Formula(BEST_AT_TEST, symbolic.whole(_of_own(found) / scale))
    if own.equation is not None:
        unknown = {symbolic.symbol(weight): scale * BEST_AT_TEST}
        equation = own.equation.equation.formula()
        best = Formula(*(put_in(side, found, unknown) for side in (equation.left, equation.right)))
    parts = [polynomial.part(k, weight) for k in range(3)]
    linear, quadratic = (written(part, any_weight) for part in (parts[1] * -HALF, parts[2]))
    mean = r"\mathbb{E}_{\mathrm{test}}\, "
    of_any = rf"\hat{{y}}_{any_weight}"
    square, match = ((rf"{name}(", ")") for name in (q, p))

    def at(name: tuple[str, str], value: sympy.Expr) -> Row:
        return row(name[0], value, name[1])

    return Exposition(
        (
            Formula(RISK_AT_TEST, row(t_0, " - 2 ", at(match, named), " + ", at(square, named))),
            best,
            Formula(LEAST_AT_TEST, row(t_0, " - ", at(match, BEST_AT_TEST))),
            Formula(PRICE, at(square, named - BEST_AT_TEST)),
        ),
        (
            Formula(t_0, symbolic.scalar(parts[0]), meaning=rf"{mean}y^2"),
            Formula(rf"{p}({any_weight})", linear, meaning=rf"{mean}y\, {of_any}"),
            Formula(rf"{q}({any_weight})", quadratic, meaning=rf"{mean}{of_any}^2"),
        ),
    )


def _of_own(found: Shifted) -> sympy.Expr:
    """The weight that is optimal at test, its abbreviations written out."""
    weight = found.own.weight
    for name, meaning in reversed(found.own.definitions):
        weight = weight.subs(name, meaning)
    return found.shift.put(weight)


def put_in(side: sympy.Expr, found: Shifted, table: dict[sympy.Expr, sympy.Expr]) -> sympy.Expr:
    """A side of an equation about prompts at test, with a weight put in."""
    return found.shift.put(side).subs(table)


def _of_steps(found: Shifted) -> Exposition:
    """In the coefficients of several steps."""
    mean = r"\mathbb{E}_{\mathrm{test}}\, "
    formulas = [
        Formula(RISK_AT_TEST, rf"{mean}y^2 - 2 b_{{\mathrm{{test}}}}^\top c + {FORM.format('c')}"),
        Formula(
            LEAST_AT_TEST,
            rf"{mean}y^2 - b_{{\mathrm{{test}}}}^\top H_{{\mathrm{{test}}}}^{{-1}} "
            r"b_{\mathrm{test}}",
        ),
        Formula(PRICE, FORM.format(r"\left(c - H_{\mathrm{test}}^{-1} b_{\mathrm{test}}\right)")),
    ]
    closed = found.formula
    if closed is not None and _short(closed):
        formulas.insert(0, Formula(RISK_AT_TEST, closed))
    return Exposition(
        tuple(formulas),
        (
            Formula("c", row(times(found.ratio), "H^{-1} b")),
            Formula(r"b_{\mathrm{test}, j}", rf"{mean}y h_j"),
            Formula(r"H_{\mathrm{test}, jk}", rf"{mean}h_j h_k"),
        ),
    )


FORM = r"{0}^\top H_{{\mathrm{{test}}}}\, {0}"
"""The mean square at test of what coefficients predict."""
