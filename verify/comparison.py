"""Comparing a claimed formula with a derived one, symbolically and for all sizes."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import MatMul, MatrixExpr, MatrixSymbol, Trace

from theory.algebra.definitions import Definitions, expanded
from theory.algebra.spectral import EIGENVALUE, NotSpectral, eigenfunction, trace_functional


@dataclass(frozen=True)
class Form:
    """A formula as ``left f(S) right`` with S a symmetric matrix and its definition.

    For a scalar formula ``function`` is ``f`` in ``constant + tr f(S)``.
    """

    left: tuple[MatrixExpr, ...]
    function: sympy.Expr
    right: tuple[MatrixExpr, ...]
    meaning: sympy.Expr | None
    constant: sympy.Expr = sympy.Integer(0)

    def equals(self, other: Form) -> bool:
        """Whether both are the same for all sizes and values: rational functions compared."""
        return (
            (self.left, self.right, self.meaning) == (other.left, other.right, other.meaning)
            and sympy.cancel(self.function - other.function) == 0
            and sympy.cancel(self.constant - other.constant) == 0
        )


def weight_form(expr: sympy.Expr, definitions: Definitions) -> Form:
    """The form of a weight.

    Raises :class:`~theory.algebra.spectral.NotSpectral` where it has none.
    """
    if not isinstance(expr, MatrixExpr):
        return Form((), expanded(expr, definitions), (), None)
    of, meaning = _matrix(definitions)
    product = expr if isinstance(expr, MatMul) else MatMul(expr)
    scalar, factors = product.as_coeff_matrices()
    inside = [k for k, a in enumerate(factors) if a.has(of)]
    if not inside:
        raise NotSpectral(f"{expr} does not contain {of}")
    first, last = inside[0], inside[-1] + 1
    function = scalar * eigenfunction(MatMul(*factors[first:last]), of)
    function = function.subs(_scalars(definitions, of))
    return Form(tuple(factors[:first]), function, tuple(factors[last:]), meaning)


def risk_form(expr: sympy.Expr, definitions: Definitions) -> Form:
    """The form of a risk.

    Raises :class:`~theory.algebra.spectral.NotSpectral` where it has none.
    """
    if not expr.has(Trace) and not any(isinstance(k, MatrixSymbol) for k, _ in definitions):
        return Form((), sympy.Integer(0), (), None, expanded(expr, definitions))
    of, meaning = _matrix(definitions)
    table = _scalars(definitions, of)
    constant, function = trace_functional(expr, of)
    constant, function = constant.subs(table), function.subs(table)
    # A trace that stands outside, such as tr(S), belongs to the function: tr(S) = sum of l.
    for symbol in sorted(constant.free_symbols & set(_TRACES.values()), key=str):
        slope = sympy.cancel(sympy.diff(constant, symbol))
        if symbol not in slope.free_symbols:
            inside = next(g for g, s in _TRACES.items() if s == symbol)
            function += slope * inside
            constant = sympy.expand(constant - slope * symbol)
    return Form((), function, (), meaning, constant)


# Symbols that stand for the trace of a function of S, by that function.
_TRACES: dict[sympy.Expr, sympy.Symbol] = {EIGENVALUE: sympy.Symbol("tr[lambda]")}


def _matrix(definitions: Definitions) -> tuple[MatrixSymbol, sympy.Expr]:
    for name, meaning in definitions:
        if isinstance(name, MatrixSymbol):
            return name, meaning
    raise NotSpectral("no symmetric matrix is defined")


def _scalars(definitions: Definitions, of: MatrixSymbol) -> dict[sympy.Symbol, sympy.Expr]:
    table = {}
    for name, meaning in definitions:
        if name.is_Symbol:
            constant, function = trace_functional(meaning, of)
            poly = sympy.Poly(function, EIGENVALUE)
            if poly.degree() > 1 or poly.coeff_monomial(1) != 0:
                raise NotSpectral(f"{meaning} is more than a multiple of tr({of})")
            table[name] = constant + poly.coeff_monomial(EIGENVALUE) * _TRACES[EIGENVALUE]
    return table
