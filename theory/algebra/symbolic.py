"""Words as SymPy matrix expressions, for printing and for comparing with a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

import sympy
from sympy import Identity, MatrixSymbol, Trace
from sympy.printing.precedence import PRECEDENCE

from theory.algebra.invariants import dot
from theory.algebra.polynomials import MatrixPolynomial, Monomial, TracePolynomial
from theory.algebra.traces import Trace as PolynomialTrace
from theory.algebra.words import ONE, D, Letter, N, Space, Word, transpose
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
    """A 1 x 1 matrix as a scalar; an inner product of two vectors by its own symbol.

    >>> from theory.text.latex import latex
    >>> x, S = MatrixSymbol("x", 3, 1), MatrixSymbol("S", 3, 3)
    >>> latex(2 * entry(x.T * S * x) ** 2), latex(entry(x.T * x))
    ('2 \\\\left(x^\\\\top S x\\\\right)^{2}', '\\\\|x\\\\|^{2}')
    """
    if isinstance(matrix, MatrixSymbol):
        return sympy.Symbol(matrix.name)
    if isinstance(matrix, sympy.Transpose):
        return entry(matrix.arg)
    match matrix.args:
        case (sympy.Transpose(arg=MatrixSymbol(name=one)), MatrixSymbol(name=other)):
            return dot(one, other)
    return Entry(matrix)


def inner(
    left: sympy.Expr, right: sympy.Expr, transposed: Callable[[sympy.Expr], sympy.Expr]
) -> sympy.Expr:
    """The inner product of two vectors, multiplied out.

    ``transposed`` says what the transpose of a product is.

    >>> u, v = (MatrixSymbol(name, 3, 1) for name in "uv")
    >>> inner(u + 2 * v, v, sympy.Transpose)
    dot(u, v) + 2*dot(v, v)
    """
    total = sympy.Integer(0)
    for c, ours in _terms(left):
        for e, theirs in _terms(right):
            row = (transposed(factor) for factor in reversed(ours))
            total += c * e * entry(sympy.MatMul(*row, *theirs))
    return total


def trace(expr: sympy.Expr) -> sympy.Expr:
    """The trace of a matrix; outer products of vectors in it become inner ones.

    >>> u, v = (MatrixSymbol(name, 3, 1) for name in "uv")
    >>> trace(2 * u * v.T + MatrixSymbol("S", 3, 3))
    2*dot(u, v) + Trace(S)
    """
    total, rest = sympy.Integer(0), []
    for c, factors in _terms(expr):
        cut = next((k for k, factor in enumerate(factors) if factor.shape[0] == 1), None)
        if cut is None:
            rest.append(sympy.MatMul(c, *factors))
        else:
            total += c * entry(sympy.MatMul(*factors[cut:], *factors[:cut]))
    if total == 0:
        return Trace(expr)
    return total + (Trace(sympy.MatAdd(*rest).doit()) if rest else 0)


def _terms(expr: sympy.Expr) -> list[tuple[sympy.Expr, Sequence[sympy.Expr]]]:
    """The terms of a matrix: a scalar and a product of matrices each; none of zero."""
    terms = expr.args if expr.is_MatAdd else (expr,)
    parts = [t.as_coeff_matrices() if t.is_MatMul else (sympy.Integer(1), [t]) for t in terms]
    return [one for one in parts if not any(factor.is_ZeroMatrix for factor in one[1])]


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
    return entry(word(least, ONE))


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
