"""The weight that minimises a risk, in closed form, with the steps that lead there.

Two arguments are known. *Invariance*: when no matrix but the weight occurs in a strictly convex
risk, the minimiser is unchanged by all rotations and is a multiple of the identity. *Cancellation*:
when all terms of the stationarity equation carry the weight between the same outer factors, these
cancel and ``W B = C`` remains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from theory import symbolic
from theory.arithmetic import Arithmetic
from theory.calculus import derivative, substitute, substitute_matrix
from theory.convexity import Convexity, Invariant, convexity, cut
from theory.errors import Underivable
from theory.latex import RELATIONS, equation, latex
from theory.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.positivity import Ranges, is_nonnegative
from theory.rational import cancelled, factored
from theory.values import matrix_value, trace_value
from theory.words import Letter, Trace, Word, fixed

MULTIPLE = sympy.Dummy("w")
SECOND_MOMENT = sympy.Symbol("M")


@dataclass(frozen=True)
class Step:
    """One step of a derivation: what was done, and the formula it led to (LaTeX)."""

    text: str
    latex: str


@dataclass(frozen=True)
class Multiple:
    """``W = factor * I``."""

    factor: sympy.Expr


@dataclass(frozen=True)
class Quotient:
    """``W = numerator denominator^{-1}``."""

    numerator: MatrixPolynomial
    denominator: MatrixPolynomial


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
        its factor.
    abbreviations
        Scalars named in those expressions, with their meaning.
    steps, conditions
        How it was found, and what it rests on.
    """

    polynomial: TracePolynomial
    variable: Letter
    solution: Multiple | Quotient
    weight: sympy.Expr
    risk: sympy.Expr
    abbreviations: tuple[symbolic.Abbreviation, ...]
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]

    def at(
        self,
        scalars: Mapping[str, Any],
        matrices: Mapping[str, Any],
        arithmetic: Arithmetic,
    ) -> tuple[Any, Any]:
        """Optimal weight (a matrix, or the factor of a multiple of I) and risk, as numbers.

        ``scalars`` holds ``n``, ``d`` and the design's parameters; ``matrices`` the covariances.
        Raises ZeroDivisionError where the optimum is not unique.
        """
        size = int(scalars["d"])
        linear = self.polynomial.part(1, self.variable)
        constant = trace_value(
            self.polynomial.part(0, self.variable), scalars, matrices, arithmetic
        )
        if isinstance(self.solution, Multiple):
            value = TracePolynomial.of(self.solution.factor)
            weight = trace_value(value, scalars, matrices, arithmetic)
            full = arithmetic.identity(size) * weight
        else:
            numerator, denominator = (
                matrix_value(p, scalars, matrices, arithmetic)
                for p in (self.solution.numerator, self.solution.denominator)
            )
            # W B = C, transposed so that it can be solved from the left.
            weight = full = arithmetic.transpose(
                arithmetic.solve(arithmetic.transpose(denominator), arithmetic.transpose(numerator))
            )
        inside = {**matrices, self.variable.name: full}
        gain = trace_value(linear, scalars, inside, arithmetic)
        return weight, constant + gain / 2


def minimise(risk: TracePolynomial, weight: Letter, ranges: Ranges | None = None) -> Optimum:
    """Minimise a risk that is quadratic in a d x d weight.

    ``ranges`` are those of the parameters (:func:`theory.positivity.ranges_of`); they decide what
    is visibly positive. Raises :class:`~theory.errors.Underivable` when neither argument applies.

    Examples
    --------
    >>> from theory import designs, predictors
    >>> from theory.risk import population_risk
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
    convex = convexity(risk, weight, ranges)
    steps = [
        Step(
            "The risk, by taking Gaussian moments",
            equation("L", symbolic.scalar(risk, abbreviations)),
        ),
        Step(
            "Its gradient, by differentiating words; it has to vanish",
            equation(
                rf"\frac{{\partial L}}{{\partial {latex(symbolic.symbol(weight))}}}",
                symbolic.matrix(gradient, abbreviations),
            ),
        ),
        _convex_step(convex, risk.part(2, weight), abbreviations),
    ]
    conditions = (_strictness(convex, abbreviations),)
    solution: Multiple | Quotient
    if risk.letters == {weight}:
        solution, weight_expr, more, condition = _multiple(gradient, weight)
        linear = substitute(risk.part(1, weight), {weight: identity(weight.rows)}).constant
        risk_expr = factored(constant.constant + linear * weight_expr / 2)
    else:
        quotient, weight_expr, more, condition = _quotient(gradient, weight, abbreviations)
        risk_expr = _value(risk, weight, quotient, abbreviations)
        solution = quotient
    steps += [
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
        (*conditions, condition),
    )


def _convex_step(
    convex: Convexity, second: TracePolynomial, abbreviations: tuple[symbolic.Abbreviation, ...]
) -> Step:
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


def _strictness(convex: Convexity, abbreviations: tuple[symbolic.Abbreviation, ...]) -> str:
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
    gradient: MatrixPolynomial, weight: Letter
) -> tuple[Multiple, sympy.Expr, list[Step], str]:
    reduced = substitute_matrix(gradient, {weight: MULTIPLE * identity(weight.rows)})
    if set(reduced.terms) - {()}:
        raise Underivable(f"the gradient at a multiple of the identity is {reduced}")
    slope = reduced.terms[()].constant
    factor = factored(-slope.subs(MULTIPLE, 0) / sympy.diff(slope, MULTIPLE))
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
    return Multiple(factor), factor, steps, rf"${latex(denominator)}$ must not vanish"


def _quotient(
    gradient: MatrixPolynomial, weight: Letter, abbreviations: tuple[symbolic.Abbreviation, ...]
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
    content = sympy.gcd_list(
        [c for p in (*(c for _, _, c in around), *(c for _, c in right)) for c in p.terms.values()]
    )

    def collect(words: list[Word], coefficients: list[TracePolynomial]) -> MatrixPolynomial:
        return MatrixPolynomial.sum(
            MatrixPolynomial(
                weight.cols,
                weight.cols,
                {w[: len(w) - shared]: c.map_coefficients(lambda x: cancelled(x / content))},
            )
            for w, c in zip(words, coefficients, strict=True)
        )

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
