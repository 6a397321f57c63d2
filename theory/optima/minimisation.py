"""The weight that minimises a risk, with the steps that lead there.

Two arguments lead to a formula. *Invariance*: when no matrix but the weight occurs in a convex
risk, a minimiser averaged over all rotations is one again, and a multiple of the identity.
*Cancellation*: when all terms of the stationarity equation carry the weight between the same outer
factors, these cancel and ``W B = C`` remains. Where neither applies and the polynomial is known to
be a risk, hence convex, the stationarity equation itself stands for its solution
(:mod:`theory.optima.stationary.solution`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import derivative, substitute, substitute_matrix
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.sums import Sums
from theory.algebra.values import matrix_value, scalar_value, trace_value
from theory.algebra.words import Letter, Trace, Word, fixed
from theory.designs.instance import Instance
from theory.errors import Underivable
from theory.optima.curvature.convexity import Convexity, Invariant, convexity, cut
from theory.optima.stationary.equations import positive_scale
from theory.optima.stationary.solution import Stationary, stationary
from theory.optima.stationary.steps import condition_of, steps_of
from theory.scalars.arithmetic import Arithmetic, Exact
from theory.scalars.rational import cancelled, factored
from theory.scalars.signs import Ranges, is_nonnegative, is_positive
from theory.text.account import Step
from theory.text.latex import RELATIONS, equation, latex

MULTIPLE = sympy.Dummy("w")
SECOND_MOMENT = sympy.Symbol("M")


@dataclass(frozen=True)
class Multiple:
    """``W = factor * I``; ``square`` is half the second derivative of the risk along ``I``.

    Where that is zero the factor may still have a value, as something cancelled in it, but any
    other multiple does as well.
    """

    factor: sympy.Expr
    square: sympy.Expr


@dataclass(frozen=True)
class Quotient:
    """``W = numerator denominator^{-1}``."""

    numerator: MatrixPolynomial
    denominator: MatrixPolynomial


@dataclass(frozen=True)
class Minimum:
    """A minimiser and the least risk, as numbers.

    Parameters
    ----------
    weight
        A d x d matrix, or the factor of a multiple of the identity.
    risk
        The least risk.
    others
        Why other weights have the same risk, where this was seen; else empty.
    """

    weight: Any
    risk: Any
    others: str = ""


@dataclass(frozen=True)
class Optimum:
    """The minimiser of a risk and its value.

    Parameters
    ----------
    polynomial, variable
        The risk that was minimised, and the letter it was minimised in.
    solution
        The minimiser in a form that can be evaluated without roots or inverses of covariances.
    weight, risk
        The minimiser and its risk as SymPy expressions; a multiple of the identity is given by
        its factor, and the solution of a stationarity equation by a symbol of its own.
    abbreviations
        Scalars named in those expressions, with their meaning.
    steps, conditions
        How it was found, and what it rests on.
    convexity
        Why it is a minimiser, where that is seen from the second-order part; None where it is seen
        from the risk being a mean square.
    sides
        Left-hand terms and right-hand side of the stationarity equation in LaTeX, where that
        stands for the solution.
    sums
        Sums over the examples that the polynomial names.
    """

    polynomial: TracePolynomial
    variable: Letter
    solution: Multiple | Quotient | Stationary
    weight: sympy.Expr
    risk: sympy.Expr
    abbreviations: tuple[symbolic.Abbreviation, ...]
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]
    convexity: Convexity | None
    sides: tuple[list[str], str] | None = None
    sums: Sums = field(default_factory=Sums)

    def at(
        self,
        scalars: Mapping[str, Any],
        matrices: Mapping[str, Any],
        arithmetic: Arithmetic,
    ) -> tuple[Any, Any]:
        """Optimal weight (a matrix, or the factor of a multiple of I) and risk, as numbers.

        ``scalars`` holds ``n``, ``d`` and the design's parameters; ``matrices`` the covariances.
        Raises ZeroDivisionError where other weights are seen to have the same risk.
        """
        found = self.minimum(scalars, matrices, arithmetic)
        if found.others:
            raise ZeroDivisionError(found.others)
        return found.weight, found.risk

    def minimum(
        self,
        scalars: Mapping[str, Any],
        matrices: Mapping[str, Any],
        arithmetic: Arithmetic,
    ) -> Minimum:
        """The same wherever the risk is defined: one of the optimal weights, where others are.

        Raises as :meth:`theory.optima.stationary.solution.Stationary.solve` does.
        """
        scalars = self.sums.at(scalars, arithmetic)
        if isinstance(self.solution, Multiple):
            # no matrix occurs, so sizes may be large
            if scalar_value(self.solution.square, scalars, arithmetic) == 0:
                zero = trace_value(self.polynomial.part(0, self.variable), scalars, {}, arithmetic)
                others = "every multiple of the identity has the same risk"
                return Minimum(arithmetic.number(0), zero, others)
            factor, least = self.solution.factor, self.risk
            weight, risk = (scalar_value(e, scalars, arithmetic) for e in (factor, least))
            return Minimum(weight, risk)
        if isinstance(self.solution, Quotient):
            weight = _divided(self.solution, scalars, matrices, arithmetic)
            if weight is not None:
                risk = self._stationary_risk(weight, scalars, matrices, arithmetic)
                return Minimum(weight, risk)
            equation = stationary(self.polynomial, self.variable)
        else:
            equation = self.solution
        found = equation.solve(scalars, matrices, arithmetic)
        zero = trace_value(self.polynomial.part(0, self.variable), scalars, matrices, arithmetic)
        return Minimum(found.weight, zero - found.gain, found.others)

    def stationary_risk(self, weight: Any, at: Instance) -> Any:
        """The risk of a weight that solves the stationarity equation, without the quadratic part.

        It is the constant part and half of the linear one.
        """
        scalars = self.sums.at(at.scalars, at.arithmetic)
        return self._stationary_risk(weight, scalars, at.matrices, at.arithmetic)

    def _stationary_risk(
        self,
        weight: Any,
        scalars: Mapping[str, Any],
        matrices: Mapping[str, Any],
        arithmetic: Arithmetic,
    ) -> Any:
        inside = {**matrices, self.variable.name: weight}
        constant, linear = (
            trace_value(self.polynomial.part(k, self.variable), scalars, inside, arithmetic)
            for k in (0, 1)
        )
        return constant + linear / 2

    def risk_of(self, weight: Any, at: Instance) -> Any:
        """The risk of a weight (a d x d matrix), by the polynomial."""
        scalars = self.sums.at(at.scalars, at.arithmetic)
        inside = {**at.matrices, self.variable.name: weight}
        return trace_value(self.polynomial, scalars, inside, at.arithmetic)


def _divided(
    solution: Quotient,
    scalars: Mapping[str, Any],
    matrices: Mapping[str, Any],
    arithmetic: Arithmetic,
) -> Any:
    """The ``W`` with ``W B = C``; None where ``B`` is singular, or too near to it to be told."""
    numerator, denominator = (
        matrix_value(p, scalars, matrices, arithmetic)
        for p in (solution.numerator, solution.denominator)
    )
    if not isinstance(arithmetic, Exact):
        rows = np.abs(denominator).max(axis=1, keepdims=True)
        if not rows.all() or np.linalg.cond(denominator / rows) * np.finfo(float).eps > 0.1:
            return None
    try:  # transposed so that it can be solved from the left
        return arithmetic.transpose(
            arithmetic.solve(arithmetic.transpose(denominator), arithmetic.transpose(numerator))
        )
    except ZeroDivisionError:
        return None


def minimise(
    risk: TracePolynomial,
    weight: Letter,
    ranges: Ranges | None = None,
    mean_square: bool = False,
) -> Optimum:
    """Minimise a risk that is quadratic in a d x d weight.

    ``ranges`` are those of the parameters (:func:`theory.designs.design.ranges_of`); they decide
    what is visibly positive. ``mean_square`` says that the polynomial is known to be the mean
    square of something affine in the weight, hence convex. Raises
    :class:`~theory.errors.Underivable` when no argument applies.

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
    if risk.degree(weight) != 2:
        raise Underivable(f"the risk has degree {risk.degree(weight)} in {weight}, not 2")
    constant = risk.part(0, weight)
    abbreviations = () if len(constant.terms) < 2 else ((SECOND_MOMENT, constant),)
    gradient = derivative(risk, weight)
    convex: Convexity | None
    try:
        convex = convexity(risk, weight, ranges)
    except Underivable:
        if not mean_square:
            raise
        convex = None
    solution: Multiple | Quotient | Stationary
    sides = None
    if risk.letters == {weight}:
        solution, weight_expr, more, condition = _multiple(gradient, weight, ranges)
        linear = substitute(risk.part(1, weight), {weight: identity(weight.rows)}).constant
        risk_expr = factored(constant.constant + linear * weight_expr / 2)
    else:
        try:
            solution, weight_expr, more, condition = _quotient(
                gradient, weight, abbreviations, ranges
            )
            if convex is None:
                _, risk_expr = _unsolved(risk, weight, abbreviations)
            else:
                risk_expr = _value(risk, weight, solution, abbreviations)
        except Underivable:
            if not mean_square:
                raise
            solution = stationary(risk, weight, ranges)
            weight_expr, risk_expr = _unsolved(risk, weight, abbreviations)
            sides = solution.equation.sides(abbreviations)
            more = steps_of(solution, abbreviations, sides)
            condition = condition_of(solution)
    steps = [
        Step(
            "The risk, by taking Gaussian moments",
            equation("L", symbolic.scalar(risk, abbreviations)),
        )
    ]
    if not isinstance(solution, Stationary):
        steps.append(
            Step(
                "Its gradient, by differentiating words; it has to vanish",
                equation(
                    rf"\frac{{\partial L}}{{\partial {latex(symbolic.symbol(weight))}}}",
                    symbolic.matrix(gradient, abbreviations),
                ),
            )
        )
    steps += [
        _convex_step(convex, risk.part(2, weight), abbreviations),
        *more,
        Step(
            "At a stationary point the risk is its constant part plus half its linear part",
            equation("L^\\star", risk_expr),
        ),
    ]
    return Optimum(
        risk,
        weight,
        solution,
        weight_expr,
        risk_expr,
        abbreviations,
        tuple(steps),
        (_strictness(convex, abbreviations), condition),
        convex,
        sides,
    )


def _convex_step(
    convex: Convexity | None,
    second: TracePolynomial,
    abbreviations: tuple[symbolic.Abbreviation, ...],
) -> Step:
    if convex is None:
        return Step(
            r"The prediction $\hat{y}$ is linear in the weight, so the second-order part of the "
            "risk is its mean square: the risk is convex and a stationary point is a minimiser",
            r"L_2 = \mathbb{E}\, \hat{y}^2 \ge 0",
        )
    if isinstance(convex, Invariant):
        return Step(
            "The second-order part is unchanged by rotations; on symmetric matrices of trace zero, "
            "antisymmetric matrices and multiples of the identity it is the squared norm times "
            "these eigenvalues, so the risk is convex and a stationary point is a minimiser",
            RELATIONS.join(
                latex(v) for v in (convex.symmetric, convex.antisymmetric, convex.identity)
            ),
        )
    return Step(
        "The second-order part is a sum of squares, so the risk is convex "
        "and a stationary point is a minimiser",
        equation("L_2", symbolic.scalar(second, abbreviations)) + r" \ge 0",
    )


def _strictness(convex: Convexity | None, abbreviations: tuple[symbolic.Abbreviation, ...]) -> str:
    if convex is None:
        return (
            "convex, because the risk is the mean square of a residual that is affine in the "
            "weight; the minimiser is unique exactly where the stationarity equation is "
            "non-singular"
        )
    if isinstance(convex, Invariant):
        return (
            "convex, because all eigenvalues of the second-order part are non-negative for "
            r"$n, d \ge 1$ and parameters in their ranges; the minimiser is unique where they are "
            "positive, as the one on multiples of $I$ always is"
        )
    term = latex(symbolic.scalar(convex.definite, abbreviations))
    names = ", ".join(rf"${latex(symbolic.symbol(a))} \succ 0$" for a in convex.positive)
    needs = f" and {names}" if names else ""
    return (
        rf"strictly convex, so the minimiser is unique, because $n \ge 1$ and ${term}$ is positive "
        rf"for every non-zero weight where its coefficient is positive{needs}"
    )


def _multiple(
    gradient: MatrixPolynomial, weight: Letter, ranges: Ranges | None = None
) -> tuple[Multiple, sympy.Expr, list[Step], str]:
    reduced = substitute_matrix(gradient, {weight: MULTIPLE * identity(weight.rows)})
    if set(reduced.terms) - {()}:
        raise Underivable(f"the gradient at a multiple of the identity is {reduced}")
    slope = reduced.terms[()].constant if reduced.terms else sympy.Integer(0)
    if not slope.has(MULTIPLE):
        raise Underivable("multiples of the identity all have the same risk")
    steepness = sympy.diff(slope, MULTIPLE)
    factor, square = factored(-slope.subs(MULTIPLE, 0) / steepness), factored(steepness / 2)
    name = latex(symbolic.symbol(weight))
    steps = [
        Step(
            f"No other matrix occurs, so the risk is the same at $Q {name} Q^\\top$ for every "
            "orthogonal $Q$; a minimiser averaged over all rotations is one again, by convexity, "
            "and is a multiple of the identity, so one scalar equation remains",
            equation(factored(slope), "0"),
        ),
        Step("Solved", equation(f"{name}^\\star", latex(factor) + r"\, I")),
    ]
    _, denominator = sympy.fraction(factor)
    condition = rf"${latex(square)}$ must not vanish, so that the minimiser is unique"
    if is_positive(square, ranges):
        condition = (
            rf"${latex(denominator)}$ is positive for $n, d \ge 1$ and parameters in their ranges"
        )
    return Multiple(factor, square), factor, steps, condition


def _quotient(
    gradient: MatrixPolynomial,
    weight: Letter,
    abbreviations: tuple[symbolic.Abbreviation, ...],
    ranges: Ranges | None = None,
) -> tuple[Quotient, sympy.Expr, list[Step], str]:
    around: list[tuple[Word, Word, TracePolynomial]] = []
    right: list[tuple[Word, TracePolynomial]] = []
    for word, c in gradient.sorted_terms():
        at = [k for k, f in enumerate(word) if f.letter == weight]
        if c.degree(weight) or len(at) > 1 or (at and word[at[0]].transposed):
            raise Underivable(f"the stationarity equation has the coupled term {c} {word}")
        if at:
            around.append((word[: at[0]], word[at[0] + 1 :], c))
        else:
            right.append((word, -c))
    left = around[0][0]
    if any(before != left for before, _, _ in around) or any(
        word[: len(left)] != left for word, _ in right
    ):
        raise Underivable("the terms of the stationarity equation have different left factors")
    tails = [after for _, after, _ in around]
    heads = [word[len(left) :] for word, _ in right]
    shared = _common_suffix([*tails, *heads])
    scale = positive_scale(gradient, ranges)

    def collect(words: list[Word], coefficients: list[TracePolynomial]) -> MatrixPolynomial:
        size = weight.cols
        parts = (
            {w[: len(w) - shared]: c.map_coefficients(lambda x: cancelled(x * scale))}
            for w, c in zip(words, coefficients, strict=True)
        )
        zero = MatrixPolynomial(size, size)  # all there is where nothing can be learned
        return MatrixPolynomial.sum([zero, *(MatrixPolynomial(size, size, p) for p in parts)])

    denominator = collect(tails, [c for _, _, c in around])
    numerator = collect(heads, [c for _, c in right])
    top, bottom = (symbolic.matrix(p, abbreviations) for p in (numerator, denominator))
    expr = top * bottom**-1
    name = symbolic.symbol(weight)
    dropped = [symbolic.word(w, weight.rows) for w in (left, tails[0][len(tails[0]) - shared :])]
    outer = " and ".join(
        f"${latex(c)}$" for c in dropped if c != sympy.Identity(weight.rows.dimension)
    )
    how = f", after cancelling the outer factors {outer}" if outer else ""
    steps = [
        Step(f"All terms carry the weight in the same way{how}", equation(name * bottom, top)),
        Step("Solved", equation(f"{latex(name)}^\\star", expr)),
    ]
    condition = _invertible(denominator, bottom)
    return Quotient(numerator, denominator), expr, steps, condition


def _invertible(denominator: MatrixPolynomial, expr: sympy.Expr) -> str:
    """Why the denominator can be inverted, where the reason is visible."""
    condition = f"${latex(expr)}$ must be invertible"
    words = [(w, c) for w, c in denominator.terms.items() if w]
    if () in denominator.terms and len(words) == 1:
        (word, c), rest = words[0], denominator.terms[()]
        coefficients = [*c.terms.values(), *rest.terms.values()]
        psd = [Trace(word), *(t for p in (c, rest) for m in p.terms for t in m)]
        if all(map(is_nonnegative, coefficients)) and all(map(cut, psd)):
            scalar = latex(symbolic.scalar(rest, ()))
            condition += (
                f"; the eigenvalues of ${latex(symbolic.word(word, denominator.rows))}$ are "
                f"non-negative, so it is wherever ${scalar} > 0$"
            )
    return condition


def _unsolved(
    risk: TracePolynomial, weight: Letter, abbreviations: tuple[symbolic.Abbreviation, ...]
) -> tuple[sympy.Expr, sympy.Expr]:
    """A symbol for the minimiser, and its risk in terms of that."""
    star = fixed(f"{weight.name}_star", weight.rows, weight.cols)
    gain = substitute(risk.part(1, weight), {weight: letter(star)}) * sympy.Rational(1, 2)
    value = symbolic.scalar(risk.part(0, weight), abbreviations) + symbolic.scalar(gain)
    return symbolic.symbol(star), value


def _common_suffix(words: list[Word]) -> int:
    size = 0
    while all(len(w) > size for w in words) and len({w[len(w) - size - 1] for w in words}) == 1:
        size += 1
    return size


def _value(
    risk: TracePolynomial,
    weight: Letter,
    solution: Quotient,
    abbreviations: tuple[symbolic.Abbreviation, ...],
) -> sympy.Expr:
    # The inverse as a letter of its own, so that words can be multiplied and then printed.
    inverse = fixed("B^(-1)", weight.cols, weight.cols)
    plugged = substitute(
        risk.part(1, weight), {weight: solution.numerator @ letter(inverse)}
    ) * sympy.Rational(1, 2)
    value = symbolic.scalar(plugged, abbreviations)
    bottom = symbolic.matrix(solution.denominator, abbreviations)
    return symbolic.scalar(risk.part(0, weight), abbreviations) + value.subs(
        symbolic.symbol(inverse), bottom**-1
    )
