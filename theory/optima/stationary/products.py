"""The stationarity equation as a product: ``L W G = L H``, which ``W G = H`` solves.

With means the second moment of the features is a sum, such as ``S + m m'``, and the terms of the
equation are those of a product that was multiplied out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sympy

from theory.algebra.means import form
from theory.algebra.polynomials import MatrixPolynomial
from theory.algebra.words import ONE, Word
from theory.optima.stationary.equations import Coupling, LinearEquation
from theory.scalars.rational import cancelled


@dataclass(frozen=True)
class Factored:
    """``left W right = left numerator``."""

    left: MatrixPolynomial
    right: MatrixPolynomial
    numerator: MatrixPolynomial


def factored(equation: LinearEquation) -> Factored | None:
    """The equation as such a product; None where it is not seen to be one.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import designs
    >>> from theory.optima.stationary.equations import stationarity
    >>> from theory.risks.population import population_risk
    >>> risk = population_risk(designs.shifted_features, pgd)
    >>> found = factored(stationarity(risk, pgd.weights[0]))
    >>> found.left, found.numerator
    (1 Sigma_x + 1 mu mu', 1 Sigma_beta Sigma_x + 1 Sigma_beta mu mu')
    """
    space = equation.weight.rows
    around: dict[Word, list[MatrixPolynomial]] = defaultdict(list)
    for sandwich in equation.sandwiches:
        if sandwich.transposed:
            return None
        around[sandwich.left].append(sandwich.right)
    for coupling in equation.couplings:
        opened = _opened(coupling)
        if opened is None:
            return None
        for word, right in opened:
            around[word].append(right)
    words = sorted(around, key=_passes)
    rights = [MatrixPolynomial.sum(around[word]) for word in words]
    shares = [_ratio(right, rights[0]) for right in rights]
    if any(share is None for share in shares):
        return None
    left = MatrixPolynomial(space, space, dict(zip(words, shares, strict=True)))
    first = words[0]
    heads = {
        word[len(first) :]: c
        for word, c in equation.right.terms.items()
        if word[: len(first)] == first
    }
    numerator = MatrixPolynomial(space, space, heads)
    if form(left @ numerator) != form(equation.right):
        return None
    return Factored(left, rights[0], numerator)


def _passes(word: Word) -> bool:
    """Whether a word passes through the one-dimensional space."""
    return any(factor.rows == ONE for factor in word)


def _opened(coupling: Coupling) -> list[tuple[Word, MatrixPolynomial]] | None:
    """``tr(a u' W) p q'`` as ``p u' W a q'``; None where one does not pass through a number."""
    inside = coupling.inside
    if not _passes(inside):
        return None
    cut = next(k for k, factor in enumerate(inside) if factor.rows == ONE)
    found = []
    for word, c in coupling.outside.terms.items():
        if not _passes(word):
            return None
        at = next(k for k, factor in enumerate(word) if factor.rows == ONE)
        right = MatrixPolynomial(
            coupling.outside.rows, coupling.outside.cols, {inside[:cut] + word[at:]: c}
        )
        found.append((word[:at] + inside[cut:], right))
    return found


def _ratio(one: MatrixPolynomial, other: MatrixPolynomial) -> sympy.Expr | None:
    """The scalar c with ``one = c other``; None where there is none."""
    a, b = form(one), form(other)
    if not a.terms or a.terms.keys() != b.terms.keys():
        return None
    monomial = min(a.terms, key=lambda m: [trace.key for trace in m])
    share = cancelled(a.terms[monomial] / b.terms[monomial])
    return share if a == b * share else None
