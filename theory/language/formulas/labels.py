"""Formulas read as labels: polynomials in dot products of vectors."""

from __future__ import annotations

import sympy

from theory.designs.label import Label, LabelTerm, dot
from theory.language.formulas import bounds
from theory.language.formulas.combinations import combination
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import built
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.tree import Negative, Pairing, Power, Product, Sum, Tree, names
from theory.language.formulas.zeros import refuse_zero_divisors


def label(tree: Tree, scope: Scope) -> Label:
    """A formula as a label, its terms in the order in which they are written out.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is none, or too large.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> names = {"s": Meaning.SCALAR, "z": Meaning.VECTOR, "task": Meaning.VECTOR}
    >>> label(parse("s + dot(z, task)^2/2"), Scope("label", names)).terms[1].coefficient
    1/2
    """
    size_bound(tree, scope.named(Meaning.MATRIX))
    refuse_zero_divisors(tree)
    return _read(tree, scope)


def _read(tree: Tree, scope: Scope) -> Label:
    meanings = {scope.names.get(name, Meaning.SCALAR) for name in names(tree)}
    if meanings <= {Meaning.SCALAR}:
        return Label((LabelTerm(built(tree, scope)),))
    match tree:
        case Pairing(left, right, False):
            return dot(combination(left, scope), combination(right, scope))
        case Negative(inside):
            return -1 * _read(inside, scope)
        case Sum(parts):
            signed = [(-1 if negative else 1) * _read(part, scope) for negative, part in parts]
            return _bounded(Label(tuple(t for one in signed for t in one.terms)), tree)
        case Product(factors):
            found = Label((LabelTerm(sympy.Integer(1)),))
            for divides, factor in factors:
                part = _read(factor, scope)
                if divides:
                    part = _inverse(part, factor)
                found = _bounded(found * part, tree)
            return found
        case Power(base, exponent) if exponent.denominator == 1 and exponent > 0:
            once = whole = _read(base, scope)
            for _ in range(int(exponent) - 1):
                whole = _bounded(whole * once, tree)
            return whole
        case Power():
            raise Unreadable(
                tree.place,
                f"found the power {tree.exponent} of a dot product in {scope.role}; expected "
                "whole positive powers",
            )
        case _:
            raise Unreadable(
                tree.place,
                f"found a vector or a matrix in {scope.role}; expected dot(..., ...) of two "
                "vectors, such as dot(features, task), numbers and scalars",
            )


def _inverse(part: Label, tree: Tree) -> Label:
    if len(part.terms) > 1 or part.terms[0].dots:
        raise Unreadable(
            tree.place, "found a division by a dot product; expected a division by a scalar"
        )
    return Label((LabelTerm(1 / part.terms[0].coefficient),))


def _bounded(found: Label, tree: Tree) -> Label:
    if len(found.terms) > bounds.LABEL_TERMS:
        raise Unreadable(
            tree.place,
            f"found a label of {len(found.terms)} terms, written out; expected at most "
            f"{bounds.LABEL_TERMS}",
        )
    longest = max(len(term.dots) for term in found.terms)
    if longest > bounds.DOTS:
        raise Unreadable(
            tree.place,
            f"found {longest} dot products in one product; expected at most {bounds.DOTS}",
        )
    return found
