"""The weight that minimises a risk, with the steps that lead there.

Two arguments lead to a formula. *Invariance*: when no matrix but the weight occurs in a convex
risk, a minimiser averaged over all rotations is one again, and a multiple of the identity; with
fixed vectors about it is in the span of the identity and of their outer products
(:mod:`theory.optima.stationary.spans`).
*Cancellation*: when all terms of the stationarity equation carry the weight between the same outer
factors, these cancel and ``W B = C`` remains. Where neither applies and the polynomial is known to
be a risk, hence convex, the stationarity equation itself stands for its solution
(:mod:`theory.optima.stationary.solution`).
"""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.words import Factor, Letter, fixed, inverse
from theory.errors import Underivable
from theory.optima.curvature.convexity import Convexity, convexity
from theory.optima.optimum import Multiple, Optimum, Solution, star_of
from theory.optima.stationary.equations import check_quadratic, stationarity
from theory.optima.stationary.quotient import Quotient, quotient
from theory.optima.stationary.solution import stationary
from theory.optima.stationary.spans import in_span
from theory.optima.steps.coefficients import coefficients
from theory.risks.per_example import along_identity
from theory.scalars.rational import factored
from theory.scalars.signs import Ranges, is_positive

SECOND_MOMENT = sympy.Symbol("M")


def minimise(risk: TracePolynomial, weight: Letter, ranges: Ranges | None = None) -> Optimum:
    """Minimise a risk, the mean square of something affine in a d x d weight, hence convex.

    ``ranges`` are those of the parameters (:func:`theory.designs.design.ranges_of`); they decide
    what is visibly positive. Raises :class:`~theory.errors.Underivable` where the polynomial is not
    of degree 2, and so no risk.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> W = predictors.pgd.weights[0]
    >>> best = minimise(population_risk(designs.isotropic_noiseless, predictors.pgd), W)
    >>> best.weight, best.risk
    (1/(d + n + 1), d*(d + 1)/(d + n + 1))
    """
    check_quadratic(risk, weight)
    constant = risk.part(0, weight)
    abbreviations = () if len(constant.terms) < 2 else ((SECOND_MOMENT, constant),)
    convex: Convexity | None
    try:
        convex = convexity(risk, weight, ranges)
    except Underivable:
        convex = None
    solution: Solution
    span = in_span(risk, weight)
    if span is not None and span.weight is not None and span.closed is not None:
        solution, weight_expr, risk_expr = span, span.weight, span.closed.value
    elif risk.letters == {weight}:
        solution = _multiple(risk, weight, ranges)
        weight_expr = solution.factor
        _, slope, _ = along_identity(risk, weight)
        risk_expr = factored(constant.constant + slope * weight_expr / 2)
    else:
        equation = stationarity(risk, weight, ranges)
        found = quotient(equation)
        direct = found is not None and found.of_words and not equation.couplings
        solution = (not direct and span) or found or stationary(risk, weight, ranges)
        weight_expr = symbolic.symbol(star_of(weight))
        risk_expr = least_in_weight(risk, weight, abbreviations)
        if isinstance(solution, Quotient):
            weight_expr = _written(solution, abbreviations)
            if direct and convex is not None:
                risk_expr = _value(risk, weight, solution, abbreviations)
    return Optimum(risk, (weight,), solution, weight_expr, risk_expr, abbreviations, convex)


def combine(risk: TracePolynomial, weights: tuple[Letter, ...]) -> Optimum:
    """Minimise a risk that is quadratic in scalar weights, the mean square of something affine.

    Where the formula would be too long to be looked at, or covariances are about, the coefficients
    are symbols of their own, given by ``H c = b``. Raises :class:`~theory.errors.Underivable` where
    the risk is no such form.

    Examples
    --------
    >>> from theory.designs.predictors import polynomial
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> one = polynomial(1)
    >>> combine(population_risk(designs.isotropic_noiseless, one), one.weights).risk
    d*(d + 1)/(d + n + 1)
    """
    solution = coefficients(risk, weights)
    closed = solution.closed if solution.short else None
    stars = [symbolic.symbol(star_of(weight)) for weight in weights]
    gains = (symbolic.scalar(b) * star for b, star in zip(solution.column, stars, strict=True))
    return Optimum(
        risk,
        weights,
        solution,
        sympy.ImmutableMatrix(stars if closed is None else closed.at),
        symbolic.scalar(solution.constant) - sympy.Add(*gains) if closed is None else closed.value,
        (),
        None,
    )


def _multiple(risk: TracePolynomial, weight: Letter, ranges: Ranges | None = None) -> Multiple:
    """Where no other letter occurs the gradient at ``w I`` is a multiple of I, and its trace the
    derivative of the risk in w."""
    _, slope, curvature = along_identity(risk, weight)
    if curvature == 0:
        raise Underivable("multiples of the identity all have the same risk")
    size = identity(weight.rows).trace().constant
    factor, square = factored(-slope / (2 * curvature)), factored(curvature / size)
    return Multiple(factor, square, is_positive(square, ranges))


def _written(solution: Quotient, abbreviations: tuple[symbolic.Abbreviation, ...]) -> sympy.Expr:
    top, bottom = (
        symbolic.matrix(p, abbreviations) for p in (solution.numerator, solution.denominator)
    )
    return top * bottom**-1


def least_in_weight(
    risk: TracePolynomial,
    weight: Letter,
    abbreviations: tuple[symbolic.Abbreviation, ...],
    scale: sympy.Expr = sympy.Integer(1),
) -> sympy.Expr:
    """The least risk in terms of the minimiser, in the convention of a scale of the prediction.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> risk = population_risk(designs.isotropic_noiseless, pgd)
    >>> least_in_weight(risk, pgd.weights[0], ())
    d - n*Trace(W_star)
    """
    star = scale * letter(star_of(weight))
    gain = substitute(risk.part(1, weight), {weight: star}) * sympy.Rational(1, 2)
    return symbolic.scalar(risk.part(0, weight), abbreviations) + symbolic.scalar(gain)


def _value(
    risk: TracePolynomial,
    weight: Letter,
    solution: Quotient,
    abbreviations: tuple[symbolic.Abbreviation, ...],
) -> sympy.Expr:
    constant, linear = symbolic.scalar(risk.part(0, weight), abbreviations), risk.part(1, weight)
    half = sympy.Rational(1, 2)
    if solution.one is not None:
        word, c = solution.one
        back = tuple(Factor(inverse(f.letter), f.transposed) for f in reversed(word))
        found = solution.numerator @ MatrixPolynomial(weight.cols, weight.cols, {back: 1 / c})
        return constant + symbolic.scalar(substitute(linear, {weight: found}) * half, abbreviations)
    # The inverse as a letter of its own, so that words can be multiplied and then printed.
    unknown = fixed("B^(-1)", weight.cols, weight.cols)
    plugged = substitute(linear, {weight: solution.numerator @ letter(unknown)}) * half
    value = symbolic.scalar(plugged, abbreviations)
    bottom = symbolic.matrix(solution.denominator, abbreviations)
    return constant + value.subs(symbolic.symbol(unknown), bottom**-1)
