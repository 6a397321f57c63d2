"""Differentiating, substituting and folding words."""

from __future__ import annotations

from collections.abc import Mapping

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter, trace_of
from theory.algebra.words import Factor, Letter, Word, transpose
from theory.errors import ShapeError


def derivative(polynomial: TracePolynomial, by: Letter) -> MatrixPolynomial:
    """The gradient with respect to a fixed letter: entry (i, j) is the derivative by its (i, j).

    Examples
    --------
    >>> from theory.algebra.words import D, fixed, symmetric
    >>> W, S = fixed("W", D, D), symmetric("S", D)
    >>> derivative((letter(W) @ letter(S) @ letter(W).mT).trace(), W)
    2 W S
    """
    if by.is_gaussian or by.is_symmetric:
        raise ShapeError(f"can only differentiate by an unconstrained fixed letter, not {by}")
    parts = [MatrixPolynomial(by.rows, by.cols)]
    for monomial, c in polynomial.terms.items():
        for k, trace in enumerate(monomial):
            rest = TracePolynomial({(*monomial[:k], *monomial[k + 1 :]): c})
            for at, factor in enumerate(trace.word):
                if factor.letter != by:
                    continue
                around = trace.word[at + 1 :] + trace.word[:at]
                word = around if factor.transposed else transpose(around)
                parts.append(MatrixPolynomial(by.rows, by.cols, {word: rest}))
    return MatrixPolynomial.sum(parts)


def _replaced(word: Word, table: Mapping[Letter, MatrixPolynomial]) -> MatrixPolynomial:
    value = identity(word[0].rows)
    for factor in word:
        new = table.get(factor.letter)
        new = letter(factor.letter) if new is None else new
        value = value @ (new.mT if factor.transposed else new)
    return value


def substitute(
    polynomial: TracePolynomial, table: Mapping[Letter, MatrixPolynomial]
) -> TracePolynomial:
    """Replace letters by matrix polynomials of the same shape.

    Examples
    --------
    >>> from theory.algebra.words import D, symmetric
    >>> S, T = symmetric("S", D), symmetric("T", D)
    >>> substitute((letter(S) @ letter(S)).trace(), {S: letter(T) + identity(D)})
    d + 2 tr(T) + 1 tr(T T)
    """
    total = []
    for monomial, c in polynomial.terms.items():
        value = TracePolynomial.of(c)
        for trace in monomial:
            value = value * _replaced(trace.word, table).trace()
        total.append(value)
    return TracePolynomial.sum(total)


def substitute_matrix(
    polynomial: MatrixPolynomial, table: Mapping[Letter, MatrixPolynomial]
) -> MatrixPolynomial:
    """The same for a matrix polynomial, its trace coefficients included."""
    parts = [MatrixPolynomial(polynomial.rows, polynomial.cols)]
    for word, c in polynomial.terms.items():
        value = _replaced(word, table) if word else identity(polynomial.rows)
        parts.append(value * substitute(c, table))
    return MatrixPolynomial.sum(parts)


def fold(polynomial: TracePolynomial, pattern: Word, new: Letter) -> TracePolynomial:
    """Replace every (cyclic, non-overlapping) occurrence of a subword or its transpose by a letter.

    Examples
    --------
    >>> from theory.algebra.words import D, fixed, symmetric
    >>> R, B, S = symmetric("R", D), symmetric("B", D), symmetric("S", D)
    >>> pattern = tuple(Factor(a, False) for a in (R, B, R))
    >>> fold((letter(R) @ letter(R) @ letter(B)).trace(), pattern, S)
    1 tr(S)
    """
    total = []
    size = len(pattern)
    replacements = [(pattern, Factor(new, False)), (transpose(pattern), Factor(new, False).T)]
    for monomial, c in polynomial.terms.items():
        value = TracePolynomial.of(c)
        for trace in monomial:
            word = trace.word
            at = 0
            while at < len(word):
                turned = word[at:] + word[:at]
                for wanted, factor in replacements:
                    if turned[:size] == wanted:
                        word = (factor, *turned[size:])
                        at = -1
                        break
                at += 1
            value = value * trace_of(word, word[0].rows)
        total.append(value)
    return TracePolynomial.sum(total)
