"""Formulas read as linear combinations of vectors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import sympy

from theory.designs.combinations import Combination, Term
from theory.language.formulas import bounds
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import built, only_in_claims
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.tree import (
    Name,
    Negative,
    Power,
    Product,
    Sum,
    Tree,
    names,
)
from theory.language.formulas.zeros import refuse_zero_divisors

SCALAR, VECTOR, MATRIX = Meaning.SCALAR, Meaning.VECTOR, Meaning.MATRIX
# A coefficient, covariances in front, and a vector where the part is one.
_Term = tuple[sympy.Expr, tuple[str, ...], str | None]


def combination(tree: Tree, scope: Scope) -> Combination:
    """A formula as a linear combination: terms in the order in which they are written out.

    Raises :class:`~theory.language.formulas.places.Unreadable` where a vector does not enter
    linearly, where there is none, or where the formula is too large.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> names = {"Sigma": Meaning.MATRIX, "a": Meaning.VECTOR, "b": Meaning.VECTOR}
    >>> combination(parse("2*Sigma*(a - b/3)"), Scope("features", names))
    (2)*Sigma*a + (-2/3)*Sigma*b
    """
    size_bound(tree, scope.named(MATRIX))
    refuse_zero_divisors(tree)
    found = _CombinationReading(scope).read(tree)
    if found.meaning is not VECTOR:
        raise Unreadable(
            tree.place,
            f"found {found.meaning.value} for {scope.role}; expected a linear combination of "
            f"{', '.join(sorted(scope.named(VECTOR)))}",
        )
    return Combination(
        tuple(Term(c, matrices, v) for c, matrices, v in found.terms if v is not None)
    )


@dataclass(frozen=True)
class _CombinationPart:
    meaning: Meaning
    terms: tuple[_Term, ...]


class _CombinationReading:
    def __init__(self, scope: Scope):
        self.scope = scope

    def read(self, tree: Tree) -> _CombinationPart:
        if all(self.scope.names.get(name, SCALAR) is SCALAR for name in names(tree)):
            return _CombinationPart(SCALAR, ((built(tree, self.scope), (), None),))
        match tree:
            case Name(name):
                meaning, one = self.scope.meaning(tree), sympy.Integer(1)
                if meaning is VECTOR:
                    return _CombinationPart(VECTOR, ((one, (), name),))
                return _CombinationPart(MATRIX, ((one, (name,), None),))
            case Negative(inside):
                return _negative(self.read(inside))
            case Sum(parts):
                return self.sum(parts)
            case Product(factors):
                return self.product(factors)
            case Power(base):
                return self.power(self.read(base), tree)
            case _:
                raise only_in_claims(tree, self.scope)

    def sum(self, parts: tuple[tuple[bool, Tree], ...]) -> _CombinationPart:
        total = self.read(parts[0][1])
        for negative, tree in parts[1:]:
            part = self.read(tree)
            if part.meaning is not total.meaning:
                raise Unreadable(
                    tree.place,
                    f"found {part.meaning.value} added to {total.meaning.value} in "
                    f"{self.scope.role}; expected {total.meaning.value}",
                )
            part = _negative(part) if negative else part
            total = self.bounded(_CombinationPart(total.meaning, total.terms + part.terms), tree)
        return total

    def product(self, factors: tuple[tuple[bool, Tree], ...]) -> _CombinationPart:
        total = self.read(factors[0][1])
        for divides, tree in factors[1:]:
            part = self.read(tree)
            if divides:
                if part.meaning is not SCALAR:
                    raise Unreadable(
                        tree.place,
                        f"found a division by {part.meaning.value} in {self.scope.role}; expected "
                        "a division by a scalar",
                    )
                ((c, _, _),) = part.terms
                part = _CombinationPart(SCALAR, ((1 / c, (), None),))
            elif total.meaning is VECTOR and part.meaning is not SCALAR:
                raise Unreadable(
                    tree.place,
                    f"found {part.meaning.value} after a vector in a product in {self.scope.role}; "
                    "expected vectors to enter linearly, with covariances in front as in Sigma*e",
                )
            total = self.times(total, part, tree)
        return total

    def power(self, base: _CombinationPart, tree: Power) -> _CombinationPart:
        if base.meaning is VECTOR or tree.exponent.denominator == 2 or tree.exponent < 1:
            what = "root or power" if base.meaning is VECTOR else f"power {tree.exponent}"
            raise Unreadable(
                tree.place,
                f"found a {what} of {base.meaning.value} in {self.scope.role}; expected vectors to "
                "enter linearly, and covariances in whole positive powers",
            )
        total = base
        for _ in range(int(tree.exponent) - 1):
            total = self.times(total, base, tree)
        return total

    def times(
        self, left: _CombinationPart, right: _CombinationPart, tree: Tree
    ) -> _CombinationPart:
        meaning = max(left.meaning, right.meaning, key=[SCALAR, MATRIX, VECTOR].index)
        made = tuple(
            (a * b, (*before, *after), u or v)
            for (a, before, u), (b, after, v) in product(left.terms, right.terms)
        )
        return self.bounded(_CombinationPart(meaning, made), tree)

    def bounded(self, part: _CombinationPart, tree: Tree) -> _CombinationPart:
        if len(part.terms) > bounds.VECTOR_TERMS:
            raise Unreadable(
                tree.place,
                f"found a combination of {len(part.terms)} terms, written out; expected at most "
                f"{bounds.VECTOR_TERMS}",
            )
        longest = max(len(matrices) for _, matrices, _ in part.terms)
        if longest > bounds.FACTORS:
            raise Unreadable(
                tree.place,
                f"found {longest} covariances in one product; expected at most {bounds.FACTORS}",
            )
        return part


def _negative(part: _CombinationPart) -> _CombinationPart:
    return _CombinationPart(part.meaning, tuple((-c, matrices, v) for c, matrices, v in part.terms))
