"""Matrices in the span of the identity and of outer products of fixed vectors.

It is closed under sums, products and inverses, and its numbers are rational functions of the inner
products. A vector is an outer product with the one-dimensional space, whose vector has no name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Identity, MatMul, MatrixExpr, MatrixSymbol

from theory.algebra.invariants import dot
from theory.errors import Underivable
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import d

NUMBER = ""
"""Stands for the one vector of the one-dimensional space."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Span:
    """``multiple I + sum_uv c_uv u v'``.

    Parameters
    ----------
    multiple
        The factor of I.
    terms
        The others, by the names of two vectors.

    Examples
    --------
    >>> one, m = Span.identity(), Span.vector("m")
    >>> print((one + m * m.transposed).inverse)
    {I: 1, m m': -1/(dot(m, m) + 1)}
    """

    multiple: sympy.Expr
    terms: Mapping[Pair, sympy.Expr]

    @staticmethod
    def identity() -> Span:
        return Span(sympy.Integer(1), {})

    @staticmethod
    def vector(name: str) -> Span:
        return Span(sympy.Integer(0), {(name, NUMBER): sympy.Integer(1)})

    @staticmethod
    def of(multiple: sympy.Expr, parts: Iterable[tuple[Pair, sympy.Expr]]) -> Span:
        """With parts added up, in lowest terms."""
        total: dict[Pair, list[sympy.Expr]] = defaultdict(list)
        for pair, c in parts:
            total[pair].append(c)
        summed = {pair: cancelled(sympy.Add(*cs)) for pair, cs in total.items()}
        return Span(cancelled(multiple), {pair: c for pair, c in summed.items() if c != 0})

    def __add__(self, other: Span) -> Span:
        parts = (*self.terms.items(), *other.terms.items())
        return Span.of(self.multiple + other.multiple, parts)

    def __neg__(self) -> Span:
        return self * sympy.Integer(-1)

    def __mul__(self, other: Any) -> Span:
        if not isinstance(other, Span):
            return Span.of(self.multiple * other, ((p, c * other) for p, c in self.terms.items()))
        parts = [(pair, self.multiple * c) for pair, c in other.terms.items()]
        parts += [(pair, c * other.multiple) for pair, c in self.terms.items()]
        parts += [
            ((u, w), c * e * _inner(v, x))
            for (u, v), c in self.terms.items()
            for (x, w), e in other.terms.items()
        ]
        return Span.of(self.multiple * other.multiple, parts)

    @property
    def transposed(self) -> Span:
        return Span(self.multiple, {(v, u): c for (u, v), c in self.terms.items()})

    @property
    def trace(self) -> sympy.Expr:
        """That of a matrix; the number in a 1 x 1 one."""
        parts = (c * _inner(u, v) for (u, v), c in self.terms.items())
        return cancelled(sympy.Add(self.multiple * d, *parts))

    @property
    def inverse(self) -> Span:
        """``(f I + U C U')^-1 = (I - U (f I + C G)^-1 C U') / f`` with the inner products G.

        Raises :class:`~theory.errors.Underivable` where f or the determinant is zero.
        """
        names = sorted({name for pair in self.terms for name in pair})
        size = range(len(names))
        inner = sympy.Matrix(len(names), len(names), lambda r, c: dot(names[r], names[c]))
        middle = sympy.Matrix(
            len(names), len(names), lambda r, c: self.terms.get((names[r], names[c]), 0)
        )
        system = (sympy.eye(len(names)) * self.multiple + middle * inner).applyfunc(cancelled)
        below = cancelled(system.det(method="berkowitz"))
        if is_zero(self.multiple) or is_zero(below):
            raise Underivable("a matrix of less than full rank has no inverse")
        found = system.adjugate() * middle
        scale = -1 / (below * self.multiple)
        return Span.of(
            1 / self.multiple,
            (((names[r], names[c]), scale * found[r, c]) for r in size for c in size),
        )

    @property
    def is_zero(self) -> bool:
        return is_zero(self.multiple) and all(map(is_zero, self.terms.values()))

    @property
    def expression(self) -> MatrixExpr:
        """The same in SymPy."""
        parts = [MatMul(self.multiple, Identity(d))] if self.multiple != 0 else []
        for (u, v), c in sorted(self.terms.items()):
            left, right = (MatrixSymbol(name, d, 1) for name in (u, v))
            parts.append(MatMul(c, left, sympy.Transpose(right)))
        if not parts:
            return sympy.ZeroMatrix(d, d)
        return parts[0] if len(parts) == 1 else sympy.MatAdd(*parts)

    def __str__(self) -> str:
        named = {f"{u} {v}'": c for (u, v), c in self.terms.items()}
        return "{" + ", ".join(f"{k}: {c}" for k, c in {"I": self.multiple, **named}.items()) + "}"


def _inner(one: str, other: str) -> sympy.Expr:
    return dot(one, other) if one != NUMBER else sympy.Integer(1)
