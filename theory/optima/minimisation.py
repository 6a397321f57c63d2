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

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import flint
import numpy as np
import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import derivative, substitute
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.sums import Sums
from theory.algebra.symbolic import Entry
from theory.algebra.values import matrix_value, scalar_value, trace_value
from theory.algebra.words import ONE, Factor, Letter, Word, fixed, inverse
from theory.designs.instance import Instance
from theory.errors import Underivable
from theory.optima.curvature.convexity import Convexity, convexity
from theory.optima.stationary.equations import positive_scale, stationarity
from theory.optima.stationary.products import factored as factored_equation
from theory.optima.stationary.solution import Stationary, stationary
from theory.optima.stationary.spans import InSpan, in_span
from theory.optima.steps.coefficients import Coefficients, coefficients
from theory.risks.per_example import along_identity
from theory.scalars.arithmetic import Arithmetic, Exact
from theory.scalars.rational import cancelled, factored
from theory.scalars.signs import Ranges, is_positive
from theory.scalars.systems import LeastValue

SECOND_MOMENT = sympy.Symbol("M")


@dataclass(frozen=True)
class Multiple:
    """``W = factor * I``; ``square`` is half the second derivative of the risk along ``I``.

    Where that is zero the factor may still have a value, as something cancelled in it, but any
    other multiple does as well; ``positive`` says that it is seen to be positive everywhere.
    """

    factor: sympy.Expr
    square: sympy.Expr
    positive: bool = False


Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Quotient:
    """``W = numerator denominator^{-1}``; ``cancelled`` stood around it in all terms."""

    numerator: MatrixPolynomial
    denominator: MatrixPolynomial
    cancelled: tuple[MatrixPolynomial, ...] = ()

    @property
    def one(self) -> tuple[Word, sympy.Expr] | None:
        """What the denominator is, where it is a scalar times a word that has an inverse."""
        if len(self.denominator.terms) != 1:
            return None
        ((word, c),) = self.denominator.terms.items()
        if any(c.terms.keys() - {()}) or any(f.letter.idempotent for f in word):
            return None
        return word, c.constant

    @property
    def leaves_open(self) -> bool:
        """Whether what stood around it has no inverse, whatever the covariances."""
        letters = {f.letter for outer in self.cancelled for word in outer.terms for f in word}
        return any(a.idempotent or ONE in (a.rows, a.cols) for a in letters)

    def others(self, scalars: Numbers, matrices: Numbers, arithmetic: Arithmetic) -> str:
        """Why other weights are optimal at numbers: what stood around it is singular there."""
        for outer in self.cancelled:
            if _is_singular(matrix_value(outer, scalars, matrices, arithmetic), arithmetic):
                (word,) = outer.terms
                name = " ".join(map(repr, word))
                return (
                    f"{name} is singular: what the weight does outside of its range has no effect"
                )
        return ""


Solution = Multiple | InSpan | Quotient | Stationary | Coefficients
"""A minimiser, as far as it has a formula."""


@dataclass(frozen=True)
class Minimum:
    """A minimiser and the least risk, as numbers.

    Parameters
    ----------
    weight
        A d x d matrix, or the factor of a multiple of the identity; of several coefficients a
        column, m x 1.
    risk
        The least risk.
    others
        Why other weights have the same risk, where this was seen; else empty.
    multiple
        Whether the weight is the factor of a multiple of the identity.
    outside
        Whether the others differ from it outside of the range of a singular covariance only.
    """

    weight: Any
    risk: Any
    others: str = ""
    multiple: bool = False
    outside: bool = False

    def matrix(self, at: Instance) -> Any:
        """The weight as a d x d matrix of the instance's arithmetic, or as a column."""
        return at.arithmetic.identity(at.d) * self.weight if self.multiple else self.weight


@dataclass(frozen=True)
class Optimum:
    """The minimiser of a risk and its value.

    Parameters
    ----------
    polynomial, variables
        The risk that was minimised, and the letters it was minimised in: one d x d weight, or
        several scalars.
    solution
        The minimiser in a form that can be evaluated without roots or inverses of covariances.
    weight, risk
        The minimiser and its risk as SymPy expressions; a multiple of the identity is given by
        its factor, and the solution of a stationarity equation by a symbol of its own. Of several
        scalars the minimiser is a column.
    abbreviations
        Scalars named in those expressions, with their meaning.
    convexity
        Why it is a minimiser, where that is seen from the second-order part; None where it is seen
        from the risk being a mean square.
    sums
        Sums over the examples that the polynomial names.
    """

    polynomial: TracePolynomial
    variables: tuple[Letter, ...]
    solution: Solution
    weight: sympy.Expr
    risk: sympy.Expr
    abbreviations: tuple[symbolic.Abbreviation, ...]
    convexity: Convexity | None
    sums: Sums = field(default_factory=Sums)

    @property
    def variable(self) -> Letter:
        """The one d x d weight."""
        (weight,) = self.variables
        return weight

    @property
    def multiple(self) -> Multiple | None:
        """The minimiser, where it is a multiple of the identity."""
        return self.solution if isinstance(self.solution, Multiple) else None

    @property
    def quotient(self) -> Quotient | None:
        """The minimiser, where it is another closed form."""
        return self.solution if isinstance(self.solution, Quotient) else None

    @property
    def equation(self) -> Stationary | None:
        """What stands for the minimiser, where that has no closed form for any covariances."""
        return self.solution if isinstance(self.solution, Stationary) else None

    @property
    def span(self) -> InSpan | None:
        """The minimiser, where it is made of outer products of fixed vectors, or of projections."""
        return self.solution if isinstance(self.solution, InSpan) else None

    @property
    def coefficients(self) -> Coefficients | None:
        """The minimiser, where it is that of several scalars."""
        return self.solution if isinstance(self.solution, Coefficients) else None

    @property
    def scalar(self) -> LeastValue | None:
        """Minimiser and risk as functions of sizes and parameters; None where covariances enter."""
        if isinstance(self.solution, Coefficients):
            return self.solution.closed
        if isinstance(self.solution, Multiple):
            return LeastValue((self.weight,), self.risk, self.solution.square)
        return None

    @property
    def value(self) -> LeastValue | None:
        """The same where fixed vectors enter as well, by their inner products, or a projection.

        Also where the risk alone is no longer about covariances; then there are no numbers.
        Then the numbers are those that the weight has in the span.
        """
        if isinstance(self.solution, Quotient) and self.solution.one is not None:
            _, scalar = self.solution.one
            if not self.abbreviations and not self.risk.has(sympy.Trace, Entry):
                return LeastValue((), self.risk, scalar)
        return self.scalar if self.span is None else self.span.closed

    @property
    def leaves_open(self) -> bool:
        """Whether other weights have the least risk, whatever the covariances."""
        return isinstance(self.solution, InSpan | Quotient) and self.solution.leaves_open

    @property
    def star(self) -> sympy.Expr:
        """A symbol for the minimiser."""
        return symbolic.symbol(_star(self.variable))

    def at(
        self,
        scalars: Mapping[str, Any],
        matrices: Mapping[str, Any],
        arithmetic: Arithmetic,
    ) -> tuple[Any, Any]:
        """Optimal weight (a matrix, or the factor of a multiple of I) and risk, as numbers.

        ``scalars`` holds ``n``, ``d`` and the design's parameters; ``matrices`` the covariances.
        Raises ZeroDivisionError where other weights are seen to have the same risk, and not only
        ones that differ outside of the range of a singular covariance.
        """
        found = self.minimum(scalars, matrices, arithmetic)
        if found.others and not found.outside:
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
                return Minimum(arithmetic.number(0), zero, others, multiple=True)
            factor, least = self.solution.factor, self.risk
            weight, risk = (scalar_value(e, scalars, arithmetic) for e in (factor, least))
            return Minimum(weight, risk, multiple=True)
        if isinstance(self.solution, Coefficients):
            column, least, only = self.solution.solve(scalars, matrices, arithmetic)
            return Minimum(column, least, "" if only else "other coefficients have the same risk")
        if isinstance(self.solution, InSpan):
            found = self.solution.at(scalars, matrices, arithmetic)
            if found is not None:
                return Minimum(*found)
            equation = stationary(self.polynomial, self.variable)
        elif isinstance(self.solution, Quotient):
            weight = _divided(self.solution, scalars, matrices, arithmetic)
            if weight is not None:
                risk = self._stationary_risk(weight, scalars, matrices, arithmetic)
                others = self.solution.others(scalars, matrices, arithmetic)
                return Minimum(weight, risk, others, outside=bool(others))
            equation = stationary(self.polynomial, self.variable)
        else:
            equation = self.solution
        least = equation.solve(scalars, matrices, arithmetic)
        zero = trace_value(self.polynomial.part(0, self.variable), scalars, matrices, arithmetic)
        return Minimum(least.weight, zero - least.gain, least.others)

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
        """The risk of a weight (a d x d matrix, or a column of scalars), by the polynomial."""
        scalars = self.sums.at(at.scalars, at.arithmetic)
        inside = {**at.matrices, **named(self.variables, weight)}
        return trace_value(self.polynomial, scalars, inside, at.arithmetic)


def named(variables: tuple[Letter, ...], weight: Any) -> dict[str, Any]:
    """Values by name: of one d x d weight that matrix, of several scalars the rows of a column.

    >>> from theory.designs.predictors import polynomial
    >>> from theory.scalars.arithmetic import EXACT
    >>> named(polynomial(2).weights, EXACT.matrix([[3], [5]]))["c_1"]
    [5]
    """
    if not all(w.rows == w.cols == ONE for w in variables):
        (one,) = variables
        return {one.name: weight}
    if isinstance(weight, flint.fmpq_mat):
        return {w.name: flint.fmpq_mat([[weight[k, 0]]]) for k, w in enumerate(variables)}
    return {w.name: weight[..., k : k + 1, :] for k, w in enumerate(variables)}


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
    if not isinstance(arithmetic, Exact) and _is_singular(denominator, arithmetic):
        return None
    try:  # transposed so that it can be solved from the left
        return arithmetic.transpose(
            arithmetic.solve(arithmetic.transpose(denominator), arithmetic.transpose(numerator))
        )
    except ZeroDivisionError:
        return None


def _is_singular(matrix: Any, arithmetic: Arithmetic) -> bool:
    """Whether a matrix has no inverse; in floating point, or is too near to one that has none."""
    if isinstance(arithmetic, Exact):
        return bool(matrix.rank() < matrix.nrows())
    rows = np.abs(matrix).max(axis=1, keepdims=True)
    return not rows.all() or bool(np.linalg.cond(matrix / rows) * np.finfo(float).eps > 0.1)


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
    solution: Solution
    span = in_span(risk, weight) if mean_square else None
    if span is not None and span.weight is not None and span.closed is not None:
        solution = span
        weight_expr, risk_expr = span.weight, span.closed.value
    elif risk.letters == {weight}:
        solution = _multiple(risk, weight, ranges)
        weight_expr = solution.factor
        _, slope, _ = along_identity(risk, weight)
        risk_expr = factored(constant.constant + slope * weight_expr / 2)
    else:
        try:
            solution = _quotient(gradient, weight, ranges)
            weight_expr = _written(solution, abbreviations)
            if convex is None:
                risk_expr = least_in_weight(risk, weight, abbreviations)
            else:
                risk_expr = _value(risk, weight, solution, abbreviations)
        except Underivable:
            if not mean_square:
                raise
            solution = span or _product(risk, weight, ranges) or stationary(risk, weight, ranges)
            weight_expr = symbolic.symbol(_star(weight))
            if isinstance(solution, Quotient):
                weight_expr = _written(solution, abbreviations)
            risk_expr = least_in_weight(risk, weight, abbreviations)
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
    stars = [symbolic.symbol(_star(weight)) for weight in weights]
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


def _quotient(gradient: MatrixPolynomial, weight: Letter, ranges: Ranges | None = None) -> Quotient:
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
    scale = positive_scale((e for c in gradient.terms.values() for e in c.terms.values()), ranges)

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
    outer = (left, tails[0][len(tails[0]) - shared :])
    space = weight.rows
    return Quotient(
        numerator, denominator, tuple(MatrixPolynomial(space, space, {w: 1}) for w in outer if w)
    )


def _product(risk: TracePolynomial, weight: Letter, ranges: Ranges | None) -> Quotient | None:
    """The minimiser where the stationarity equation is a product of sums."""
    found = factored_equation(stationarity(risk, weight, ranges))
    return None if found is None else Quotient(found.numerator, found.right, (found.left,))


def _written(solution: Quotient, abbreviations: tuple[symbolic.Abbreviation, ...]) -> sympy.Expr:
    top, bottom = (
        symbolic.matrix(p, abbreviations) for p in (solution.numerator, solution.denominator)
    )
    return top * bottom**-1


def _star(weight: Letter) -> Letter:
    """The minimiser as a letter."""
    return fixed(f"{weight.name}_star", weight.rows, weight.cols)


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
    star = scale * letter(_star(weight))
    gain = substitute(risk.part(1, weight), {weight: star}) * sympy.Rational(1, 2)
    return symbolic.scalar(risk.part(0, weight), abbreviations) + symbolic.scalar(gain)


def _common_suffix(words: list[Word]) -> int:
    """How many letters all words end with, that make a square matrix together."""
    size = 0
    while all(len(w) > size for w in words) and len({w[len(w) - size - 1] for w in words}) == 1:
        size += 1
    ends = words[0][len(words[0]) - size :]
    return next((size - k for k, f in enumerate(ends) if f.rows == ends[-1].cols), 0)


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
