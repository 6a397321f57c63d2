"""Polynomials in words and traces, with SymPy scalars as coefficients.

:class:`TracePolynomial` is a scalar: a sum of coefficients times products of traces.
:class:`MatrixPolynomial` is a matrix: a sum of words, each with a trace polynomial in front. Both
are immutable and closed under the operations a formula needs, so that
``(x.mT @ W @ X.mT @ y).trace()`` reads as on paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import sympy

from theory.algebra.traces import Trace, traces
from theory.algebra.words import Factor, Letter, Space, Word, check, normal, sort_key
from theory.algebra.words import transpose as transpose_word
from theory.errors import ShapeError
from theory.scalars.rational import cancelled

Monomial = tuple[Trace, ...]


def product_of(first: Monomial, second: Monomial) -> Monomial:
    """The product of two products of traces."""
    return _monomial(first + second)


def _monomial(factors: Iterable[Trace]) -> Monomial:
    return tuple(sorted(factors, key=lambda t: t.key))


def normalised(scalar: Any) -> sympy.Expr:
    """A scalar, expanded; one fraction in lowest terms where there is a denominator."""
    value = sympy.sympify(scalar, strict=True)
    if _is_expanded(value):
        return value
    return cancelled(value) if has_denominator(value) else sympy.expand(value)


def _is_expanded(value: sympy.Expr) -> bool:
    """Whether it is seen at once to be a sum of products of numbers and powers of symbols.

    SymPy goes through all its rules of expansion to find the same.
    """
    terms = value.args if value.is_Add else (value,)
    return all(
        _is_power(factor) for term in terms for factor in (term.args if term.is_Mul else (term,))
    )


def _is_power(value: sympy.Expr) -> bool:
    if value.is_Pow:
        value, exponent = value.args
        return bool(value.is_Symbol and exponent.is_Integer and exponent > 0)
    return bool(value.is_Atom)


def _added(parts: list[sympy.Expr]) -> sympy.Expr:
    """The sum of normalised coefficients, normalised."""
    if len(parts) == 1:
        return parts[0]
    value = sympy.Add(*parts)
    return cancelled(value) if has_denominator(value) else value


def has_denominator(expr: sympy.Expr) -> bool:
    """Whether a scalar is divided by something with a symbol."""
    if expr.is_Pow and expr.exp.is_negative and expr.base.free_symbols:
        return True
    return any(map(has_denominator, expr.args))


class TracePolynomial:
    """A polynomial in traces of words, with SymPy coefficients.

    Parameters
    ----------
    terms
        Coefficient of every product of traces (a sorted tuple); zero coefficients are dropped.

    Examples
    --------
    >>> from theory.algebra.words import D, fixed
    >>> W = letter(fixed("W", D, D))
    >>> (W.mT @ W).trace() - (W @ W.mT).trace()
    0
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Monomial, Any] = {}):
        cleaned = {m: normalised(c) for m, c in terms.items()}
        self.terms: dict[Monomial, sympy.Expr] = {m: c for m, c in cleaned.items() if c != 0}

    @classmethod
    def expanded(cls, terms: Mapping[Monomial, sympy.Expr]) -> TracePolynomial:
        """From coefficients that are expanded already, which saves the time to do it."""
        made = cls.__new__(cls)
        made.terms = {m: c for m, c in terms.items() if c != 0}
        return made

    @staticmethod
    def of(value: Any) -> TracePolynomial:
        """A scalar (number or SymPy expression) as a trace polynomial."""
        return value if isinstance(value, TracePolynomial) else TracePolynomial({(): value})

    @staticmethod
    def sum(parts: Iterable[TracePolynomial]) -> TracePolynomial:
        """The sum of many, in one pass."""
        total: dict[Monomial, list[sympy.Expr]] = defaultdict(list)
        for part in parts:
            for m, c in part.terms.items():
                total[m].append(c)
        return TracePolynomial.expanded({m: _added(cs) for m, cs in total.items()})

    def __add__(self, other: Any) -> TracePolynomial:
        return TracePolynomial.sum((self, TracePolynomial.of(other)))

    __radd__ = __add__

    def __neg__(self) -> TracePolynomial:
        return TracePolynomial({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Any) -> TracePolynomial:
        return self + (-TracePolynomial.of(other))

    def __rsub__(self, other: Any) -> TracePolynomial:
        return (-self) + other

    def __mul__(self, other: Any) -> TracePolynomial:
        if isinstance(other, MatrixPolynomial):
            return NotImplemented
        other = TracePolynomial.of(other)
        if other.terms == {(): 1}:
            return self
        total: dict[Monomial, list[sympy.Expr]] = defaultdict(list)
        for m, c in self.terms.items():
            for k, e in other.terms.items():
                total[_monomial(m + k)].append(c * e)
        return TracePolynomial({m: sympy.Add(*cs) for m, cs in total.items()})

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> TracePolynomial:
        return reduce(lambda a, b: a * b, [self] * exponent, TracePolynomial.of(1))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TracePolynomial):
            other = TracePolynomial.of(other)
        return not (self - other).terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def constant(self) -> sympy.Expr:
        """The scalar, if no trace occurs; raises :class:`~theory.errors.ShapeError` otherwise."""
        if any(self.terms):
            raise ShapeError(f"{self} still contains traces")
        return self.terms.get((), sympy.Integer(0))

    @property
    def letters(self) -> frozenset[Letter]:
        """All letters that occur."""
        return frozenset(f.letter for m in self.terms for t in m for f in t.word)

    def degree(self, *letters: Letter) -> int:
        """The largest number of occurrences of these letters in one term."""
        return max((_count(m, letters) for m in self.terms), default=0)

    def part(self, degree: int, *letters: Letter) -> TracePolynomial:
        """The part in which these letters occur exactly ``degree`` times."""
        return TracePolynomial.expanded(
            {m: c for m, c in self.terms.items() if _count(m, letters) == degree}
        )

    def map_coefficients(self, f: Callable[[sympy.Expr], sympy.Expr]) -> TracePolynomial:
        """Apply ``f`` to every coefficient."""
        return TracePolynomial({m: f(c) for m, c in self.terms.items()})

    def sorted_terms(self) -> list[tuple[Monomial, sympy.Expr]]:
        """Terms in a fixed, readable order."""
        return sorted(self.terms.items(), key=lambda item: [t.key for t in item[0]])

    def __repr__(self) -> str:
        if not self.terms:
            return "0"
        return " + ".join(
            " ".join([f"({sympy.factor(c)})" if c.is_Add and m else str(c), *map(repr, m)])
            for m, c in self.sorted_terms()
        )


def _count(monomial: Monomial, letters: tuple[Letter, ...]) -> int:
    return sum(f.letter in letters for t in monomial for f in t.word)


class MatrixPolynomial:
    """A sum of open words of one shape, each with a :class:`TracePolynomial` in front.

    Parameters
    ----------
    rows, cols
        The spaces the matrix maps between.
    terms
        Coefficient of every word; the empty word is the identity (``rows == cols``).

    Examples
    --------
    >>> from theory.algebra.words import D, N, fixed, gaussian
    >>> X, W = letter(gaussian("X", N, D)), letter(fixed("W", D, D))
    >>> X @ W.mT
    1 X W'
    """

    __slots__ = ("cols", "rows", "terms")

    def __init__(self, rows: Space, cols: Space, terms: Mapping[Word, Any] = {}):
        self.rows = rows
        self.cols = cols
        total: dict[Word, list[TracePolynomial]] = defaultdict(list)
        for word, c in terms.items():
            total[normal(word)].append(TracePolynomial.of(c))
        summed = {w: cs[0] if len(cs) == 1 else TracePolynomial.sum(cs) for w, cs in total.items()}
        self.terms: dict[Word, TracePolynomial] = {w: c for w, c in summed.items() if c}

    @staticmethod
    def sum(parts: Iterable[MatrixPolynomial]) -> MatrixPolynomial:
        """The sum of many of one shape."""
        parts = list(parts)
        rows, cols = parts[0].rows, parts[0].cols
        total: dict[Word, list[TracePolynomial]] = defaultdict(list)
        for part in parts:
            if (part.rows, part.cols) != (rows, cols):
                raise ShapeError(
                    f"cannot add a {part.rows} x {part.cols} matrix to a {rows} x {cols} one"
                )
            for w, c in part.terms.items():
                total[w].append(c)
        return MatrixPolynomial(rows, cols, {w: TracePolynomial.sum(c) for w, c in total.items()})

    def __add__(self, other: MatrixPolynomial) -> MatrixPolynomial:
        return MatrixPolynomial.sum((self, other))

    def __neg__(self) -> MatrixPolynomial:
        return -1 * self

    def __sub__(self, other: MatrixPolynomial) -> MatrixPolynomial:
        return self + (-other)

    def __rmul__(self, scalar: Any) -> MatrixPolynomial:
        scalar = TracePolynomial.of(scalar)
        return MatrixPolynomial(
            self.rows, self.cols, {w: scalar * c for w, c in self.terms.items()}
        )

    __mul__ = __rmul__

    def __matmul__(self, other: MatrixPolynomial) -> MatrixPolynomial:
        if not isinstance(other, MatrixPolynomial):
            return NotImplemented
        if self.cols != other.rows:
            raise ShapeError(
                f"cannot multiply a {self.rows} x {self.cols} matrix "
                f"by a {other.rows} x {other.cols} one"
            )
        total: dict[Word, list[TracePolynomial]] = defaultdict(list)
        for v, c in self.terms.items():
            for w, e in other.terms.items():
                total[normal(v + w)].append(c * e)
        return MatrixPolynomial(
            self.rows, other.cols, {w: TracePolynomial.sum(c) for w, c in total.items()}
        )

    @property
    def mT(self) -> MatrixPolynomial:
        """The transpose."""
        return MatrixPolynomial(
            self.cols, self.rows, {transpose_word(w): c for w, c in self.terms.items()}
        )

    def trace(self) -> TracePolynomial:
        """The trace, as a trace polynomial; a closed empty loop contributes its dimension."""
        if self.rows != self.cols:
            raise ShapeError(f"only a square matrix has a trace, not {self.rows} x {self.cols}")
        return TracePolynomial.sum(c * trace_of(w, self.rows) for w, c in self.terms.items())

    @property
    def letters(self) -> frozenset[Letter]:
        """All letters that occur, in words and in what stands in front of them.

        >>> from theory.algebra.words import D, fixed
        >>> A, B = letter(fixed("A", D, D)), letter(fixed("B", D, D))
        >>> sorted(a.name for a in (A.trace() * B).letters)
        ['A', 'B']
        """
        inside = (c.letters for c in self.terms.values())
        return frozenset(f.letter for w in self.terms for f in w).union(*inside)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MatrixPolynomial) and not (self - other).terms

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def sorted_terms(self) -> list[tuple[Word, TracePolynomial]]:
        """Terms in a fixed, readable order."""
        return sorted(self.terms.items(), key=lambda item: sort_key(item[0]))

    def __repr__(self) -> str:
        if not self.terms:
            return "0"
        return " + ".join(
            " ".join([f"({c})" if len(c.terms) > 1 else str(c), *map(repr, w)])
            for w, c in self.sorted_terms()
        )


def letter(which: Letter) -> MatrixPolynomial:
    """A letter as a matrix polynomial.

    >>> from theory.algebra.words import N, ones
    >>> letter(ones(N)).mT @ letter(ones(N))
    1 1_n' 1_n
    """
    return MatrixPolynomial(which.rows, which.cols, {(Factor(which, False),): 1})


def identity(space: Space) -> MatrixPolynomial:
    """The identity on a space.

    >>> from theory.algebra.words import D
    >>> identity(D).trace()
    d
    """
    return MatrixPolynomial(space, space, {(): 1})


def zero(rows: Space, cols: Space) -> MatrixPolynomial:
    """The zero matrix of a shape."""
    return MatrixPolynomial(rows, cols)


def trace_of(word: Word, space: Space) -> TracePolynomial:
    """The trace of a closed word that begins and ends in ``space``."""
    check(word)
    if not word:
        return TracePolynomial.of(space.dimension)
    coefficient: sympy.Expr = sympy.Integer(1)
    found = []
    for piece in traces(word):
        if isinstance(piece, Trace):
            found.append(piece)
        else:
            coefficient *= piece
    return TracePolynomial({_monomial(found): coefficient})
