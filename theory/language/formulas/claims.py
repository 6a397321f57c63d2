"""Formulas read as claims about a quantity of a design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sympy
from sympy import MatrixExpr, MatrixSymbol

from theory.designs.design import IDENTITY, Design
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.definitions import Definition, check_order, written_out
from theory.language.formulas.expressions import FREE, expression, factor
from theory.language.formulas.places import Unreadable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.transposes import settled
from theory.language.formulas.tree import (
    Product,
    Tree,
)
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d

INDEX = "i"
"""An example, in a formula for sample weights."""
OTHERS = "; others are defined by where = { ... } in the claim, or by --where"
"""What answers an unknown name."""


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
    >>> known = abbreviations([one], rag)
    >>> claim_formula(Quantity.RISK, parse("n*kappa"), rag, where=known).expression
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
        meant = expression(one.tree, named)
        matrix = isinstance(meant, MatrixExpr)
        symbol = MatrixSymbol(one.name, d, d) if matrix else sympy.Symbol(one.name)
        tree = written_out(one.tree, {earlier.name: earlier.tree for earlier in known})
        expression(tree, scope)
        known += (Abbreviation(symbol, tree, meant),)
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


def _formula(tree: Tree, scope: Scope, where: Where = (), scalar: bool = False) -> ClaimedFormula:
    found = factor(expression(tree, _with(scope, where), scalar))
    if not where:
        return ClaimedFormula(settled(tree, {FREE}), found, found)
    whole = settled(written_out(tree, {one.name: one.tree for one in where}), {FREE})
    return ClaimedFormula(whole, factor(expression(whole, scope, scalar)), found)


def _with(scope: Scope, where: Where) -> Scope:
    """The scope with abbreviations besides."""
    return replace(scope, names={**scope.names, **{one.name: one.meaning for one in where}})


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
    return Scope(role, {**names, **(others or {})}, {**(barred or {}), **own}, more=OTHERS)
