"""Values of polynomials in words at given matrices, in any arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, partial, reduce
from operator import add, mul
from typing import Any

import flint
import sympy

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.traces import Trace
from theory.algebra.words import Kind, Word
from theory.errors import Irrational, UnknownName
from theory.scalars.arithmetic import EXACT, Arithmetic
from theory.scalars.powers import varies
from theory.scalars.told import told

Numbers = Mapping[str, Any]
Valued = Callable[[Numbers, Arithmetic], Any]
"""What takes numbers by name, and the arithmetic to compute in."""


LONGEST = 100_000
"""Bits that a power may have whose exponent grows with the prompt, to be exact."""


def scalar_value(expr: sympy.Expr, scalars: Numbers, arithmetic: Arithmetic) -> Any:
    """A SymPy scalar at given values of its symbols.

    Sums, products and integer powers are computed in the arithmetic itself, so exact input stays
    exact; so do rational powers of rationals that are perfect ones. The rest needs floating point.

    >>> scalar_value(1 / (sympy.Symbol("n") + 1), {"n": 2}, EXACT)
    1/3
    """
    return _prepared(expr)(scalars, arithmetic)


@cache
def _prepared(expr: sympy.Expr) -> Valued:
    """A scalar ready to be evaluated many times: its tree is looked at once."""
    if expr.is_Symbol:
        return partial(_named, expr.name)
    if expr.is_Rational:
        number = EXACT.number(expr)
        return lambda scalars, arithmetic: arithmetic.number(number)
    if expr.is_Pow and expr.exp.is_Rational and not expr.exp.is_Integer:
        return partial(_root, expr)
    if varies(expr):
        return partial(_of_length, expr)
    parts = [_prepared(part) for part in expr.args]
    if expr.is_Pow and expr.exp.is_Integer:
        base, exponent = parts[0], int(expr.exp)
        return lambda scalars, arithmetic: base(scalars, arithmetic) ** exponent
    if expr.is_Add or expr.is_Mul:
        joined = add if expr.is_Add else mul
        return lambda scalars, arithmetic: reduce(
            joined, [part(scalars, arithmetic) for part in parts]
        )
    return partial(_rounded, expr)


def _named(name: str, scalars: Numbers, arithmetic: Arithmetic) -> Any:
    """The value of a symbol."""
    if name not in scalars:
        raise UnknownName("scalar", name, scalars)
    return arithmetic.number(scalars[name])


def _of_length(expr: sympy.Expr, scalars: Numbers, arithmetic: Arithmetic) -> Any:
    """A power whose exponent grows with the prompt."""
    lengths = {s.name: round(scalars[s.name]) for s in expr.exp.free_symbols}
    power = int(scalar_value(expr.exp, lengths, EXACT))
    base = scalar_value(expr.base, scalars, arithmetic)
    if isinstance(base, flint.fmpq) and abs(base) not in (0, 1):
        bits = max(int(base.p).bit_length(), int(base.q).bit_length())
        if bits * abs(power) > LONGEST:
            raise Irrational(f"{told(expr)} has too many digits here to be exact")
    return base**power


def _rounded(expr: sympy.Expr, scalars: Numbers, arithmetic: Arithmetic) -> Any:
    """What is neither sum nor product nor power."""
    if isinstance(arithmetic.number(1), flint.fmpq):
        raise Irrational(f"{told(expr)} has no exact rational value here")
    return float(expr.subs({s: scalars[s.name] for s in expr.free_symbols}))


def _root(expr: sympy.Expr, scalars: Numbers, arithmetic: Arithmetic) -> Any:
    """A fractional power; its base is computed exactly, as rounding may make zero negative.

    Exact is the base at the digits that floating scalars have; one that holds a root that is not
    rational is floating where the arithmetic is.
    """
    base, power, degree = expr.base, int(expr.exp.p), int(expr.exp.q)
    known = {s.name: _exactly(scalars[s.name]) for s in base.free_symbols if s.name in scalars}
    value: Any
    try:
        value = scalar_value(base, known, EXACT)
    except Irrational:
        value = scalar_value(base, scalars, arithmetic)
    if isinstance(arithmetic.number(1), flint.fmpq):
        parts = [sympy.integer_nthroot(abs(int(part)), degree) for part in (value.p, value.q)]
        if value < 0 or not all(perfect for _, perfect in parts) or (value == 0 and power < 0):
            raise Irrational(f"{told(expr)} has no exact rational value here")
        return flint.fmpq(*(int(root) for root, _ in parts)) ** power
    if value < 0:
        raise TypeError(f"{told(expr)} is no real number here")
    return arithmetic.number(value) ** (power / degree)


def _exactly(value: Any) -> flint.fmpq:
    """A scalar at all of its digits."""
    try:
        return EXACT.number(value)
    except TypeError:
        return EXACT.number(Fraction(float(value)))


class Values:
    """Values of polynomials in fixed letters at given scalars and matrices (by name).

    Products and traces are remembered, so that polynomials with words in common share the work.
    With a ``size`` other than the scalar ``d``, matrices are those of a subspace.

    Examples
    --------
    >>> from theory.algebra.polynomials import letter
    >>> from theory.algebra.words import D, symmetric
    >>> S = letter(symmetric("S", D))
    >>> at = Values({"d": 2}, {"S": EXACT.matrix([[1, 2], [2, 3]])}, EXACT)
    >>> at.scalar((S @ S).trace()), at.matrix(S @ S)[0, 0]
    (18, 5)
    """

    def __init__(
        self,
        scalars: Numbers,
        matrices: Numbers,
        arithmetic: Arithmetic,
        size: int | None = None,
    ):
        self.scalars = scalars
        self.size = int(scalars["d"]) if size is None else size
        self.matrices = matrices
        self.arithmetic = arithmetic
        self._words: dict[Word, Any] = {}
        self._traces: dict[Trace, Any] = {}

    def put(self, matrices: Numbers) -> Values:
        """The same with further matrices, or others of these names."""
        return Values(self.scalars, {**self.matrices, **matrices}, self.arithmetic, self.size)

    def word(self, word: Word) -> Any:
        """The product of a word's letters; the empty word is the identity, d x d."""
        if word not in self._words:
            self._words[word] = self._product(word)
        return self._words[word]

    def _product(self, word: Word) -> Any:
        if not word:
            return self.arithmetic.identity(self.size)
        if len(word) > 1:
            return self.word(word[:-1]) * self.word(word[-1:])
        (factor,) = word
        if factor.letter.name not in self.matrices:
            raise UnknownName("matrix", factor.letter.name, self.matrices)
        value = self.matrices[factor.letter.name]
        return self.arithmetic.transpose(value) if factor.transposed else value

    def scalar(self, polynomial: TracePolynomial) -> Any:
        """A trace polynomial as a number."""
        total = self.arithmetic.number(0)
        for monomial, c in polynomial.terms.items():
            value = scalar_value(c, self.scalars, self.arithmetic)
            for trace in monomial:
                if trace not in self._traces:
                    self._traces[trace] = self._trace(trace.word)
                value = value * self._traces[trace]
            total = total + value
        return total

    def _trace(self, word: Word) -> Any:
        """The trace of a product, a weight taken last: its entries have the most digits."""
        turn = next((k for k, f in enumerate(word) if f.letter.kind is not Kind.SYMMETRIC), -1) + 1
        *head, last = word[turn:] + word[:turn]
        if not head:
            return self.arithmetic.trace(self.word(word))
        return self.arithmetic.trace_of_product(self.word(tuple(head)), self.word((last,)))

    def matrix(self, polynomial: MatrixPolynomial) -> Any:
        """A matrix polynomial as a matrix; without terms it is square, of this size."""
        if not polynomial:
            return self.word(()) * self.arithmetic.number(0)
        parts = [self.word(word) * self.scalar(c) for word, c in polynomial.terms.items()]
        return sum(parts[1:], parts[0])
