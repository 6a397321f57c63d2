"""A claim compared with the derivation in an algebra of matrices: a proof for all sizes."""

from __future__ import annotations

from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.words import Letter, Word
from theory.designs.design import IDENTITY, ranges_of
from theory.errors import Underivable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import Tree
from theory.language.formulas.values import value
from theory.optima.stationary.equations import stationarity
from verify.judge.at_test import AtTest
from verify.judge.free_algebra import FreeAlgebra
from verify.judge.matrix_algebra import MatrixAlgebra
from verify.judge.question import Question
from verify.judge.rewriting import Rewriting
from verify.judge.spans import Spans
from verify.judge.spectral import Spectra
from verify.judge.target import AtWeight

FREELY = (
    "proved: claim and derivation are the same polynomial in the weight, its transpose and the "
    "design's covariances and fixed vectors, for all sizes"
)
IN_SPAN = (
    "proved: claim and derivation are the same for all sizes and fixed vectors, in the span of I "
    "and of outer products, as functions of inner products"
)
BY_EIGENVALUES = (
    "proved: only one covariance occurs, and as functions of its eigenvalues claim and "
    "derivation are the same for all sizes"
)
BY_WORDS = (
    "proved: claim and derivation are the same for all sizes, word by word in covariances that "
    "need not commute"
)


def proved(question: Question, weight: Question | None = None) -> str | None:
    """Why a claim with covariances is right for all sizes; None where that is not seen.

    ``weight`` is a claimed weight that is known to be optimal.
    """
    if question.derivation.plain.coefficients is not None:
        return None
    tried: list[tuple[type[MatrixAlgebra], str]] = [(Rewriting, BY_WORDS)]
    if question.is_free:
        tried = [(FreeAlgebra, FREELY)]
    elif question.design.means:
        tried = [(Spans, IN_SPAN)]
    elif len(covariances_of(question, weight)) < 2:
        tried = [(Spectra, BY_EIGENVALUES), *tried]
    try:
        for algebra, why in tried:
            if _equal(question, weight, algebra(question.names, question.design)):
                return why
    except (Underivable, sympy.PolynomialError):
        pass
    return None


def covariances_of(question: Question, weight: Question | None = None) -> set[str]:
    """The covariances that claim and derivation hold, without those made of others."""
    asked = [q for q in (question, weight) if q is not None]
    plain = question.derivation.plain
    letters = plain.polynomial.letters
    if isinstance(question.target, AtTest) and not question.target.is_summed:
        letters |= question.target.shifted.polynomial.letters
    used = {(a.base or a).name for a in letters if a != plain.variable}
    used |= {name for q in asked for name in q.used & question.matrices} - {IDENTITY}
    made = {one.name: {name for name, _ in one.powers} for one in question.design.defined}
    return {name for each in used for name in made.get(each, {each})}


def _equal(question: Question, claimed_weight: Question | None, algebra: MatrixAlgebra) -> bool:
    """Whether a weight solves the stationarity equation, or a risk is that of such a weight."""
    if question.quantity is Quantity.WEIGHT:
        return _solves(_weight(question, algebra), question, algebra)
    risk = risk_in(algebra, question, claimed_weight)
    return risk is not None and algebra.is_zero(claimed_in(algebra, question) - risk)


def risk_in(
    algebra: MatrixAlgebra, question: Question, claimed_weight: Question | None = None
) -> Any:
    """The derived risk in an algebra of matrices; None where it has no formula there."""
    plain = question.derivation.plain
    if isinstance(question.target, AtWeight):
        given = (plain.variable, _scaled(question.target.weight.tree, question, algebra))
        return scalar_in(plain.polynomial, algebra, given)
    if claimed_weight is None:
        weight = weight_in(algebra, question)
    else:
        weight = _weight(claimed_weight, algebra)
        if not _solves(weight, question, algebra):
            return None
    if weight is None:
        return None
    if isinstance(question.target, AtTest):
        found = question.target.shifted
        return scalar_in(found.polynomial, algebra, (plain.variable, weight * found.ratio))
    polynomial, variable = plain.polynomial, plain.variable
    constant, linear = (
        scalar_in(polynomial.part(k, variable), algebra, (variable, weight)) for k in (0, 1)
    )
    return constant + linear / 2


def weight_in(algebra: MatrixAlgebra, question: Question) -> Any:
    """The optimal weight without a scale in an algebra of matrices; None for no formula there."""
    plain = question.derivation.plain
    if plain.span is not None and plain.span.closed is not None:
        return _matrix(plain.span.polynomial(plain.span.closed.at), algebra)
    if plain.quotient is not None:
        top, bottom = (
            _matrix(p, algebra) for p in (plain.quotient.numerator, plain.quotient.denominator)
        )
        return top * algebra.inverse(bottom)
    if plain.multiple is not None:
        return algebra.one * plain.multiple.factor
    return None


def claimed_in(algebra: MatrixAlgebra, question: Question) -> Any:
    """A claimed risk, also where the excess is claimed."""
    claimed = value(question.formula.tree, algebra)
    return claimed + question.noise if question.quantity is Quantity.EXCESS else claimed


def _weight(question: Question, algebra: MatrixAlgebra) -> Any:
    """A claimed weight, in the convention without a scale."""
    return _scaled(question.formula.tree, question, algebra)


def _scaled(tree: Tree, question: Question, algebra: MatrixAlgebra) -> Any:
    found = value(tree, algebra)
    if not algebra.is_matrix(found):
        found = algebra.one * found
    return found * question.file.scale


def _solves(weight: Any, question: Question, algebra: MatrixAlgebra) -> bool:
    plain = question.derivation.plain
    equation = stationarity(plain.polynomial, plain.variable, ranges_of(question.design))
    turned = algebra.transpose(weight)
    total = -_matrix(equation.right, algebra)
    for s in equation.sandwiches:
        middle = turned if s.transposed else weight
        total += _word(s.left, algebra) * middle * _matrix(s.right, algebra)
    for c in equation.couplings:
        trace = algebra.trace(_word(c.inside, algebra) * weight)
        total += _matrix(c.outside, algebra) * trace
    return algebra.is_zero(total)


Known = tuple[Letter, Any]
"""A letter, and the matrix that it stands for."""


def _word(word: Word, algebra: MatrixAlgebra, known: Known | None = None) -> Any:
    found = algebra.one
    for factor in word:
        if known is not None and factor.letter == known[0]:
            found *= algebra.transpose(known[1]) if factor.transposed else known[1]
        else:
            named = _letter(factor.letter, algebra)
            vector = factor.letter.cols != factor.letter.rows
            found *= algebra.transpose(named) if vector and factor.transposed else named
    return found


def _letter(letter: Letter, algebra: MatrixAlgebra) -> Any:
    if letter.base is None:
        return algebra.name(letter.name)
    return algebra.power(letter.base.name, letter.exponent)


def scalar_in(
    polynomial: TracePolynomial, algebra: MatrixAlgebra, known: Known | None = None
) -> Any:
    """A polynomial in traces, in an algebra of matrices."""
    total = sympy.Integer(0)
    for monomial, c in polynomial.terms.items():
        total += c * sympy.Mul(*(algebra.trace(_word(t.word, algebra, known)) for t in monomial))
    return total


def _matrix(polynomial: MatrixPolynomial, algebra: MatrixAlgebra) -> Any:
    total = algebra.one * sympy.Integer(0)
    for word, c in polynomial.terms.items():
        total += _word(word, algebra) * scalar_in(c, algebra)
    return total
