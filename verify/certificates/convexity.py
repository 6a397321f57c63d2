"""Certificates that a risk is strongly convex: of its Hessian as a sum of squares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.words import Word
from theory.language.files.reading import DesignFile
from theory.language.formulas.writing import written
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import InvariantHessian, Kronecker, hessian
from theory.scalars.rational import cancelled
from theory.scalars.symbols import d
from verify.certificates.challenge import Assertion, challenge, challenge_and_certificate
from verify.certificates.proving import Proof
from verify.certificates.writing import Certified

ANY, DEFINITE = "W", "tr(W*W')"


def certified_convexity(domain: Domain) -> Certified:
    """A certificate that the Hessian is what is derived, and positive for every W but zero.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> found = certified_convexity(Domain(designs.rag_unit))
    >>> [(one.relation, one.verdict) for one in found.assertions]
    [('=', 'exact'), ('>', 'proved')]
    """
    found, file = hessian(domain.design), DesignFile(domain.design)
    where = [*domain.definite, *map(written, domain.positive)]
    products = _of_parts(found) if isinstance(found, InvariantHessian) else _of_words(found)
    told = (("=", _text(found.second_order * 2), "exact"), (">", "0", "proved"))
    asserted = tuple(
        Assertion("hessian", text, verdict, relation=relation, at=ANY)
        for relation, text, verdict in told
    )
    steps: list[dict[str, Any]] = [
        {"difference": "0"},
        {"products": [["-1", *one] for one in products]},
    ]
    asked = challenge(file, where, [*asserted])
    proof = Proof(asked, (), ())
    for text in where:
        proof.algebra.assume(proof.algebra.read(text))
    for one, step in zip(asserted, steps, strict=True):
        proof.seen(one, step)
    return Certified(*challenge_and_certificate(asked, steps), asserted, ())


def _of_parts(found: InvariantHessian) -> Iterator[list[str]]:
    """The three parts of a weight that rotations do not mix, told by squares."""
    symmetric, asymmetric, identity = found.values
    told = (
        (asymmetric, (DEFINITE,)),
        ((symmetric - asymmetric) / 4, ("W + W'",)),
        ((identity - symmetric) / d, ("tr(W)", "tr(W)")),
    )
    for scalar, squares in told:
        if (factor := cancelled(scalar)) != 0:
            yield [*_factors(factor), *squares]


def _of_words(found: Kronecker) -> Iterator[list[str]]:
    """A product of positive semi-definite words for each of the Hessian's terms."""
    ((left, content),) = found.left.sorted_terms()
    for word, c in found.right.sorted_terms():
        yield [_text(content), _text(c), f"tr({_word((*left,))}*W*{_word(word)}*W')"]


def _factors(scalar: sympy.Expr) -> list[str]:
    top, below = sympy.fraction(scalar)
    number, factors = sympy.factor_list(top)
    texts = [written(factor) for factor, power in factors for _ in range(power)]
    return [*(written(one) for one in (number / below,) if one != 1), *texts]


def _text(polynomial: TracePolynomial) -> str:
    terms = (
        "*".join([f"({written(c)})", *(f"tr({_word(trace.word)})" for trace in monomial)])
        for monomial, c in polynomial.sorted_terms()
    )
    return " + ".join(terms) or "0"


def _word(word: Word) -> str:
    return "*".join(f.letter.name + "'" * f.transposed for f in word) or "I"
