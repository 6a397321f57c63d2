"""The stationarity equation as a product: ``L W B T = L C T``, which ``W = C B^{-1}`` solves.

With means the second moment of the features is a sum, such as ``S + m m'``, and the terms of the
equation are those of a product that was multiplied out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from theory.algebra.means import form
from theory.algebra.polynomials import MatrixPolynomial
from theory.algebra.values import Values
from theory.algebra.words import ONE, Word
from theory.optima.stationary.equations import Coupling, LinearEquation
from theory.scalars.arithmetic import Arithmetic, Exact
from theory.scalars.rational import cancelled


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
    def of_words(self) -> bool:
        """Whether each of what stood around it is one word."""
        return all(len(outer.terms) == 1 for outer in self.cancelled)

    @property
    def leaves_open(self) -> bool:
        """Whether what stood around it has no inverse, whatever the covariances."""
        letters = {f.letter for outer in self.cancelled for word in outer.terms for f in word}
        return any(a.idempotent or ONE in (a.rows, a.cols) for a in letters)

    def at(self, values: Values) -> Any:
        """The weight; None where ``B`` is singular, or too near to it to be told."""
        arithmetic = values.arithmetic
        top, bottom = map(values.matrix, (self.numerator, self.denominator))
        if not isinstance(arithmetic, Exact) and _is_singular(bottom, arithmetic):
            return None
        try:  # transposed so that it can be solved from the left
            found = arithmetic.solve(arithmetic.transpose(bottom), arithmetic.transpose(top))
        except ZeroDivisionError:
            return None
        return arithmetic.transpose(found)

    def others(self, values: Values) -> str:
        """Why other weights are optimal at numbers: what stood around it is singular there."""
        for outer in self.cancelled:
            if _is_singular(values.matrix(outer), values.arithmetic):
                name = " + ".join(" ".join(map(repr, word)) for word in outer.terms)
                return (
                    f"{name} is singular: what the weight does outside of its range has no effect"
                )
        return ""


def _is_singular(matrix: Any, arithmetic: Arithmetic) -> bool:
    """Whether a matrix has no inverse; in floating point, or is too near to one that has none."""
    if isinstance(arithmetic, Exact):
        return bool(matrix.rank() < matrix.nrows())
    rows = np.abs(matrix).max(axis=1, keepdims=True)
    return not rows.all() or bool(np.linalg.cond(matrix / rows) * np.finfo(float).eps > 0.1)


def quotient(equation: LinearEquation) -> Quotient | None:
    """The solution of an equation that is such a product; None where it is not seen to be one.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import designs
    >>> from theory.optima.stationary.equations import stationarity
    >>> from theory.risks.population import population_risk
    >>> risk = population_risk(designs.shifted_features, pgd)
    >>> found = quotient(stationarity(risk, pgd.weights[0]))
    >>> found.cancelled, found.numerator
    ((1 Sigma_x + 1 mu mu',), 1 Sigma_beta Sigma_x + 1 Sigma_beta mu mu')
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
    if form(left @ MatrixPolynomial(space, space, heads)) != form(equation.right):
        return None
    tail = _common_suffix([*rights[0].terms, *heads])
    numerator, denominator = (
        MatrixPolynomial(space, space, {w[: len(w) - len(tail)]: c for w, c in terms.items()})
        for terms in (heads, rights[0].terms)
    )
    outer = (left, MatrixPolynomial(space, space, {tail: 1}))
    return Quotient(numerator, denominator, tuple(p for p in outer if set(p.terms) != {()}))


def _common_suffix(words: Iterable[Word]) -> Word:
    """What all words end with, that makes a square matrix together."""
    first, *others = words
    size = 0
    while size < len(first) and all(w[-size - 1 :] == first[-size - 1 :] for w in others):
        size += 1
    ends = first[len(first) - size :]
    square = (k for k, f in enumerate(ends) if f.rows == ends[-1].cols)
    return ends[next(square, size) :]


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
