"""Upper bounds of a least risk: it is at most that of predicting zero, as a weight of zero does."""

from __future__ import annotations

from fractions import Fraction

import sympy

from theory.designs.covariances import Projection
from theory.designs.design import ranges_of
from theory.designs.narrowed import is_seen
from theory.errors import Underivable
from theory.scalars.rational import cancelled
from theory.scalars.signs import Ranges
from verify.judge.proof import claimed_in, scalar_in
from verify.judge.question import Question
from verify.judge.rewriting import Rewriting
from verify.judge.target import OfDescent

AT_MOST = (
    "the least risk is at most that of predicting zero, and this is at most the formula for all "
    "sizes, covariances and parameters in their ranges"
)


def by_predicting_zero(question: Question) -> str | None:
    """Why an upper bound of a least risk holds wherever it has a value; None where not seen.

    That more than one weight may be optimal does not matter. Traces of covariances are not
    negative, and neither is the trace of a product of two of them, which is at most that of both
    traces: ``0 <= tr(A B) <= tr(A) tr(B)``.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("independent")
    >>> right, wrong = "tr(Sigma_x)*tr(Sigma_beta) + sigma^2", "tr(Sigma_x*Sigma_beta)"
    >>> asked = [questions(file, claim_of(file, risk=f"<= {one}"))[0] for one in (right, wrong)]
    >>> [by_predicting_zero(one) is not None for one in asked]
    [True, False]
    """
    target, relation = question.target, question.relation
    if not isinstance(target, OfDescent) or question.other is not None:
        return None
    plain = target.derivation.plain
    if relation.value[0] != "<" or not question.quantity.is_risk or plain.coefficients is not None:
        return None
    algebra = Rewriting(question.names, question.design)
    try:
        most = scalar_in(plain.polynomial.part(0, plain.variable), algebra)
        gap = cancelled(claimed_in(algebra, question) - most)
        ranges = {**ranges_of(question.design), **_of_traces(algebra)}
    except (Underivable, sympy.PolynomialError):
        return None
    seen = is_seen(gap, ranges, question.design.domain, relation.is_strict)
    return AT_MOST if seen else None


def _of_traces(algebra: Rewriting) -> Ranges:
    """The ranges of the symbols for traces of one covariance, and of products of two."""
    found = {}
    for word, symbol in list(algebra.known.items()):
        names = [a.name if isinstance(a, Projection) else a for a, _ in word]
        if not all(isinstance(name, str) for name in names):
            continue  # an inverse of a sum may be of any sign
        if len(word) == 1:
            found[symbol] = (sympy.Integer(0), sympy.oo)
        elif len(word) == 2 and all(exponent == Fraction(1) for _, exponent in word):
            high = sympy.Mul(*(algebra.trace(algebra.name(str(name))) for name in names))
            found[symbol] = (sympy.Integer(0), high)
    for symbol in algebra.known.values():
        if symbol not in found and any(high.has(symbol) for _, high in found.values()):
            found[symbol] = (sympy.Integer(0), sympy.oo)
    return found
