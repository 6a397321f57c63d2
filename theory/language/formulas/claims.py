"""Formulas read as claims about a quantity of a design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy
from sympy import Identity, MatAdd, MatMul, MatPow, MatrixExpr, MatrixSymbol, ZeroMatrix

from theory.algebra import symbolic
from theory.algebra.spectral import EIGENVALUE, eigenfunction
from theory.designs.design import IDENTITY, Design
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.definitions import Definition, check_order, written_out
from theory.language.formulas.places import Unreadable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.scalars import index_power, power, rational
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.transposes import settled
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
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d

HALF = Fraction(1, 2)
WITH_IDENTITY = " (a multiple of the identity is written with I)"
INDEX = "i"
"""An example, in a formula for sample weights."""
FREE = "W"
"""The weight, in a formula for the risk at any weight."""


@dataclass(frozen=True)
class ClaimedFormula:
    """A formula claimed of a design.

    Parameters
    ----------
    tree
        The formula as it was parsed, without transposes of what is symmetric.
    expression
        The same in SymPy: a scalar, or a matrix expression. A weight without a named covariance is
        a multiple of the identity, and is given by its factor.
    shown
        The same with the names that abbreviate parts of it.
    relation
        What the quantity is claimed to be to it.
    """

    tree: Tree
    expression: sympy.Expr
    shown: sympy.Expr
    relation: Comparator = Comparator.EQUAL

    def over(self, other: ClaimedFormula) -> ClaimedFormula:
        """The quotient of two scalars."""
        return ClaimedFormula(
            Product(((False, self.tree), (True, other.tree)), self.tree.place),
            self.expression / other.expression,
            self.shown / other.shown,
        )


@dataclass(frozen=True)
class Abbreviation:
    """A name that stands for a part of claims.

    Parameters
    ----------
    symbol
        The name, as a scalar or as a matrix.
    tree
        What it stands for, without other abbreviations.
    expression
        What it stands for, as it was written.
    """

    symbol: sympy.Expr
    tree: Tree
    expression: sympy.Expr

    @property
    def name(self) -> str:
        return str(self.symbol)

    @property
    def meaning(self) -> Meaning:
        return Meaning.MATRIX if isinstance(self.symbol, MatrixExpr) else Meaning.SCALAR


Where = tuple[Abbreviation, ...]


def abbreviations(
    found: Iterable[Definition],
    design: Design,
    barred: Mapping[str, str] | None = None,
    others: Mapping[str, Meaning] | None = None,
) -> Where:
    """Names for parts of claims about a design, each defined by those before it.

    ``barred`` and ``others`` as in :func:`claim_formula`. Raises
    :class:`~theory.language.formulas.places.Unreadable` where a name is taken, unknown, or defined
    by itself.

    >>> from theory.language.formulas.parser import SOMEWHERE, parse
    >>> from theory.language.gallery.designs import rag
    >>> one = Definition("kappa", parse("alpha^2*d + 1"), SOMEWHERE)
    >>> risk_formula(parse("n*kappa"), rag, where=abbreviations([one], rag)).expression
    n*(alpha**2*d + 1)
    """
    found = tuple(found)
    check_order(found)
    known: Where = ()
    for one in found:
        scope = _scope(design, f"the definition of {one.name}", barred, others)
        taken = "the design or a limit" if one.name in {*scope.names, *scope.barred} else None
        taken = "another abbreviation" if one.name in {k.name for k in known} else taken
        if taken is not None:
            raise Unreadable(
                one.place,
                f"found {one.name!r} as the name of an abbreviation, but {taken} has this name; "
                "expected another one",
            )
        named = _with(scope, known)
        expression = _expression(one.tree, named)
        matrix = isinstance(expression, MatrixExpr)
        symbol = MatrixSymbol(one.name, d, d) if matrix else sympy.Symbol(one.name)
        tree = written_out(one.tree, {earlier.name: earlier.tree for earlier in known})
        _expression(tree, scope)
        known += (Abbreviation(symbol, tree, expression),)
    return known


def claim_formula(
    quantity: Quantity,
    tree: Tree,
    design: Design,
    barred: Mapping[str, str] | None = None,
    where: Where = (),
    others: Mapping[str, Meaning] | None = None,
    relation: Comparator = Comparator.EQUAL,
) -> ClaimedFormula:
    """A formula claimed of a quantity of a design.

    ``barred`` are names that cannot stand in it, each with why; ``where`` abbreviate parts of it.
    ``others`` are names that may stand in it besides, such as a weight that is free. Raises
    :class:`~theory.language.formulas.places.Unreadable` where it is none.
    """
    if relation is not Comparator.EQUAL and not quantity.has_order:
        what = "matrices have" if quantity is Quantity.WEIGHT else "what has a free factor has"
        what = what if quantity.is_one else "what has several entries has"
        raise Unreadable(
            tree.place,
            f"found {relation.value} for {quantity.words}; expected a formula: {what} no order",
        )
    own = {INDEX: Meaning.SCALAR} if quantity is Quantity.OMEGA else {}
    scope = _scope(design, quantity.words, barred, {**(others or {}), **own})
    found = _formula(tree, scope, where, scalar=quantity is not Quantity.WEIGHT)
    if quantity is Quantity.OMEGA and is_zero(found.expression):
        raise Unreadable(
            tree.place,
            f"found zero for {quantity.words}; expected another formula, as they are claimed up to "
            "a common factor",
        )
    return replace(found, relation=relation)


def risk_formula(
    tree: Tree, design: Design, barred: Mapping[str, str] | None = None, where: Where = ()
) -> ClaimedFormula:
    """A claimed risk of a design, as :func:`claim_formula`."""
    return claim_formula(Quantity.RISK, tree, design, barred, where)


def weight_formula(
    tree: Tree, design: Design, barred: Mapping[str, str] | None = None, where: Where = ()
) -> ClaimedFormula:
    """A claimed weight of a design, as :func:`claim_formula`."""
    return claim_formula(Quantity.WEIGHT, tree, design, barred, where)


def _formula(tree: Tree, scope: Scope, where: Where = (), scalar: bool = False) -> ClaimedFormula:
    found = _factor(_expression(tree, _with(scope, where), scalar))
    if not where:
        return ClaimedFormula(settled(tree, {FREE}), found, found)
    whole = settled(written_out(tree, {one.name: one.tree for one in where}), {FREE})
    return ClaimedFormula(whole, _factor(_expression(whole, scope, scalar)), found)


def _with(scope: Scope, where: Where) -> Scope:
    """The scope with abbreviations besides."""
    return replace(scope, names={**scope.names, **{one.name: one.meaning for one in where}})


def _expression(tree: Tree, scope: Scope, scalar: bool = False) -> sympy.Expr:
    role, matrices = scope.role, scope.named(Meaning.MATRIX) | scope.named(Meaning.VECTOR)
    size_bound(tree, matrices)
    refuse_zero_divisors(tree, matrices)
    found = _ClaimReading(scope).read(tree)
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


def _scope(
    design: Design,
    role: str,
    barred: Mapping[str, str] | None,
    others: Mapping[str, Meaning] | None = None,
) -> Scope:
    names = dict.fromkeys(["n", "d", *(p.name for p in design.parameters)], Meaning.SCALAR)
    names |= dict.fromkeys([*design.matrices, IDENTITY], Meaning.MATRIX)
    names |= dict.fromkeys(design.means, Meaning.VECTOR)
    vectors = [v for v, _ in (*design.prompt, *design.example)]
    own = dict.fromkeys(vectors, "a claim is about no single draw")
    drawn = "it is random, and a claim is about parameters of its law"
    own |= {one.name: drawn for one in design.random}
    own["i"] = "a claim is about the whole prompt, not about one example"
    return Scope(role, {**names, **(others or {})}, {**(barred or {}), **own})


def _factor(expr: sympy.Expr) -> sympy.Expr:
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


class _ClaimReading:
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
        plain = _factor(inside)
        return symbolic.trace(plain) if isinstance(plain, MatrixExpr) else d * plain
