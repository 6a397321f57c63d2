"""What a statement claims: formulas as SymPy expressions, and their values.

A claim is typed once, in its statement's record, in the paper's notation: square roots of
covariances, inverses and named abbreviations included. It is evaluated exactly where it can be:
functions of one symmetric matrix go through :mod:`theory.algebra.spectral`, which also gives them a
meaning where that matrix is singular.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import sympy
from sympy import Identity, Inverse, MatAdd, MatMul, MatPow, MatrixExpr, MatrixSymbol, Trace
from sympy.matrices.expressions import Transpose

from theory.algebra.definitions import Definitions
from theory.algebra.spectral import NotSpectral, eigenfunction, fraction, trace_functional
from theory.algebra.symbolic import Entry
from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import InputError, UnknownName


@dataclass(frozen=True)
class Claim:
    """A claimed optimal weight and risk.

    Parameters
    ----------
    weight
        A SymPy matrix expression, or a scalar that stands for a multiple of the identity.
    risk
        A SymPy scalar.
    definitions
        Abbreviations used in both, with their meaning.
    """

    weight: sympy.Expr
    risk: sympy.Expr
    definitions: Definitions = ()

    def __post_init__(self) -> None:
        for expr in (self.weight, self.risk, *(meaning for _, meaning in self.definitions)):
            if sympy.sympify(expr, strict=True).has(sympy.Float):
                raise InputError(f"a claim has to be exact, not in floating point: {expr}")

    def weight_at(self, instance: Instance) -> Any:
        """The claimed weight as a d x d matrix of the instance's arithmetic."""
        if not isinstance(self.weight, MatrixExpr):
            factor = self._scalar(self.weight, instance)
            return instance.arithmetic.identity(instance.d) * factor
        return self._matrix(self.weight, instance)

    def risk_at(self, instance: Instance) -> Any:
        """The claimed risk as a number of the instance's arithmetic."""
        return self._scalar(self.risk, instance)

    def _scalar(self, expr: sympy.Expr, instance: Instance) -> Any:
        plain = {
            name.name: self._scalar(meaning, instance)
            for name, meaning in self.definitions
            if name.is_Symbol and expr.has(name)
        }
        inside: dict[str, Any] = {**instance.scalars, **instance.invariants, **plain}
        entries = {e: sympy.Dummy() for e in expr.atoms(Entry)}
        inside |= {
            stand_in.name: instance.arithmetic.trace(self._matrix(e.args[0], instance))
            for e, stand_in in entries.items()
        }
        whole, expr = expr, expr.xreplace(entries)
        if expr.has(Trace):
            symbols = sorted(expr.atoms(MatrixSymbol), key=str)
            try:
                if len(symbols) != 1:
                    raise NotSpectral
                constant, function = trace_functional(expr, symbols[0])
                inner = {t: sympy.Dummy() for t in function.atoms(Trace)}
                inside |= {s.name: self._scalar(t, instance) for t, s in inner.items()}
                value = self._function(
                    function.xreplace(inner), self._similar(symbols[0], instance), inside, instance
                )
                value = instance.arithmetic.trace(value)
                return value + scalar_value(constant, inside, instance.arithmetic)
            except NotSpectral:
                pass
            stand_ins = {t: sympy.Dummy() for t in whole.atoms(Trace)}
            inside |= {
                stand_in.name: instance.arithmetic.trace(self._matrix(t.arg, instance))
                for t, stand_in in stand_ins.items()
            }
            expr = whole.xreplace({**entries, **stand_ins})
        return scalar_value(expr, inside, instance.arithmetic)

    def _function(
        self, function: sympy.Expr, at: Any, scalars: Mapping[str, Any], instance: Instance
    ) -> Any:
        """A rational function of a matrix: numerator times inverse of the denominator."""
        top, bottom = (
            [scalar_value(c, scalars, instance.arithmetic) for c in p.all_coeffs()]
            for p in fraction(function)
        )
        value = _horner(top, at, instance)
        if len(bottom) == 1:
            return value * (1 / bottom[0])
        return instance.arithmetic.solve(_horner(bottom, at, instance), value)

    def _similar(self, symbol: MatrixSymbol, instance: Instance) -> Any:
        """A matrix with the eigenvalues of the named one, free of roots where that can be had."""
        table = {name: meaning for name, meaning in self.definitions if name == symbol}
        if symbol not in table:
            return self._matrix(symbol, instance)
        factors = list(table[symbol].as_coeff_matrices()[1])
        if len(factors) > 1:  # R A R has the eigenvalues of A R R
            factors = factors[1:] + factors[:1]
        return self._matrix(table[symbol].as_coeff_matrices()[0] * MatMul(*factors), instance)

    def _matrix(self, expr: MatrixExpr, instance: Instance) -> Any:
        arithmetic = instance.arithmetic
        if isinstance(expr, MatrixSymbol):
            for name, meaning in self.definitions:
                if name == expr:
                    return self._matrix(meaning, instance)
            if expr.name not in instance.matrices:
                raise UnknownName("matrix", expr.name, instance.matrices)
            return instance.matrices[expr.name]
        if isinstance(expr, Identity):
            return arithmetic.identity(instance.d)
        if isinstance(expr, MatMul):
            scalar, matrices = expr.as_coeff_matrices()
            product = reduce(mul, (self._matrix(a, instance) for a in _merged(matrices)))
            return product * self._scalar(scalar, instance)
        if isinstance(expr, MatAdd):
            parts = [self._matrix(a, instance) for a in expr.args]
            return sum(parts[1:], parts[0])
        if isinstance(expr, Transpose):
            return arithmetic.transpose(self._matrix(expr.arg, instance))
        if isinstance(expr, (MatPow, Inverse)):
            return self._power(expr, instance)
        raise TypeError(f"cannot evaluate {type(expr).__name__} in {expr}")

    def _power(self, expr: MatPow, instance: Instance) -> Any:
        arithmetic = instance.arithmetic
        symbols = _matrices(expr.base)
        if abs(expr.exp) == sympy.Rational(1, 2) and isinstance(expr.base, MatrixSymbol):
            base = instance.root(expr.base.name)
        elif not expr.exp.is_Integer:
            raise TypeError(f"cannot evaluate the power {expr.exp} in {expr}")
        elif len(symbols) == 1 and not isinstance(expr.base, MatrixSymbol):
            (symbol,) = symbols
            scalars = {**instance.scalars, **instance.invariants}
            for name, meaning in self.definitions:
                if name.is_Symbol:
                    scalars[name.name] = self._scalar(meaning, instance)
            traces = {t: sympy.Dummy() for t in expr.atoms(Trace)}
            scalars |= {s.name: self._scalar(t, instance) for t, s in traces.items()}
            try:
                function = eigenfunction(expr.xreplace(traces), symbol)
                return self._function(function, self._matrix(symbol, instance), scalars, instance)
            except NotSpectral:
                base = self._matrix(expr.base, instance)
        else:
            base = self._matrix(expr.base, instance)
        if expr.exp < 0:
            base = arithmetic.solve(base, arithmetic.identity(instance.d))
        count = 1 if not expr.exp.is_Integer else abs(int(expr.exp))
        return reduce(mul, [base] * count)


def _matrices(expr: MatrixExpr) -> set[MatrixSymbol]:
    """The matrices of an expression, those inside traces left out."""
    return expr.xreplace({t: sympy.Dummy() for t in expr.atoms(Trace)}).atoms(MatrixSymbol)


def _merged(factors: tuple[MatrixExpr, ...]) -> list[MatrixExpr]:
    """Neighbouring half powers of one matrix put together: they need no root."""
    out: list[MatrixExpr] = []
    for factor in factors:
        if (
            out
            and all(
                isinstance(a, MatPow) and a.exp == sympy.Rational(1, 2) for a in (out[-1], factor)
            )
            and out[-1].base == factor.base
        ):
            out[-1] = factor.base
        else:
            out.append(factor)
    return out


def _horner(coefficients: list[Any], at: Any, instance: Instance) -> Any:
    one = instance.arithmetic.identity(instance.d)
    value = one * coefficients[0]
    for c in coefficients[1:]:
        value = value * at + one * c
    return value
