"""SymPy expressions in the grammar of formulas."""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Identity

from theory.algebra.invariants import paired, trace_of
from theory.algebra.symbolic import Entry
from theory.designs.design import IDENTITY
from theory.errors import InputError
from theory.language.formulas.parser import SOMEWHERE
from theory.language.formulas.printing import printed
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
from theory.scalars.powers import varies
from theory.scalars.symbols import i, n

HALF = Fraction(1, 2)


def written(expr: sympy.Expr) -> str:
    """A scalar or matrix expression in the grammar of formulas.

    Raises :class:`~theory.errors.InputError` where the grammar has no word for it.

    >>> d, alpha = sympy.symbols("d alpha")
    >>> written(-2 * d / (3 * sympy.sqrt(alpha**2 * d + 1)))
    '-2*d/(3*sqrt(alpha^2*d + 1))'
    >>> S = sympy.MatrixSymbol("S", d, d)
    >>> written(sympy.Trace(S * (S + d * sympy.Identity(d)) ** -1) / d)
    'tr(S*(S + d*I)^-1)/d'
    """
    return printed(tree_of(expr))


def tree_of(expr: sympy.Expr) -> Tree:
    """A scalar or matrix expression as a tree. Raises as :func:`written` does."""
    if expr.is_Symbol and (vectors := paired(expr.name)) is not None:
        one, other = map(_name, vectors)
        return Pairing(one, other, False, SOMEWHERE)
    if expr.is_Symbol and (trace := trace_of(expr.name)) is not None:
        return tree_of(trace)
    if expr.is_Symbol or isinstance(expr, sympy.MatrixSymbol):
        return _name(expr.name)
    if isinstance(expr, Identity):
        return _name(IDENTITY)
    if isinstance(expr, sympy.Transpose):
        return Transpose(tree_of(expr.arg), SOMEWHERE)
    if isinstance(expr, Entry):
        (row, *column) = expr.args[0].args
        return Pairing(_column(row), _product([*map(tree_of, column)]), False, SOMEWHERE)
    if isinstance(expr, sympy.Trace):
        return TraceNode(tree_of(expr.arg), SOMEWHERE)
    if expr.is_Rational and (expr.is_Integer or expr < 0):
        return _negative(tree_of(-expr)) if expr < 0 else _number(int(expr))
    if expr.is_MatAdd or expr.is_Add:
        terms = expr.args if expr.is_MatAdd else expr.as_ordered_terms()
        # negative terms after positive ones, multiples of the identity last
        order = sorted(terms, key=lambda t: (_is_negative(t), t.is_Matrix and t.has(Identity)))
        return _sum(
            [(minus, tree_of(-t if minus else t)) for t in order for minus in [_is_negative(t)]]
        )
    if expr.is_MatMul or expr.is_Mul or expr.is_Rational:
        return _negative(tree_of(-expr)) if _is_negative(expr) else _quotient(expr)
    if isinstance(expr, sympy.MatPow):
        return Power(tree_of(expr.base), _exponent(expr.exp), SOMEWHERE)
    if expr.is_Pow and expr.exp.is_Rational and expr.exp < 0:
        return Product(((True, tree_of(1 / expr)),), SOMEWHERE)
    if expr.is_Pow and expr.exp.is_Rational and expr.exp.q <= 2:
        base = tree_of(expr.base)
        if expr.exp.q == 2:
            base = Power(base, HALF, SOMEWHERE)
        power = Fraction(int(expr.exp.p))
        return base if power == 1 else Power(base, power, SOMEWHERE)
    if varies(expr):
        parts = [sympy.expand(expr.exp).coeff(index) for index in (i, n)]
        constant = sympy.expand(expr.exp).subs({i: 0, n: 0})
        if all(part.is_Integer for part in (*parts, constant)) and parts[0] != 0:
            of_i, of_n = map(int, parts)
            return IndexPower(tree_of(expr.base), of_i, of_n, int(constant), SOMEWHERE)
    raise InputError(f"a design file has no word for {expr}")


def _quotient(expr: sympy.Expr) -> Tree:
    """A product, scalars and then matrices, over a product of scalars."""
    scalar, matrices = expr.as_coeff_matrices() if expr.is_MatMul else (expr, ())
    above: list[Tree] = []
    below: list[Tree] = []
    for factor in scalar.as_ordered_factors():
        if factor.is_Rational:
            above += [_number(int(factor.p))] if factor.p != 1 else []
            below += [_number(int(factor.q))] if factor.q != 1 else []
        elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
            below.append(tree_of(1 / factor))
        else:
            above.append(tree_of(factor))
    cut = next((k for k, factor in enumerate(matrices) if factor.shape[0] == 1), 0)
    if cut > 0:  # vectors, of which the grammar has the outer product
        left = _product([*map(tree_of, matrices[:cut])])
        above.append(Pairing(left, _column(matrices[cut]), True, SOMEWHERE))
        cut += 1
    above += map(tree_of, matrices[cut:])
    divided = [(True, _product(below))] if below else []
    if not divided and len(above) == 1:
        return above[0]
    return Product((*((False, factor) for factor in above), *divided), SOMEWHERE)


def _column(row: sympy.Expr) -> Tree:
    """A vector that lies in a product as a row, standing up."""
    return (
        tree_of(row.arg) if isinstance(row, sympy.Transpose) else Transpose(tree_of(row), SOMEWHERE)
    )


def _is_negative(expr: sympy.Expr) -> bool:
    """Whether it has a minus sign in front."""
    scalar = expr.as_coeff_matrices()[0] if expr.is_MatMul else expr
    return not scalar.is_Matrix and bool(scalar.as_coeff_Mul()[0] < 0)


def _exponent(power: sympy.Expr) -> Fraction:
    if not power.is_Rational:
        raise InputError(f"a design file has no word for the power {power}")
    return Fraction(int(power.p), int(power.q))


def _product(factors: list[Tree]) -> Tree:
    if len(factors) == 1:
        return factors[0]
    return Product(tuple((False, factor) for factor in factors), SOMEWHERE)


def _sum(parts: list[tuple[bool, Tree]]) -> Tree:
    (minus, first), *rest = parts
    first = _negative(first) if minus else first
    return Sum(((False, first), *rest), SOMEWHERE) if rest else first


def _name(name: str) -> Tree:
    if not name[0].isalpha():
        raise InputError(f"a design file has no word for {name}")
    return Name(name, SOMEWHERE)


def _number(value: int) -> Tree:
    return Number(Fraction(value), SOMEWHERE)


def _negative(tree: Tree) -> Tree:
    """Minus a tree; the sign of a product is that of its first factor, as it is read."""
    if not isinstance(tree, Product):
        return Negative(tree, SOMEWHERE)
    (divides, first), *rest = tree.factors
    if divides:
        rest, first = [(True, first), *rest], _number(1)
    return Product(((False, Negative(first, SOMEWHERE)), *rest), SOMEWHERE)
