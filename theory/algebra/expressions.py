"""SymPy matrix expressions, read into words or into numbers.

A claim is typed once, as a SymPy expression. One walk over it gives its normal form as a polynomial
in words, for comparing it with a derivation at all sizes, and its value at given matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import add, mul
from typing import Any, Protocol

import sympy
from sympy import (
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Trace,
    Transpose,
    ZeroMatrix,
)

from theory.algebra.definitions import Definitions
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.values import scalar_value
from theory.algebra.words import Letter, Space
from theory.errors import UnknownName
from theory.scalars.arithmetic import Arithmetic


class ExpressionAlgebra(Protocol):
    """What an expression is read into; sums and multiples are those of Python."""

    def number(self, scalar: sympy.Expr) -> Any: ...
    def letter(self, name: str) -> Any: ...
    def identity(self, dimension: sympy.Expr) -> Any: ...
    def product(self, a: Any, b: Any) -> Any: ...
    def transpose(self, a: Any) -> Any: ...
    def trace(self, a: Any) -> Any: ...


@dataclass(frozen=True)
class Polynomials:
    """Words in the given letters.

    >>> from theory.algebra.words import D, fixed, symmetric
    >>> from theory.scalars.symbols import d
    >>> W, S = MatrixSymbol("W", d, d), MatrixSymbol("S", d, d)
    >>> letters = {"W": fixed("W", D, D), "S": symmetric("S", D)}
    >>> matrix((W * S.T).T + Trace(S.T * W) * Identity(d), Polynomials(letters))
    1 tr(S W) + 1 S W'
    """

    letters: Mapping[str, Letter]

    def number(self, scalar: sympy.Expr) -> TracePolynomial:
        return TracePolynomial.of(scalar)

    def letter(self, name: str) -> MatrixPolynomial:
        if name not in self.letters:
            raise UnknownName("matrix", name, self.letters)
        return letter(self.letters[name])

    def identity(self, dimension: sympy.Expr) -> MatrixPolynomial:
        spaces: dict[sympy.Expr, Space] = {
            space.dimension: space for a in self.letters.values() for space in (a.rows, a.cols)
        }
        return identity(spaces[dimension])

    def product(self, a: MatrixPolynomial, b: MatrixPolynomial) -> MatrixPolynomial:
        return a @ b

    def transpose(self, a: MatrixPolynomial) -> MatrixPolynomial:
        return a.mT

    def trace(self, a: MatrixPolynomial) -> TracePolynomial:
        return a.trace()


@dataclass(frozen=True)
class Numbers:
    """Values at given scalars and matrices, by name.

    >>> from theory.scalars.arithmetic import EXACT
    >>> S = MatrixSymbol("S", 2, 2)
    >>> at = Numbers({"n": 3}, {"S": EXACT.matrix([[1, 2], [3, 4]])}, EXACT)
    >>> scalar(sympy.Symbol("n") * Trace(S * S.T), at)
    90
    """

    scalars: Mapping[str, Any]
    matrices: Mapping[str, Any]
    arithmetic: Arithmetic

    def number(self, scalar: sympy.Expr) -> Any:
        return scalar_value(scalar, self.scalars, self.arithmetic)

    def letter(self, name: str) -> Any:
        if name not in self.matrices:
            raise UnknownName("matrix", name, self.matrices)
        return self.matrices[name]

    def identity(self, dimension: sympy.Expr) -> Any:
        return self.arithmetic.identity(int(scalar_value(dimension, self.scalars, self.arithmetic)))

    def product(self, a: Any, b: Any) -> Any:
        return a * b

    def transpose(self, a: Any) -> Any:
        return self.arithmetic.transpose(a)

    def trace(self, a: Any) -> Any:
        return self.arithmetic.trace(a)


def matrix(expr: MatrixExpr, algebra: ExpressionAlgebra, definitions: Definitions = ()) -> Any:
    """A matrix expression without inverses and roots; abbreviations are put in."""
    return _Reading(algebra, definitions).matrix(expr)


def scalar(expr: sympy.Expr, algebra: ExpressionAlgebra, definitions: Definitions = ()) -> Any:
    """A scalar expression in symbols and traces; abbreviations are put in."""
    return _Reading(algebra, definitions).scalar(expr)


class _Reading:
    """One walk over an expression; what occurs several times is read once."""

    def __init__(self, algebra: ExpressionAlgebra, definitions: Definitions):
        self._algebra = algebra
        self._definitions = dict(definitions)
        self._known: dict[sympy.Expr, Any] = {}

    def matrix(self, expr: MatrixExpr) -> Any:
        if expr not in self._known:
            self._known[expr] = self._matrix(expr)
        return self._known[expr]

    def _matrix(self, expr: MatrixExpr) -> Any:
        algebra = self._algebra
        if isinstance(expr, MatMul):
            factor, factors = expr.as_coeff_matrices()
            return reduce(algebra.product, map(self.matrix, factors)) * self.scalar(factor)
        if isinstance(expr, MatAdd):
            return reduce(add, map(self.matrix, expr.args))
        if isinstance(expr, MatrixSymbol):
            meaning = self._definitions.get(expr)
            return algebra.letter(expr.name) if meaning is None else self.matrix(meaning)
        if isinstance(expr, Transpose):
            return algebra.transpose(self.matrix(expr.arg))
        if isinstance(expr, (Identity, ZeroMatrix)):
            one = algebra.identity(expr.shape[0])
            return one if isinstance(expr, Identity) else one * algebra.number(sympy.Integer(0))
        if isinstance(expr, MatPow) and expr.exp.is_Integer and expr.exp > 0:
            return reduce(algebra.product, [self.matrix(expr.base)] * int(expr.exp))
        raise TypeError(f"cannot read {type(expr).__name__} in {expr}")

    def scalar(self, expr: sympy.Expr) -> Any:
        if expr not in self._known:
            self._known[expr] = self._scalar(expr)
        return self._known[expr]

    def _scalar(self, expr: sympy.Expr) -> Any:
        if isinstance(expr, Trace):
            return self._algebra.trace(self.matrix(expr.arg))
        if expr in self._definitions:
            return self.scalar(self._definitions[expr])
        if not _has_traces(expr) and self._definitions.keys().isdisjoint(expr.free_symbols):
            return self._algebra.number(expr)
        if expr.is_Add:
            return reduce(add, map(self.scalar, expr.args))
        if expr.is_Mul:
            return reduce(mul, map(self.scalar, expr.args))
        if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
            return self.scalar(expr.base) ** int(expr.exp)
        raise TypeError(f"cannot read {type(expr).__name__} in {expr}")


@cache
def _has_traces(expr: sympy.Expr) -> bool:
    return bool(expr.has(Trace))
