"""The stationarity equation of a quadratic risk: linear in the weight, written in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import derivative
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.traces import Trace
from theory.algebra.values import Values
from theory.algebra.words import Letter, Word, transpose
from theory.errors import Underivable
from theory.scalars.arithmetic import Arithmetic
from theory.scalars.rational import cancelled, common_divisor
from theory.scalars.signs import Ranges, is_positive
from theory.text.formulas import Formula

Named = tuple[tuple[str, MatrixPolynomial], ...]
"""Polynomials that have names."""


@dataclass(frozen=True)
class Sandwich:
    """The term ``left W right``, or ``left W' right`` where ``transposed``."""

    left: Word
    transposed: bool
    right: MatrixPolynomial


@dataclass(frozen=True)
class Coupling:
    """The term ``tr(inside W) outside``."""

    inside: Word
    outside: MatrixPolynomial


@dataclass(frozen=True)
class System:
    """A :class:`LinearEquation` with numbers put in: matrices in one arithmetic.

    Parameters
    ----------
    sandwiches
        ``(A, transposed, B)`` for every term ``A W B`` or ``A W' B``.
    couplings
        ``(C, D)`` for every term ``tr(C W) D``.
    right
        The right-hand side.
    """

    sandwiches: tuple[tuple[Any, bool, Any], ...]
    couplings: tuple[tuple[Any, Any], ...]
    right: Any
    arithmetic: Arithmetic

    def apply(self, weight: Any) -> Any:
        """The left-hand side at a weight (d x d)."""
        arithmetic, total = self.arithmetic, self.right * self.arithmetic.number(0)
        turned = arithmetic.transpose(weight)
        for left, transposed, right in self.sandwiches:
            total = total + left * (turned if transposed else weight) * right
        for inside, outside in self.couplings:
            total = total + outside * arithmetic.trace_of_product(inside, weight)
        return total

    def residual(self, weight: Any) -> Any:
        """Right minus left-hand side."""
        return self.right - self.apply(weight)


@dataclass(frozen=True)
class LinearEquation:
    """``sum A W B + sum A W' B + sum tr(C W) D = right``, with words for A, B, C and D.

    Parameters
    ----------
    weight
        The unknown, a d x d letter.
    sandwiches, couplings, right
        The terms; their coefficients may hold traces of words, but not the weight.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> risk = population_risk(designs.rag_general, predictors.pgd)
    >>> equation = stationarity(risk, predictors.pgd.weights[0])
    >>> [(s.left, s.transposed) for s in equation.sandwiches]
    [((Sigma_x,), False), ((Sigma_x,), True), ((Sigma_x, Sigma_beta, Sigma_x), False),
     ((Sigma_x, Sigma_beta, Sigma_x), True)]
    >>> equation.couplings[0].inside
    (Sigma_x,)
    """

    weight: Letter
    sandwiches: tuple[Sandwich, ...]
    couplings: tuple[Coupling, ...]
    right: MatrixPolynomial

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The letters besides the weight, in order."""
        found: set[Letter] = set()
        for word in (*(s.left for s in self.sandwiches), *(c.inside for c in self.couplings)):
            found |= {f.letter for f in word}
        polynomials = (
            *(s.right for s in self.sandwiches),
            *(c.outside for c in self.couplings),
            self.right,
        )
        for polynomial in polynomials:
            for word, c in polynomial.terms.items():
                found |= {f.letter for f in word} | c.letters
        return tuple(sorted(found, key=lambda a: a.key))

    def at(self, values: Values) -> System:
        """The equation at given scalars and matrices."""
        return System(
            tuple(
                (values.word(s.left), s.transposed, values.matrix(s.right)) for s in self.sandwiches
            ),
            tuple((values.word(c.inside), values.matrix(c.outside)) for c in self.couplings),
            values.matrix(self.right),
            values.arithmetic,
        )

    def formula(
        self, abbreviations: tuple[symbolic.Abbreviation, ...] = (), named: Named = ()
    ) -> Formula:
        """Left-hand and right-hand side; polynomials that are ``named`` by their names."""
        weight, space = symbolic.symbol(self.weight), self.weight.rows

        def written(polynomial: MatrixPolynomial) -> sympy.Expr:
            for name, known in named:
                if known.terms == polynomial.terms:
                    return sympy.MatrixSymbol(name, space.dimension, space.dimension)
            return symbolic.matrix(polynomial, abbreviations)

        terms = []
        for s in self.sandwiches:
            unknown = weight.T if s.transposed else weight
            terms.append(symbolic.word(s.left, space) * unknown * written(s.right))
        for c in self.couplings:
            trace = sympy.Trace(symbolic.word(c.inside, space) * weight)
            terms.append(sympy.MatMul(trace, written(c.outside)))
        return Formula(sympy.MatAdd(*terms), written(self.right))


def check_quadratic(risk: TracePolynomial, weight: Letter) -> None:
    """Raise :class:`~theory.errors.Underivable` where a risk is not of degree 2 in the weight."""
    degree = risk.degree(weight)
    if degree == 0:
        raise Underivable(
            "the risk does not depend on the weight, as where the features or the query are zero, "
            "so that there is nothing to optimise"
        )
    if degree != 2:
        raise Underivable(f"the risk has degree {degree} in {weight}, not 2")


def stationarity(
    risk: TracePolynomial, weight: Letter, ranges: Ranges | None = None
) -> LinearEquation:
    """The equation that the minimisers of a quadratic risk solve, without positive common factors.

    ``ranges`` are those of the parameters (:func:`theory.designs.design.ranges_of`). Raises
    :class:`~theory.errors.Underivable` when the risk is not of degree 2 in the weight.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> W = predictors.pgd.weights[0]
    >>> found = stationarity(population_risk(designs.isotropic_noiseless, predictors.pgd), W)
    >>> print(found.formula().latex)
    (d + n + 1) W = I
    """
    check_quadratic(risk, weight)
    around: dict[tuple[bool, Word], list[MatrixPolynomial]] = defaultdict(list)
    coupled: dict[Word, list[MatrixPolynomial]] = defaultdict(list)
    right = [MatrixPolynomial(weight.rows, weight.cols)]
    gradient = derivative(risk, weight)
    scale = positive_scale((e for c in gradient.terms.values() for e in c.terms.values()), ranges)
    for word, c in gradient.sorted_terms():
        at = next((k for k, f in enumerate(word) if f.letter == weight), None)
        for monomial, number in c.sorted_terms():
            coefficient = cancelled(number * scale)
            holds = next((k for k, t in enumerate(monomial) if _has(t, weight)), None)
            if at is not None:
                value = TracePolynomial({monomial: coefficient})
                part = MatrixPolynomial(weight.rows, weight.cols, {word[at + 1 :]: value})
                around[word[at].transposed, word[:at]].append(part)
            elif holds is not None:
                rest = TracePolynomial({monomial[:holds] + monomial[holds + 1 :]: coefficient})
                outside = MatrixPolynomial(weight.rows, weight.cols, {word: rest})
                coupled[_inside(monomial[holds], weight)].append(outside)
            else:
                value = TracePolynomial({monomial: -coefficient})
                right.append(MatrixPolynomial(weight.rows, weight.cols, {word: value}))
    return LinearEquation(
        weight,
        tuple(
            Sandwich(left, transposed, MatrixPolynomial.sum(parts))
            for (transposed, left), parts in around.items()
        ),
        tuple(Coupling(inside, MatrixPolynomial.sum(parts)) for inside, parts in coupled.items()),
        MatrixPolynomial.sum(right),
    )


def _has(trace: Trace, weight: Letter) -> bool:
    return any(f.letter == weight for f in trace.word)


def _inside(trace: Trace, weight: Letter) -> Word:
    """The ``C`` of ``tr(C W)``."""
    at = next(k for k, f in enumerate(trace.word) if f.letter == weight)
    rest = trace.word[at + 1 :] + trace.word[:at]
    return transpose(rest) if trace.word[at].transposed else rest


def positive_scale(numbers: Iterable[sympy.Expr], ranges: Ranges | None = None) -> sympy.Expr:
    """A positive scalar whose products with coefficients have no needless factors or denominators.

    >>> from theory.scalars.symbols import n
    >>> positive_scale([4 * n / (n + 1), 2 * n])
    (n + 1)/(2*n)
    """
    numbers = [cancelled(number) for number in numbers]
    bottom = sympy.lcm_list([sympy.fraction(number)[1] for number in numbers])
    if not is_positive(bottom, ranges):
        return sympy.Integer(1)
    tops = [cancelled(number * bottom) for number in numbers]
    number, factors = sympy.factor_list(common_divisor(tops))
    content = sympy.Mul(*(f**power for f, power in factors if is_positive(f, ranges)))
    return bottom / (abs(number) * content)
