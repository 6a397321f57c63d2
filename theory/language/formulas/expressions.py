"""Formulas read as SymPy expressions in scalars, matrices and fixed vectors."""

from __future__ import annotations

import sympy
from sympy import Identity, MatAdd, MatMul, MatPow, MatrixExpr, MatrixSymbol, ZeroMatrix

from theory.algebra import symbolic
from theory.algebra.spectral import EIGENVALUE, eigenfunction
from theory.designs.design import IDENTITY
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import index_power, power, rational
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.tree import (
    IndexPower,
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
)
from theory.language.formulas.zeros import refuse_zero_divisors
from theory.scalars.symbols import d

WITH_IDENTITY = " (a multiple of the identity is written with I)"
FREE = "W"
"""The weight, in a formula for the risk at any weight."""


def expression(tree: Tree, scope: Scope, scalar: bool = False) -> sympy.Expr:
    """A formula in scalars, vectors and matrices, which is no vector; perhaps a scalar.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is none, or too large, or
    divides by zero, or is not real.

    >>> from theory.language.formulas.parser import parse
    >>> names = {"n": Meaning.SCALAR, "S": Meaning.MATRIX}
    >>> expression(parse("n*S*S^-1"), Scope("weight", names))
    n*I
    """
    role, matrices = scope.role, scope.named(Meaning.MATRIX) | scope.named(Meaning.VECTOR)
    size_bound(tree, matrices)
    refuse_zero_divisors(tree, matrices)
    found = _Reading(scope).read(tree)
    meaning = _meaning(found)
    if scalar and meaning is not Meaning.SCALAR:
        such = "tr(...) of it" if meaning is Meaning.MATRIX else "dot(..., ...) of two"
        raise Unreadable(
            tree.place, f"found {meaning.value} for {role}; expected a scalar, such as {such}"
        )
    if meaning is Meaning.VECTOR:
        raise Unreadable(
            tree.place, f"found a vector for {role}; expected a matrix, such as outer(..., ...)"
        )
    if found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
        raise Unreadable(tree.place, f"found {role} that divides by zero or is not real")
    return found


def factor(expr: sympy.Expr) -> sympy.Expr:
    """The factor of a multiple of the identity; a scalar and any other matrix as they are."""
    if not isinstance(expr, MatrixExpr):
        return expr
    if isinstance(expr, ZeroMatrix):
        return sympy.Integer(0)
    if expr.atoms(MatrixSymbol):
        return expr
    return eigenfunction(expr, MatrixSymbol(EIGENVALUE.name, d, d))


def _meaning(expr: sympy.Expr) -> Meaning:
    """What an expression is: vectors are matrices with one column."""
    if not isinstance(expr, MatrixExpr):
        return Meaning.SCALAR
    return Meaning.VECTOR if expr.shape[1] == 1 else Meaning.MATRIX


def _transposed(expr: sympy.Expr) -> sympy.Expr:
    """The transpose of an expression in vectors and matrices; a scalar as it is.

    Matrices are symmetric, but for W.
    """
    match expr:
        case MatrixSymbol(name=name) if name == FREE or expr.shape[1] == 1:
            return sympy.Transpose(expr)
        case sympy.Transpose():
            return expr.arg
        case MatMul(args=factors) | MatAdd(args=factors):
            order = factors if isinstance(expr, MatAdd) else reversed(factors)
            return expr.func(*map(_transposed, order)).doit(deep=False)
        case MatPow(args=(base, exponent)):
            return MatPow(_transposed(base), exponent)
        case _:
            return expr


class _Reading:
    def __init__(self, scope: Scope):
        self.scope = scope

    def read(self, tree: Tree) -> sympy.Expr:
        match tree:
            case Number(value):
                return rational(value)
            case Name(name):
                if self.scope.meaning(tree) is Meaning.SCALAR:
                    return sympy.Symbol(name)
                if self.scope.meaning(tree) is Meaning.VECTOR:
                    return MatrixSymbol(name, d, 1)
                return Identity(d) if name == IDENTITY else MatrixSymbol(name, d, d)
            case Negative(inside):
                return -self.read(inside)
            case Sum(parts):
                return self.sum(parts)
            case Product(factors):
                return self.product(factors)
            case Power(base):
                return self.power(self.matrix(base, "a root or a power"), tree)
            case IndexPower(base):
                return index_power(self.read(base), tree, self.scope)
            case TraceNode(inside):
                return self.trace(inside)
            case Transpose(inside):
                return _transposed(self.matrix(inside, "the transpose"))
            case Pairing():
                return self.pairing(tree)

    def matrix(self, tree: Tree, what: str) -> sympy.Expr:
        """A part that is no vector, of which ``what`` is taken."""
        found = self.read(tree)
        if _meaning(found) is Meaning.VECTOR:
            raise Unreadable(
                tree.place,
                f"found {what} of a vector in {self.scope.role}; expected vectors in dot(u, v) and "
                "outer(u, v) only",
            )
        return found

    def pairing(self, tree: Pairing) -> sympy.Expr:
        both = self.read(tree.left), self.read(tree.right)
        for part, found in zip((tree.left, tree.right), both, strict=True):
            if _meaning(found) is not Meaning.VECTOR:
                known = ", ".join(sorted(self.scope.named(Meaning.VECTOR)))
                raise Unreadable(
                    part.place,
                    f"found {_meaning(found).value} in {tree.name}(...) in {self.scope.role}; "
                    f"expected a fixed vector{f' such as {known}' if known else ', of [means]'}",
                )
        left, right = both
        if tree.is_outer:
            return MatMul(left, _transposed(right)).doit(deep=False)
        return symbolic.inner(left, right, _transposed)

    def sum(self, parts: tuple[tuple[bool, Tree], ...]) -> sympy.Expr:
        terms: list[sympy.Expr] = []
        for negative, tree in parts:
            term = self.read(tree)
            if terms and _meaning(term) is not _meaning(terms[0]):
                both = sorted({_meaning(term), _meaning(terms[0])}, key=list(Meaning).index)
                hint = "" if Meaning.VECTOR in both else WITH_IDENTITY
                raise Unreadable(
                    tree.place,
                    f"found {' and '.join(one.value for one in both)} added in {self.scope.role}; "
                    f"expected two of a kind{hint}",
                )
            terms.append(-term if negative else term)
        if isinstance(terms[0], MatrixExpr):
            return MatAdd(*terms).doit(deep=False)
        return sympy.Add(*terms)

    def product(self, factors: tuple[tuple[bool, Tree], ...]) -> sympy.Expr:
        scalars: list[sympy.Expr] = []
        matrices: list[sympy.Expr] = []
        for divides, tree in factors:
            value = self.read(tree)
            if not isinstance(value, MatrixExpr):
                scalars.append(1 / value if divides else value)
            elif divides:
                meaning = _meaning(value)
                hint = "its inverse, written ^-1" if meaning is Meaning.MATRIX else "a scalar"
                raise Unreadable(
                    tree.place,
                    f"found a division by {meaning.value} in {self.scope.role}; expected {hint}",
                )
            elif matrices and _meaning(matrices[-1]) is Meaning.VECTOR:
                raise Unreadable(
                    tree.place,
                    f"found {_meaning(value).value} after a vector in a product in "
                    f"{self.scope.role}; expected dot(u, v) or outer(u, v) for two vectors",
                )
            else:
                matrices.append(value)
        scalar = sympy.Mul(*scalars)
        if not matrices:
            return scalar
        # SymPy would write zero times a sum as a sum of zeros
        zero = ZeroMatrix(d, matrices[-1].shape[1])
        return MatMul(scalar, *matrices).doit(deep=False) if scalar != 0 else zero

    def power(self, base: sympy.Expr, tree: Power) -> sympy.Expr:
        if not isinstance(base, MatrixExpr):
            return power(base, tree)
        if tree.exponent.denominator == 2 and not isinstance(tree.base, Name):
            raise Unreadable(
                tree.place,
                f"found a root of a matrix in {self.scope.role}; expected roots of named "
                "covariances only, such as Sigma^(1/2) or sqrt(Sigma)",
            )
        if isinstance(base, ZeroMatrix) and tree.exponent < 0:
            raise Unreadable(tree.place, f"found the inverse of a zero matrix in {self.scope.role}")
        return MatPow(base, rational(tree.exponent)).doit(deep=False)

    def trace(self, tree: Tree) -> sympy.Expr:
        inside = self.matrix(tree, "the trace")
        if not isinstance(inside, MatrixExpr):
            raise Unreadable(
                tree.place,
                f"found the trace of a scalar in {self.scope.role}; expected a matrix"
                f"{WITH_IDENTITY}",
            )
        plain = factor(inside)
        return symbolic.trace(plain) if isinstance(plain, MatrixExpr) else d * plain
