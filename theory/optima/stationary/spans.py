"""The minimiser of a risk in which only fixed vectors occur beside the weight, or one projection.

A rotation that leaves these alone leaves the risk as it is. A minimiser averaged over all of
them is one again, by convexity, and commutes with them: in high enough dimension it lies in the
span of the identity and of the outer products of the vectors, or in that of the projections on a
subspace and on what is orthogonal to it. The risk of such a weight is a
quadratic form in as many numbers, with entries that are polynomials in sizes, parameters and inner
products. Only those numbers are kept that the form links with one it is linear in; the others are
zero at a minimiser.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Any, cast

import sympy
from sympy import Identity, MatAdd, MatMul, MatrixExpr, MatrixSymbol

from theory.algebra import invariants
from theory.algebra.polynomials import (
    MatrixPolynomial,
    Monomial,
    TracePolynomial,
    identity,
    letter,
    zero,
)
from theory.algebra.spans import Pair, Span
from theory.algebra.traces import Trace, traces
from theory.algebra.values import Values, scalar_value
from theory.algebra.words import ONE, D, Factor, Kind, Letter, Word, fixed, transpose
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import compiled, is_zero
from theory.scalars.systems import LeastValue, least_value

MOST_VECTORS = 4
"""With more of them there are too many numbers to be solved for."""
FIRST, SECOND = fixed("?1", D, ONE), fixed("?2", D, ONE)
INSIDE = fixed("?3", D, ONE), fixed("?4", D, ONE)
"""Unit vectors, orthogonal to all others and to each other; two of them in a subspace."""
Rows = tuple[tuple[sympy.Expr, ...], ...]


@dataclass(frozen=True)
class SpanForm:
    """``constant - 2 b'x + x'A x``, the risk of ``sum_k x_k basis_k``."""

    constant: sympy.Expr
    column: tuple[sympy.Expr, ...]
    matrix: Rows

    def block(self, kept: Sequence[int]) -> SpanForm:
        """The same where all other unknowns are zero."""
        rows = tuple(tuple(self.matrix[r][c] for c in kept) for r in kept)
        return SpanForm(self.constant, tuple(self.column[k] for k in kept), rows)

    def of(self, basis: Sequence[Sequence[int]]) -> SpanForm:
        """The same for another basis, given by the coordinates that its elements have in this."""
        new = sympy.Matrix(basis)
        column, matrix = new * sympy.Matrix(self.column), new * sympy.Matrix(self.matrix) * new.T
        size = range(len(basis))
        rows = tuple(tuple(sympy.expand(matrix[r, c]) for c in size) for r in size)
        return SpanForm(self.constant, tuple(map(sympy.expand, column)), rows)

    @property
    def linked(self) -> list[int]:
        """The unknowns that it is linear in, and those that it links with one of them."""
        found: set[int] = set()
        waiting = [k for k, b in enumerate(self.column) if b != 0]
        while waiting:
            k = waiting.pop()
            if k not in found:
                found.add(k)
                waiting += [j for j, entry in enumerate(self.matrix[k]) if entry != 0]
        return sorted(found)


@dataclass(frozen=True)
class InSpan:
    """The minimiser ``x_0 I + sum_k x_k u_k v_k'``, with ``A x = b``; or ``x_0 P + x_1 (I - P)``.

    Parameters
    ----------
    vectors
        The names of the vectors.
    basis
        The elements of the span that it is made of: the names of two vectors; None for I. Of a
        projection its name, and a minus before it for what is orthogonal.
    form
        The risk of what they make.
    beside
        That of what is left of a weight; where the matrices of both are regular, no other weight
        has the least risk.
    projection
        The letter of the projection.
    """

    vectors: tuple[str, ...]
    basis: tuple[Pair | str | None, ...]
    form: SpanForm
    beside: tuple[SpanForm, ...]
    projection: Letter | None = None

    @cached_property
    def closed(self) -> LeastValue | None:
        """The numbers as rational functions, where there is one vector; None for others."""
        if len(self.vectors) > 1:
            return None
        return least_value(self.form.constant, self.form.column, self.form.matrix)

    @property
    def gram(self) -> sympy.Expr:
        """The determinant of the inner products of the basis.

        Where it is zero numbers in the basis are not unique, though the weight that they make may
        be: that of ``A`` over it is the determinant in an orthonormal basis.
        """
        if self.projection is not None:
            rank = self.projection.rank
            signs = [str(name).startswith("-") for name in self.basis]
            return sympy.Mul(*(D.dimension - rank if minus else rank for minus in signs))

        def inner(one: Pair | str | None, other: Pair | str | None) -> sympy.Expr:
            pairs = [pair for pair in (one, other) if isinstance(pair, tuple)]
            if len(pairs) < 2:
                return invariants.dot(*pairs[0]) if pairs else D.dimension
            (u, v), (a, b) = pairs
            return invariants.dot(u, a) * invariants.dot(v, b)

        return sympy.Matrix([[inner(x, y) for y in self.basis] for x in self.basis]).det()

    @property
    def leaves_open(self) -> bool:
        """Whether other weights have the least risk, whatever the sizes and parameters."""
        forms = (self.form, *self.beside)
        return any(is_zero(sympy.Matrix(one.matrix).det(method="berkowitz")) for one in forms)

    @property
    def weight(self) -> MatrixExpr | None:
        """The minimiser, where its numbers are rational functions."""
        return None if self.closed is None else self.made_of(self.closed.at)

    def made_of(self, numbers: Iterable[sympy.Expr]) -> MatrixExpr:
        """The element of the span with these numbers, in SymPy."""
        table = dict(zip(self.basis, numbers, strict=True))
        multiple = table.pop(None, sympy.Integer(0))
        pairs = {pair: c for pair, c in table.items() if isinstance(pair, tuple) and c != 0}
        whole = Span(multiple, pairs).expression
        parts = [MatMul(c, _projection(name)) for name, c in table.items() if isinstance(name, str)]
        parts = parts if whole.is_ZeroMatrix else [whole, *parts]
        return MatAdd(*parts).doit() if parts else whole

    def polynomial(self, numbers: Iterable[sympy.Expr]) -> MatrixPolynomial:
        """The same in words."""
        found = zero(D, D)
        for part, c in zip(self.basis, numbers, strict=True):
            if part is None:
                word = identity(D)
            elif isinstance(part, str):
                assert self.projection is not None
                inside = letter(self.projection)
                word = identity(D) - inside if part.startswith("-") else inside
            else:
                u, v = (letter(fixed(name, D, ONE)) for name in part)
                word = u @ v.mT
            found = found + c * word
        return found

    @property
    def unknowns(self) -> tuple[sympy.Symbol, ...]:
        """Symbols for the numbers."""
        return tuple(sympy.Symbol(f"w_{k}") for k in range(len(self.basis)))

    def at(self, values: Values) -> tuple[Any, Any] | None:
        """Weight (d x d) and risk; None where the weight may not be the only one."""
        matrices, arithmetic = values.matrices, cast(Any, values.arithmetic)
        known = {**values.scalars, **invariants.products(self.vectors, matrices, arithmetic)}

        def numbers(exprs: Iterable[sympy.Expr]) -> list[Any]:
            ready = ((_function(expr) if arithmetic is EXACT else None, expr) for expr in exprs)
            return [
                scalar_value(expr, known, arithmetic) if function is None else function(known)
                for function, expr in ready
            ]

        def solved(form: SpanForm, column: list[Any]) -> tuple[Any, bool]:
            rows = arithmetic.matrix([numbers(row) for row in form.matrix])
            found: tuple[Any, bool] = arithmetic.solutions(
                rows, arithmetic.matrix([[b] for b in column])
            )
            return found

        right = numbers(self.form.column)
        column, only = solved(self.form, right)
        nothing = (solved(one, [arithmetic.number(0)] * len(one.column)) for one in self.beside)
        if not (only and all(none for _, none in nothing)):
            return None
        weight = arithmetic.identity(values.size) * arithmetic.number(0)
        (risk,) = numbers([self.form.constant])
        for k, pair in enumerate(self.basis):
            part = arithmetic.identity(values.size)
            if isinstance(pair, tuple):
                part = matrices[pair[0]] * arithmetic.transpose(matrices[pair[1]])
            elif pair is not None:
                inside = matrices[pair.removeprefix("-")]
                part = part - inside if pair.startswith("-") else inside
            weight = weight + part * column[k, 0]
            risk = risk - right[k] * column[k, 0]
        return weight, risk


_function = cache(compiled)
"""An entry of a system, ready to be evaluated at many places; None where it has roots."""


def in_span(risk: TracePolynomial, weight: Letter) -> InSpan | None:
    """The minimiser of a risk without other matrices; None where there is none of that form.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import shipped
    >>> from theory.risks.population import population_risk
    >>> risk = population_risk(shipped("task-with-a-mean").design, pgd)
    >>> in_span(risk, pgd.weights[0]).closed.at[0]
    1/(d + dot(m, m) + n + sigma**2 + 1)
    """
    letters = sorted(risk.letters - {weight}, key=lambda a: a.key)
    if len(letters) == 1 and letters[0].rank is not None:
        return _in_blocks(risk, weight, letters[0])
    if not 0 < len(letters) <= MOST_VECTORS or not all(map(_is_vector, letters)):
        return None
    pairs = list(product(letters, repeat=2))
    whole = _form(risk, weight, [(), *(_outer(u, v) for u, v in pairs)])
    kept = whole.linked
    if not kept:  # nothing can be learned
        return None
    rest = whole.block([k for k in range(len(whole.column)) if k not in kept])
    across = [*(_outer(u, FIRST) for u in letters), *(_outer(FIRST, u) for u in letters)]
    around = [_outer(FIRST, SECOND), _outer(SECOND, FIRST)]
    beside = [_form(risk, weight, words) for words in (across, around)]
    names: list[Pair | None] = [None, *((u.name, v.name) for u, v in pairs)]
    return InSpan(
        tuple(a.name for a in letters),
        tuple(names[k] for k in kept),
        whole.block(kept),
        (*([rest] if rest.column else []), *beside),
    )


def _in_blocks(risk: TracePolynomial, weight: Letter, projection: Letter) -> InSpan | None:
    """The minimiser where a projection of known rank is all that occurs."""
    whole, *beside = _blocks(risk, weight, projection)
    kept = whole.linked
    if not kept:
        return None
    rest = whole.block([k for k in range(2) if k not in kept])
    names = (projection.name, f"-{projection.name}")
    return InSpan(
        (),
        tuple(names[k] for k in kept),
        whole.block(kept),
        (*([rest] if rest.column else []), *beside),
        projection,
    )


def _blocks(risk: TracePolynomial, weight: Letter, projection: Letter) -> list[SpanForm]:
    """The risk of ``x_0 P + x_1 (I - P)``, then those inside, outside, and between both."""
    whole = _form(risk, weight, [(), (Factor(projection, False),)]).of([(0, 1), (1, -1)])
    one, other = INSIDE
    pairs = ((one, other), (FIRST, SECOND), (one, FIRST))
    return [whole, *(_form(risk, weight, [_outer(u, v), _outer(v, u)]) for u, v in pairs)]


def tells_apart(other: TracePolynomial, risk: TracePolynomial, weight: Letter) -> bool:
    """Whether another risk may differ between weights that have the same least one.

    Seen where one projection is all that occurs in both: by what each block of ``risk`` leaves
    open, to which a rotation inside or outside of the subspace gives everything else.
    """
    letters = (risk.letters | other.letters) - {weight}
    if len(letters) != 1 or next(iter(letters)).rank is None:
        return True
    (projection,) = letters
    both = (_blocks(one, weight, projection) for one in (risk, other))
    for ours, theirs in zip(*both, strict=True):
        for free in sympy.Matrix(ours.matrix).nullspace(iszerofunc=is_zero):
            if not all(map(is_zero, sympy.Matrix(theirs.matrix) * free)):
                return True
    return False


def _projection(name: str) -> MatrixExpr:
    """That of a name, or what is orthogonal to it where that begins with a minus."""
    inside = MatrixSymbol(name.removeprefix("-"), D.dimension, D.dimension)
    return Identity(D.dimension) - inside if name.startswith("-") else inside


def _outer(u: Letter, v: Letter) -> Word:
    return (Factor(u, False), Factor(v, True))


def _is_vector(a: Letter) -> bool:
    return a.kind is Kind.FIXED and (a.rows, a.cols) == (D, ONE)


def _form(risk: TracePolynomial, weight: Letter, basis: Sequence[Word]) -> SpanForm:
    constant, linear, square = (risk.part(k, weight) for k in range(3))

    def entry(one: Word, other: Word) -> sympy.Expr:
        if one is other:
            return _value(square, weight, (one, one))
        both = (_value(square, weight, pair) for pair in ((one, other), (other, one)))
        return _times(sympy.Add(*both), sympy.Rational(1, 2))

    rows = [[entry(x, y) for y in basis[: k + 1]] for k, x in enumerate(basis)]
    size = range(len(basis))
    return SpanForm(
        _value(constant, weight, ()),
        tuple(_times(_value(linear, weight, (x,)), -sympy.Rational(1, 2)) for x in basis),
        tuple(tuple(rows[max(r, c)][min(r, c)] for c in size) for r in size),
    )


def _value(polynomial: TracePolynomial, weight: Letter, puts: Sequence[Word]) -> sympy.Expr:
    """A polynomial where the weight is one word, and another the second time in a term; expanded.

    Terms with the same inner products are added before they are multiplied by these.
    """
    table: dict[tuple[sympy.Expr, ...], list[sympy.Expr]] = {}
    for monomial, c in polynomial.terms.items():
        scalars = _scalars(monomial, weight, list(puts))
        if 0 not in scalars:
            table.setdefault(scalars, []).append(c)
    return sympy.Add(
        *(_times(sympy.expand(sympy.Add(*cs)), sympy.Mul(*key)) for key, cs in table.items())
    )


def _times(expanded: sympy.Expr, factor: sympy.Expr) -> sympy.Expr:
    """The product of a sum and one term, expanded."""
    return sympy.Add(*(part * factor for part in sympy.Add.make_args(expanded)))


def _scalars(monomial: Monomial, weight: Letter, waiting: list[Word]) -> tuple[sympy.Expr, ...]:
    """The sizes and inner products that a product of traces is, in order; it ends with a zero."""
    found: list[sympy.Expr] = []
    for trace in monomial:
        word: Word = ()
        for factor in trace.word:
            part: Word = (factor,)
            if factor.letter == weight:
                part = waiting.pop(0)
                part = transpose(part) if factor.transposed else part
            word += part
        for piece in traces(word) if word else (D.dimension,):
            found.append(_inner(piece) if isinstance(piece, Trace) else piece)
            if found[-1] == 0:
                return tuple(found)
    return tuple(sorted(found, key=sympy.default_sort_key))


def _inner(trace: Trace) -> sympy.Expr:
    one, other = (f.letter for f in trace.word if not f.letter.idempotent)
    if len(trace.word) > 2 and {one, other} - {*INSIDE}:
        return sympy.Integer(0)  # it is orthogonal to the subspace
    if {one, other} & {FIRST, SECOND, *INSIDE}:
        return sympy.Integer(one == other)
    return invariants.dot(one.name, other.name)
