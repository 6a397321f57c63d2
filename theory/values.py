"""Values of polynomials in words at given matrices, in any arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import mul
from typing import Any

import sympy

from theory.arithmetic import Arithmetic, Exact
from theory.errors import UnknownName
from theory.polynomials import MatrixPolynomial, TracePolynomial
from theory.words import Word

Numbers = Mapping[str, Any]


def scalar_value(expr: sympy.Expr, scalars: Numbers, arithmetic: Arithmetic) -> Any:
    """A SymPy scalar at given values of its symbols.

    Sums, products and integer powers are computed in the arithmetic itself, so exact input stays
    exact; so do rational powers of rationals that are perfect ones. The rest needs floating point.

    >>> import sympy
    >>> from theory.arithmetic import EXACT
    >>> scalar_value(1 / (sympy.Symbol("n") + 1), {"n": 2}, EXACT)
    1/3
    """
    if expr.is_Symbol:
        if expr.name not in scalars:
            raise UnknownName("scalar", expr.name, scalars)
        return arithmetic.number(scalars[expr.name])
    if expr.is_Rational:
        return arithmetic.number(expr)
    values = [scalar_value(a, scalars, arithmetic) for a in expr.args[:1]]
    if expr.is_Pow and expr.exp.is_Integer:
        return values[0] ** int(expr.exp)
    if expr.is_Add or expr.is_Mul:
        values += [scalar_value(a, scalars, arithmetic) for a in expr.args[1:]]
        return reduce(mul, values) if expr.is_Mul else sum(values[1:], values[0])
    if isinstance(arithmetic, Exact):
        if expr.is_Pow and expr.exp.is_Rational:
            root = sympy.Rational(str(values[0])) ** expr.exp
            if root.is_Rational:
                return arithmetic.number(root)
        raise TypeError(f"{expr} has no exact rational value")
    return float(expr.subs({s: scalars[s.name] for s in expr.free_symbols}))


def word_value(word: Word, matrices: Numbers, size: int, arithmetic: Arithmetic) -> Any:
    """The product of a word's letters; the empty word is the identity of ``size``."""
    if not word:
        return arithmetic.identity(size)
    factors = []
    for factor in word:
        if factor.letter.name not in matrices:
            raise UnknownName("matrix", factor.letter.name, matrices)
        value = matrices[factor.letter.name]
        factors.append(arithmetic.transpose(value) if factor.transposed else value)
    return reduce(mul, factors)


def trace_value(
    polynomial: TracePolynomial, scalars: Numbers, matrices: Numbers, arithmetic: Arithmetic
) -> Any:
    """A trace polynomial in fixed letters, at given scalars and matrices (by name)."""
    known: dict[Any, Any] = {}
    total = arithmetic.number(0)
    for monomial, c in polynomial.terms.items():
        value = scalar_value(c, scalars, arithmetic)
        for trace in monomial:
            if trace not in known:
                product = word_value(trace.word, matrices, 0, arithmetic)
                known[trace] = arithmetic.trace(product)
            value = value * known[trace]
        total = total + value
    return total


def matrix_value(
    polynomial: MatrixPolynomial, scalars: Numbers, matrices: Numbers, arithmetic: Arithmetic
) -> Any:
    """A matrix polynomial in fixed letters on the d-dimensional space, as a matrix."""
    size = int(scalars[polynomial.rows.name])
    total = arithmetic.identity(size) * arithmetic.number(0)
    for word, c in polynomial.terms.items():
        value = trace_value(c, scalars, matrices, arithmetic)
        total = total + word_value(word, matrices, size, arithmetic) * value
    return total
