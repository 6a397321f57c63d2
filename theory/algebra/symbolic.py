"""Words as SymPy matrix expressions, for printing and for comparing with a claim."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import sympy
from sympy import Identity, MatrixSymbol, Trace
from sympy.printing.precedence import PRECEDENCE

from theory.algebra.polynomials import MatrixPolynomial, Monomial, TracePolynomial
from theory.algebra.words import ONE, D, Letter, N, Space, Word, transpose
from theory.algebra.words import Trace as PolynomialTrace
from theory.scalars.rational import factored

Abbreviation = tuple[sympy.Symbol, TracePolynomial]


class Diagonal(sympy.MatrixExpr):
    """A diagonal matrix over the examples, for printing: its entry, an expression in the index."""

    def __new__(cls, entry: sympy.Expr) -> Diagonal:
        made: Diagonal = sympy.MatrixExpr.__new__(cls, entry)
        return made

    @property
    def shape(self) -> tuple[sympy.Expr, sympy.Expr]:
        return N.dimension, N.dimension


class Entry(sympy.Expr):
    """The number in a 1 x 1 matrix, for printing: as the matrix is."""

    precedence = PRECEDENCE["Mul"]
    is_commutative = True

    def __new__(cls, matrix: sympy.Expr) -> Entry:
        made: Entry = sympy.Expr.__new__(cls, matrix)
        return made

    def _sympystr(self, printer: Any) -> str:
        return str(printer._print(self.args[0]))


def entry(matrix: sympy.Expr) -> sympy.Expr:
    """A 1 x 1 matrix as a scalar.

    >>> from theory.text.latex import latex
    >>> x = MatrixSymbol("x", 3, 1)
    >>> latex(2 * entry(x.T * x) ** 2)
    '2 \\\\left(x^\\\\top x\\\\right)^{2}'
    """
    if isinstance(matrix, MatrixSymbol):
        return sympy.Symbol(matrix.name)
    if isinstance(matrix, sympy.Transpose):
        return entry(matrix.arg)
    return Entry(matrix)


def symbol(letter: Letter) -> sympy.Expr:
    """A letter as a SymPy symbol: a scalar for a 1 x 1 letter, a MatrixSymbol otherwise.

    A power of another letter is written as one.
    """
    if letter.base is not None:
        return symbol(letter.base) ** sympy.Rational(*letter.exponent.as_integer_ratio())
    if letter.rows == letter.cols == ONE:
        return sympy.Symbol(letter.name)
    return MatrixSymbol(letter.name, letter.rows.dimension, letter.cols.dimension)


def word(letters: Word, space: Space) -> sympy.Expr:
    """A word as a product; runs of equal letters become powers.

    >>> from theory.algebra.words import D, Factor, symmetric
    >>> S = symmetric("S", D)
    >>> word((Factor(S, False), Factor(S, False)), D)
    S**2
    """
    factors = _factors(letters)
    if len(factors) < 2:
        return factors[0] if factors else Identity(space.dimension)
    return sympy.MatMul(*factors)


def _factors(letters: Word) -> list[sympy.Expr]:
    """What a word is a product of; neighbours differ, so that nothing is left to simplify."""
    found = []
    for factor, run in groupby(letters):
        base = symbol(factor.letter)
        count = len(list(run))
        base = base if not factor.transposed else base.T
        found.append(base if count == 1 else base**count)
    return found


def scalar(polynomial: TracePolynomial, abbreviations: Iterable[Abbreviation] = ()) -> sympy.Expr:
    """A trace polynomial as a SymPy scalar, with abbreviations put in where they divide it."""
    total = []
    for name, meaning in abbreviations:
        key = max(meaning.terms, key=len)
        for monomial, c in polynomial.sorted_terms():
            cofactor = _without(monomial, key)
            if cofactor is None:
                continue
            ratio = TracePolynomial({cofactor: c / meaning.terms[key]})
            rest = polynomial - meaning * ratio
            if len(rest.terms) <= len(polynomial.terms) - len(meaning.terms):
                total.append(name * scalar(ratio))
                polynomial = rest
    for monomial, c in polynomial.sorted_terms():
        total.append(sympy.Mul(factored(c), *map(_trace, monomial)))
    return sympy.Add(*total)


def _trace(trace: PolynomialTrace) -> sympy.Expr:
    """A trace; of a word that passes through the one-dimensional space, the number that it is."""
    letters = trace.word
    cut = next((k for k, factor in enumerate(letters) if factor.rows == ONE), None)
    if cut is None:
        return Trace(word(letters, letters[0].rows))
    if len(letters) == 1:
        return symbol(letters[0].letter)
    opened = letters[cut:] + letters[:cut]
    least = min((opened, transpose(opened)), key=lambda w: sum(f.transposed for f in w[1:]))
    return Entry(word(least, ONE))


def _without(monomial: Monomial, part: Monomial) -> Monomial | None:
    """The monomial divided by another, if it can be."""
    left = list(monomial)
    for trace in part:
        if trace not in left:
            return None
        left.remove(trace)
    return tuple(left)


def matrix(polynomial: MatrixPolynomial, abbreviations: Iterable[Abbreviation] = ()) -> sympy.Expr:
    """A matrix polynomial as a SymPy matrix expression.

    >>> from theory.algebra.words import D, symmetric
    >>> from theory.algebra.polynomials import letter
    >>> S = letter(symmetric("S", D))
    >>> matrix(2 * S @ S)
    2*S**2
    """
    parts = [
        _multiple(scalar(c, abbreviations), word(letters, polynomial.rows))
        for letters, c in reversed(polynomial.sorted_terms())
    ]
    if not parts:
        return sympy.ZeroMatrix(polynomial.rows.dimension, polynomial.cols.dimension)
    return parts[0] if len(parts) == 1 else sympy.MatAdd(*parts)


def whole(weight: sympy.Expr) -> sympy.Expr:
    """A weight as a matrix expression: a scalar stands for that multiple of the identity.

    >>> whole(1 / sympy.Symbol("n"))
    1/n*I
    """
    return weight if weight.is_Matrix else sympy.MatMul(weight, Identity(D.dimension))


def _multiple(factor: sympy.Expr, product: sympy.Expr) -> sympy.Expr:
    if factor == 1 or not product.is_Matrix:
        return factor * product
    factors = product.args if isinstance(product, sympy.MatMul) else (product,)
    return sympy.MatMul(factor, *factors)
