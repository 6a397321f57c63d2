"""Formulas read as scalars."""

from __future__ import annotations

from fractions import Fraction

import sympy

from theory.language.formulas import bounds
from theory.language.formulas.places import Unreadable, shown
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
from theory.scalars.symbols import i, n


def scalar(tree: Tree, scope: Scope) -> sympy.Expr:
    """A formula as a SymPy scalar, built node by node.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is none, or too large, or
    divides by zero, or is not real.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> names = {"n": Meaning.SCALAR, "i": Meaning.SCALAR}
    >>> scalar(parse("1 - i/n"), Scope("task", names))
    -i/n + 1
    """
    size_bound(tree)
    refuse_zero_divisors(tree)
    return built(tree, scope)


def built(tree: Tree, scope: Scope) -> sympy.Expr:
    """A formula as a scalar, once its size and its divisors have been checked."""
    match tree:
        case Number(value):
            return rational(value)
        case Name(name):
            meaning = scope.meaning(tree)
            if meaning is not Meaning.SCALAR:
                raise Unreadable(
                    tree.place,
                    f"found {name!r}, {meaning.value}, in {scope.role}; expected a scalar",
                )
            return sympy.Symbol(name)
        case Negative(inside):
            return -built(inside, scope)
        case Sum(parts):
            terms = [(negative, built(part, scope)) for negative, part in parts]
            return sympy.Add(*(-term if negative else term for negative, term in terms))
        case Product(factors):
            found = [(divides, built(factor, scope)) for divides, factor in factors]
            return sympy.Mul(*(1 / value if divides else value for divides, value in found))
        case Power(base):
            return power(built(base, scope), tree)
        case IndexPower(base):
            return index_power(built(base, scope), tree, scope)
        case TraceNode() | Transpose() | Pairing():
            raise only_in_claims(tree, scope)


def only_in_claims(tree: Tree, scope: Scope) -> Unreadable:
    """The error of a trace, a transpose or a product of vectors that stands elsewhere."""
    match tree:
        case TraceNode():
            found, what = "tr(...)", "a trace"
        case Pairing():
            found, what = f"{tree.name}(..., ...)", "it"
        case _:
            found = what = "a transpose"
    return Unreadable(
        tree.place, f"found {found} in {scope.role}; {what} may only stand in a claim"
    )


def index_power(base: sympy.Expr, tree: IndexPower, scope: Scope) -> sympy.Expr:
    """A parameter or a number to an exponent that depends on the example."""
    for index in (i, n):
        scope.meaning(Name(index.name, tree.place))
    if not (base.is_Symbol or (base.is_Rational and base != 0)) or base in (i, n):
        raise Unreadable(
            tree.place,
            f"found {shown(str(base))} to an exponent with i in {scope.role}; expected a "
            "parameter, or a number that is not zero",
        )
    return base ** (tree.of_i * i + tree.of_n * n + tree.constant)


def rational(value: Fraction) -> sympy.Rational:
    """A fraction as SymPy writes it.

    >>> rational(Fraction(2, 4))
    1/2
    """
    return sympy.Rational(value.numerator, value.denominator)


def power(base: sympy.Expr, tree: Power) -> sympy.Expr:
    """A scalar to the exponent of a tree; roots of numbers only where they are small and real."""
    if tree.exponent.denominator == 2 and base.is_number:
        if not base.is_Rational:
            raise Unreadable(
                tree.place,
                f"found a root of {shown(str(base))}; expected no root of a root of a number",
            )
        if base < 0:
            raise Unreadable(
                tree.place,
                f"found a root of {shown(str(base))}; expected a root of nothing negative",
            )
        if len(str(base.p * base.q)) > bounds.ROOT:
            raise Unreadable(
                tree.place,
                "found a root of a long number; expected at most "
                f"{bounds.ROOT} digits, of numerator and denominator together",
            )
    return base ** rational(tree.exponent)
