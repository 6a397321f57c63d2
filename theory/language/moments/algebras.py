"""Two algebras that moments are read in: words, of which expectations are taken, and SymPy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.words import Factor, Space, inverse
from theory.errors import InputError
from theory.language.formulas.scalars import rational
from theory.language.moments.letters import Letters

TERMS = 2048
"""Products of words that a sum may hold, multiplied out."""
LENGTH = 240
"""Letters of one word."""

Scalar: TypeAlias = TracePolynomial
Polynomial: TypeAlias = TracePolynomial | MatrixPolynomial


@dataclass(frozen=True)
class WordPolynomials:
    """Polynomials in words; a Gaussian matrix is a centred letter and its mean.

    >>> from theory.language.formulas.parser import SOMEWHERE, parse
    >>> from theory.language.moments.letters import Let, letters
    >>> from theory.language.moments.reading import Reader
    >>> known = letters([Let("x", "gaussian(d, 1, S, m)", SOMEWHERE)])
    >>> Reader(known, WordPolynomials(known)).read(parse("x'*S^-1*x")).value
    1 tr(S^-1 m m') + 2 tr(S^-1 m x') + 1 tr(S^-1 x x')
    """

    letters: Letters

    def number(self, value: Fraction) -> TracePolynomial:
        return TracePolynomial.of(rational(value))

    def scalar(self, name: str) -> TracePolynomial:
        return TracePolynomial.of(sympy.Symbol(name))

    def matrix(self, name: str) -> MatrixPolynomial:
        found = letter(self.letters.matrices[name])
        return found + self.letters.means[name] if name in self.letters.means else found

    def identity(self, space: Space) -> MatrixPolynomial:
        return identity(space)

    def plus(self, a: Polynomial, b: Polynomial) -> Polynomial:
        _bound(_terms(a) + _terms(b))
        return a + b

    def scaled(self, scalar: TracePolynomial, value: Polynomial) -> Polynomial:
        _bound(_terms(scalar) * _terms(value), _longest(scalar) + _longest(value))
        return value * scalar

    def product(self, a: MatrixPolynomial, b: MatrixPolynomial) -> MatrixPolynomial:
        _bound(_terms(a) * _terms(b), _longest(a) + _longest(b))
        return a @ b

    def power(self, base: Polynomial, exponent: int) -> Polynomial:
        times = self.product if isinstance(base, MatrixPolynomial) else self.scaled
        return reduce(times, [base] * exponent)  # type: ignore[arg-type]

    def transpose(self, a: MatrixPolynomial) -> MatrixPolynomial:
        return a.mT

    def trace(self, a: MatrixPolynomial) -> TracePolynomial:
        return a.trace()

    def entry(self, a: MatrixPolynomial) -> TracePolynomial:
        return a.trace()

    def over(self, scalar: TracePolynomial) -> TracePolynomial:
        if any(scalar.terms):
            raise InputError(
                "found a division by a trace or by a product of vectors; expected a number, sizes "
                "and scalars, as moments are polynomials"
            )
        if not scalar:
            raise InputError("found a division by zero")
        return TracePolynomial.of(1 / scalar.constant)

    def inverse(self, a: MatrixPolynomial) -> MatrixPolynomial:
        expected = "expected that of fixed square matrices by name, as moments are polynomials"
        if len(a.terms) != 1:
            raise InputError(f"found the inverse of a sum; {expected}")
        ((word, front),) = a.terms.items()
        if any(f.letter.is_gaussian for f in word):
            raise InputError(f"found the inverse of a random matrix; {expected}")
        if any(f.rows != f.cols for f in word):
            raise InputError(f"found the inverse of a product of matrices not square; {expected}")
        turned = tuple(Factor(inverse(f.letter), f.transposed) for f in reversed(word))
        return MatrixPolynomial(a.rows, a.cols, {turned: self.over(front)})


def _terms(a: Polynomial) -> int:
    """Products of words, each as often as its coefficient has terms."""
    if isinstance(a, TracePolynomial):
        return max(1, sum(len(sympy.Add.make_args(c)) for c in a.terms.values()))
    return max(1, sum(map(_terms, a.terms.values())))


def _longest(a: Polynomial) -> int:
    """Letters of the longest product."""
    if isinstance(a, TracePolynomial):
        return max((sum(len(t.word) for t in m) for m in a.terms), default=0)
    return max((len(word) + _longest(front) for word, front in a.terms.items()), default=0)


def _bound(terms: int, length: int = 0) -> None:
    if terms > TERMS:
        raise InputError(f"found a sum of more than {TERMS} products, multiplied out")
    if length > LENGTH:
        raise InputError(f"found a product of {length} matrices; expected at most {LENGTH}")


@dataclass(frozen=True)
class MatrixExpressions:
    """SymPy expressions as they were written, for printing."""

    letters: Letters

    def number(self, value: Fraction) -> sympy.Expr:
        return rational(value)

    def scalar(self, name: str) -> sympy.Expr:
        return sympy.Symbol(name)

    def matrix(self, name: str) -> sympy.Expr:
        a = self.letters.matrices[name]
        return sympy.MatrixSymbol(symbolic.symbol(a).name, a.rows.dimension, a.cols.dimension)

    def identity(self, space: Space) -> sympy.Expr:
        return sympy.Identity(space.dimension)

    def plus(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return a + b

    def scaled(self, scalar: sympy.Expr, value: sympy.Expr) -> sympy.Expr:
        return scalar * value

    def product(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return a * b

    def power(self, base: sympy.Expr, exponent: int) -> sympy.Expr:
        return base**exponent

    def transpose(self, a: sympy.Expr) -> sympy.Expr:
        return sympy.Transpose(a)

    def trace(self, a: sympy.Expr) -> sympy.Expr:
        return sympy.Trace(a)

    def entry(self, a: sympy.Expr) -> sympy.Expr:
        return symbolic.entry(a)

    def over(self, scalar: sympy.Expr) -> sympy.Expr:
        return 1 / scalar

    def inverse(self, a: sympy.Expr) -> Any:
        return sympy.Inverse(a)
