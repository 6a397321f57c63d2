"""Bounds with covariances, by signs at each eigenvalue: of one, or of the product of two.

Everything is a sum over eigenvalues: traces are, and d is a sum of ones. So a difference, times a
denominator that is not negative, is a sum over the eigenvalues of a function of each and of traces.
Those of powers are at least what one eigenvalue adds to them; those of fractions have the sign that
the fraction is seen to have. Where this function is not negative, the difference is none.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from theory.algebra.spectral import EIGENVALUE
from theory.designs.design import ranges_of
from theory.designs.narrowed import is_seen
from theory.errors import Underivable
from theory.scalars.rational import cancelled
from theory.scalars.symbols import d
from verify.judge.paired import Paired
from verify.judge.proof import claimed_in, covariances_of, risk_in
from verify.judge.question import Question
from verify.judge.spectral import Spectra

SEEN = (
    "the difference of the two is a sum over the eigenvalues of {}, of which each term is seen {} "
    "for all sizes and all parameters in their ranges"
)


def by_eigenvalues(question: Question) -> str | None:
    """Why a bound holds for every covariance; None where that is not seen.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("ahn-2023")
    >>> (one,) = questions(file, claim_of(file, risk="<= tr(Sigma)"))
    >>> "each term is seen not to be negative" in by_eigenvalues(one)
    True
    """
    design, strict = question.design, question.relation.is_strict
    if question.derivation.plain.coefficients is not None or design.means or question.is_free:
        return None
    used = sorted(covariances_of(question))
    if len(used) > 2 or design.projections:
        return None
    algebra: Spectra | Paired = Spectra(question.names, design)
    if len(used) == 2:
        algebra = Paired(question.names, design, (used[0], used[1]))
    try:
        risk = risk_in(algebra, question)
        if risk is None:
            return None
        gap = question.relation.gap(risk, claimed_in(algebra, question))
    except (Underivable, sympy.PolynomialError):
        return None
    known = {symbol: function for function, symbol in algebra.traces.known.items()}
    top, bottom = sympy.fraction(cancelled(gap))
    positive = (sympy.Integer(0), sympy.oo)
    ranges = ranges_of(design) | {EIGENVALUE: positive}
    for symbol, function in known.items():  # each holds earlier ones alone
        if is_seen(function, ranges, design.domain, False):
            ranges[symbol] = positive
    for sign in (1, -1):
        if not is_seen(sign * bottom, ranges, design.domain, False):
            continue
        for each, rest in _by_eigenvalue(sympy.expand(sign * top), known):
            if is_seen(rest, ranges, design.domain, strict) and is_seen(
                each, ranges, design.domain, False
            ):
                words = "to be positive" if strict else "not to be negative"
                return SEEN.format(" ".join(used) or "I", words)
    return None


def _by_eigenvalue(
    total: sympy.Expr, known: dict[sympy.Symbol, sympy.Expr]
) -> Iterator[tuple[sympy.Expr, sympy.Expr]]:
    """Ways to write a polynomial in traces and d as a sum over eigenvalues and a rest.

    Of each term one factor is written as a sum: a trace of a fraction, in which terms are linear;
    or else the trace of the highest power, or of the lowest; or d, where it is there.
    """
    powers = [s for s, f in known.items() if f.is_polynomial(EIGENVALUE)]
    powers.sort(key=lambda s: sympy.degree(known[s], EIGENVALUE))
    fractions = [s for s in known if s not in powers]
    for order in ([*reversed(powers), d], [*powers, d], [d, *powers], [d], powers):
        each, rest = sympy.Integer(0), sympy.Integer(0)
        for term in sympy.Add.make_args(total):
            own = next((s for s in (*fractions, *order) if term.has(s)), None)
            if own is None:
                rest += term
            else:
                each += term / own * (1 if own == d else known[own])
        if any(each.has(s) for s in fractions):
            continue
        # a symbol then stands for what the other eigenvalues add; where its denominator is zero, a
        # matrix has no inverse
        each = cancelled(each.xreplace({s: known[s] + s for s in powers}))
        yield sympy.Mul(*sympy.fraction(each)), rest
