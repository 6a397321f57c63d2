"""How an optimum was found and what it rests on, for a reader: written from what was recorded."""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import derivative
from theory.algebra.polynomials import MatrixPolynomial
from theory.algebra.traces import Trace
from theory.algebra.whitening import Whitening
from theory.designs.design import Design
from theory.optima.curvature.convexity import InvariantForm, cut
from theory.optima.optimum import Multiple, Optimum
from theory.optima.stationary.one_and_two import ONE_PIECE
from theory.optima.stationary.quotient import Quotient
from theory.optima.stationary.solution import Stationary
from theory.optima.stationary.spans import InSpan
from theory.optima.stationary.steps import condition_of, steps_of
from theory.optima.steps.coefficients import Coefficients
from theory.scalars.rational import factored, tidy
from theory.scalars.signs import is_nonnegative
from theory.text.drawing import drawing
from theory.text.formulas import Formula, Step, step, where
from theory.text.latex import glyphs, latex
from theory.text.rows import Prose, Sentence, row

LONG = 8
"""Terms of a polynomial that is written in powers of one symbol."""


def steps(
    design: Design, plain: Optimum, white: Optimum | None, whitening: Whitening | None
) -> tuple[Step, ...]:
    """From the design to the optimum, in whitened coordinates where it was found in these."""
    drawn = step("The design", *drawing(design))
    if white is None or whitening is None:
        return (drawn, risk_step(plain, bool(design.random)), *_minimising(plain))
    root, weight = whitening.root, symbolic.symbol(plain.variable)
    *inside, value = _minimising(white)
    return (
        drawn,
        risk_step(plain, bool(design.random)),
        step(
            "Whitened coordinates",
            Formula(symbolic.symbol(white.variable), root * weight * root),
            *where(whitening.definitions),
        ),
        Step("The risk in whitened coordinates", risk_step(white).formulas),
        *inside,
        step(
            "Back in the original coordinates",
            Formula(plain.star, whitening.unwhitened(white.weight)),
        ),
        value,
        step(
            "The same optimum without roots or inverses of covariances, from the stationarity "
            "equation in the original coordinates; it also holds where a covariance is singular",
            Formula(plain.star, plain.weight),
        ),
    )


def conditions(
    plain: Optimum, white: Optimum | None, whitening: Whitening | None
) -> tuple[Prose, ...]:
    """What the optimum rests on."""
    if white is None or whitening is None:
        return conditions_of(plain)
    definite = row(sympy.Symbol(whitening.covariance), r" \succ 0")
    needed = " for the whitened form; the form without roots does not need it"
    return (*conditions_of(white), Sentence((definite, needed)))


def conditions_of(optimum: Optimum) -> tuple[Prose, ...]:
    """The same of one minimisation."""
    return _strictness(optimum), _condition(optimum)


def risk_step(optimum: Optimum, random: bool = False) -> Step:
    """The risk that is minimised; ``random`` says that the design has random scalars."""
    value = symbolic.scalar(optimum.polynomial, optimum.abbreviations)
    also = " and those of the random scalars" if random else ""
    return step(f"The risk, by taking Gaussian moments{also}", Formula(RISK, value))


RISK, LEAST = sympy.Symbol("L"), sympy.Symbol("L_star")


def _minimising(optimum: Optimum) -> list[Step]:
    """From the risk to its minimum."""
    solution = optimum.solution
    found = []
    if not isinstance(solution, Stationary | Coefficients):
        weight = symbolic.symbol(optimum.variable)
        gradient = derivative(optimum.polynomial, optimum.variable)
        found.append(
            step(
                "Its gradient, by differentiating words; it has to vanish",
                Formula(
                    rf"\frac{{\partial L}}{{\partial {latex(weight)}}}",
                    symbolic.matrix(gradient, optimum.abbreviations),
                ),
            )
        )
    found.append(_convex(optimum))
    match solution:
        case Multiple():
            found += _multiple(optimum, solution)
        case InSpan():
            found += _in_span(solution)
        case Quotient():
            found += _quotient(optimum, solution)
        case Stationary():
            found += steps_of(solution, optimum.abbreviations)
        case Coefficients():
            found += _coefficients(solution)
    found.append(
        step(
            "At a stationary point the risk is its constant part plus half its linear part",
            Formula(LEAST, optimum.risk),
        )
    )
    return found


def _convex(optimum: Optimum) -> Step:
    convex = optimum.convexity
    if convex is None:
        what = "weight" if optimum.coefficients is None else "coefficients"
        return step(
            rf"The prediction $\hat{{y}}$ is linear in the {what}, so the second-order part of the "
            "risk is its mean square: the risk is convex and a stationary point is a minimiser",
            Formula("L_2", r"\mathbb{E}\, \hat{y}^2 \ge 0"),
        )
    if isinstance(convex, InvariantForm):
        values = convex.values
        times = (
            "The second-order part is unchanged by rotations; on symmetric matrices of trace zero, "
            "antisymmetric matrices and multiples of the identity it is the squared norm times "
            "these eigenvalues"
        )
        if len(set(values)) == 1:
            times = "The second-order part is the squared norm times a number that is not negative"
            values = values[:1]
        return step(
            f"{times}, so the risk is convex and a stationary point is a minimiser",
            *map(_in_powers, values),
        )
    second = optimum.polynomial.part(2, optimum.variable)
    return step(
        "The second-order part is a sum of squares, so the risk is convex "
        "and a stationary point is a minimiser",
        Formula("L_2", row(symbolic.scalar(second, optimum.abbreviations), r" \ge 0")),
    )


def _strictness(optimum: Optimum) -> Prose:
    convex = optimum.convexity
    if convex is None and optimum.coefficients is not None:
        return (
            "convex, because the risk is the mean square of a residual that is affine in the "
            "coefficients; the minimiser is unique exactly where $H$ is non-singular"
        )
    if convex is None:
        return (
            "convex, because the risk is the mean square of a residual that is affine in the "
            "weight; the minimiser is unique exactly where the stationarity equation is "
            "non-singular"
        )
    if isinstance(convex, InvariantForm):
        return (
            "convex, because all eigenvalues of the second-order part are non-negative for "
            r"$n, d \ge 1$ and parameters in their ranges; the minimiser is unique where they are "
            "positive, as the one on multiples of $I$ always is"
        )
    needs: list[str | sympy.Basic] = []
    for k, a in enumerate(convex.positive):
        needs += [", " if k else " and ", row(symbolic.symbol(a), r" \succ 0")]
    return Sentence(
        (
            r"strictly convex, so the minimiser is unique, because $n \ge 1$ and ",
            symbolic.scalar(convex.definite, optimum.abbreviations),
            " is positive for every non-zero weight where its coefficient is positive",
            *needs,
        )
    )


def _multiple(optimum: Optimum, solution: Multiple) -> list[Step]:
    name = symbolic.symbol(optimum.variable)
    multiple = sympy.Dummy("w")
    slope = factored(2 * solution.square * (multiple - solution.factor))
    return [
        step(
            Sentence(
                (
                    "No other matrix occurs, so the risk is the same at ",
                    row("Q ", name, r" Q^\top"),
                    " for every orthogonal $Q$; a minimiser averaged over all rotations is one "
                    "again, by convexity, and is a multiple of the identity, so one scalar "
                    "equation remains",
                )
            ),
            Formula(slope, "0"),
        ),
        step("Solved", Formula(optimum.star, symbolic.whole(solution.factor))),
    ]


def _in_span(solution: InSpan) -> list[Step]:
    names = solution.vectors or (str(solution.basis[0]).removeprefix("-"),)
    fixed = ", ".join(f"${latex(sympy.Symbol(name))}$" for name in names)
    both = "$I$ and of outer products" if solution.vectors else f"{fixed} and $I - {fixed[1:]}"
    return [
        step(
            f"No other matrix occurs, and the risk is unchanged by rotations that leave {fixed} "
            "alone; a minimiser averaged over all of these is one again, by convexity, and in high "
            f"dimension it is in the span of {both}; a linear system for a few "
            "numbers remains, whose entries hold in every dimension",
            Formula("W", solution.made_of(solution.unknowns)),
            Formula("A w", "b"),
            *system_of(solution),
        )
    ]


def system_of(solution: InSpan) -> list[Formula]:
    """The entries of the linear system for the numbers, each once."""
    form = solution.form
    return [
        *(Formula(f"b_{{{j}}}", factored(e)) for j, e in enumerate(form.column)),
        *(
            Formula(f"A_{{{j}{k}}}", factored(e))
            for j, row in enumerate(form.matrix)
            for k, e in enumerate(row)
            if j <= k
        ),
    ]


def _coefficients(solution: Coefficients) -> list[Step]:
    return [
        step(
            "Its gradient has to vanish: a linear system for the coefficients, where $h_j$ is the "
            "prediction that has the coefficient $c_j$",
            Formula("H c", "b"),
            Formula("H_{jk}", r"\mathbb{E}\, h_j h_k"),
            Formula("b_j", r"\mathbb{E}\, y h_j"),
        ),
        step("The entries", *entries_of(solution)),
    ]


def entries_of(solution: Coefficients) -> list[Formula]:
    """The entries of the linear system, each once, with the moments that they are."""
    return [
        *(
            Formula(f"b_{{{j}}}", symbolic.scalar(e), meaning=rf"\mathbb{{E}}\, y h_{{{j}}}")
            for j, e in enumerate(solution.column)
        ),
        *(
            Formula(f"H_{{{j}{k}}}", symbolic.scalar(e), meaning=_product_of(j, k))
            for j, row in enumerate(solution.matrix)
            for k, e in enumerate(row)
            if j <= k
        ),
    ]


def _product_of(j: int, k: int) -> str:
    """The moment of two predictions."""
    return rf"\mathbb{{E}}\, h_{{{j}}}^2" if j == k else rf"\mathbb{{E}}\, h_{{{j}}} h_{{{k}}}"


def _quotient(optimum: Optimum, solution: Quotient) -> list[Step]:
    top, bottom = (
        symbolic.matrix(p, optimum.abbreviations)
        for p in (solution.numerator, solution.denominator)
    )
    outer = [symbolic.matrix(p, optimum.abbreviations) for p in solution.cancelled]
    how: list[str | sympy.Basic] = []
    for k, factor in enumerate(outer):
        how += [" and " if k else ", after cancelling the outer factors ", factor]
    weight = symbolic.symbol(optimum.variable)
    return [
        step(
            Sentence(("All terms carry the weight in the same way", *how)),
            Formula(weight * bottom, top),
        ),
        step("Solved", Formula(optimum.star, optimum.weight)),
    ]


def _condition(optimum: Optimum) -> Prose:
    """Why the equation has one solution, where the reason is visible."""
    match optimum.solution:
        case Multiple(factor, square, positive):
            if not positive:
                return Sentence((square, " must not vanish, so that the minimiser is unique"))
            _, bottom = sympy.fraction(factor)
            return Sentence(
                (
                    _in_powers(bottom),
                    r" is positive for $n, d \ge 1$ and parameters in their ranges",
                )
            )
        case Quotient(_, denominator):
            shown = symbolic.matrix(denominator, optimum.abbreviations)
            if glyphs(latex(shown)) > ONE_PIECE:
                return r"the matrix that is inverted in $W^\star$ must be invertible"
            return Sentence((shown, " must be invertible", *_invertible(denominator)))
        case InSpan():
            return (
                "no other weight has the least risk where the system for $w$ is regular, and the "
                "same form on what is orthogonal to the span, which is decided at each instance; "
                "where it is not, as where fixed vectors depend on each other or a projection is "
                "0 or $I$, the stationarity equation is solved there"
            )
        case Stationary() as found:
            return condition_of(found)
        case Coefficients():
            return (
                "no other polynomial in $X^\\top X$ of this degree does better, whose coefficients "
                "are numbers; matrices in their place might"
            )


def _in_powers(polynomial: sympy.Expr) -> sympy.Expr:
    """A long polynomial in powers of the symbol that it has to the highest one."""
    terms = max(len(sympy.Add.make_args(part)) for part in sympy.Mul.make_args(polynomial))
    if terms < LONG or not polynomial.is_polynomial():
        return polynomial
    symbols = sorted(polynomial.free_symbols, key=str)
    return tidy(polynomial, max(symbols, key=lambda s: sympy.degree(polynomial, s)), {})


def _invertible(denominator: MatrixPolynomial) -> tuple[str | sympy.Basic, ...]:
    words = [(w, c) for w, c in denominator.terms.items() if w]
    if () not in denominator.terms or len(words) != 1:
        return ()
    (word, c), rest = words[0], denominator.terms[()]
    coefficients = [*c.terms.values(), *rest.terms.values()]
    psd = [Trace(word), *(t for p in (c, rest) for m in p.terms for t in m)]
    if not (all(map(is_nonnegative, coefficients)) and all(map(cut, psd))):
        return ()
    return (
        "; the eigenvalues of ",
        symbolic.word(word, denominator.rows),
        " are non-negative, so it is wherever ",
        row(symbolic.scalar(rest), " > 0"),
    )
