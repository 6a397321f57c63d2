"""Formulas read as covariances that are functions of others: sums of products of their powers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import sympy

from theory.designs.covariances import MatrixFactors, MatrixTerm, OuterProduct, merged
from theory.designs.design import IDENTITY
from theory.language.formulas import bounds
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import built
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.tree import (
    Name,
    Negative,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
    children,
    names,
)
from theory.language.formulas.zeros import refuse_zero_divisors

Terms = tuple[MatrixTerm, ...]
ONE = Fraction(1)


def matrix_sum(
    tree: Tree, scope: Scope, known: Mapping[str, Terms], projections: frozenset[str] = frozenset()
) -> Terms:
    """A formula in covariances as a sum of products of powers, each power in halves.

    ``known`` are those among the names that are sums themselves; powers of ``projections`` are
    these. Raises :class:`~theory.language.formulas.places.Unreadable` where it is no such sum.

    >>> from theory.language.formulas.parser import parse
    >>> names = {"S": Meaning.MATRIX, "I": Meaning.MATRIX, "g": Meaning.SCALAR}
    >>> matrix_sum(parse("g*I + (1 - g)*S^(1/2)"), Scope("B", names), {})
    ((g)*I, (1 - g)*S^(1/2))
    """
    size_bound(tree, scope.named(Meaning.MATRIX))
    refuse_zero_divisors(tree)
    found = _MatrixReading(scope, known, projections).read(tree)
    if not found.is_matrix:
        raise Unreadable(
            tree.place, f"found a scalar for {scope.role}; expected a matrix, such as 2*I"
        )
    if not found.terms:
        raise Unreadable(tree.place, f"found zero for {scope.role}; expected a covariance")
    return found.terms


@dataclass(frozen=True)
class _MatrixPart:
    """A matrix, or a scalar where it is no matrix."""

    is_matrix: bool
    terms: Terms

    @property
    def kind(self) -> str:
        return (Meaning.MATRIX if self.is_matrix else Meaning.SCALAR).value


class _MatrixReading:
    def __init__(self, scope: Scope, known: Mapping[str, Terms], projections: frozenset[str]):
        self.scope, self.known, self.projections = scope, known, projections

    def read(self, tree: Tree) -> _MatrixPart:
        matrices = self.scope.named(Meaning.MATRIX)
        if not names(tree) & matrices and not _has_outer(tree) and not isinstance(tree, TraceNode):
            return _MatrixPart(False, (MatrixTerm(self.number(tree)),))
        match tree:
            case Name(name):
                one = sympy.Integer(1)
                plain = (MatrixTerm(one, () if name == IDENTITY else ((name, ONE),)),)
                return _MatrixPart(True, self.known.get(name, plain))
            case Negative(inside):
                return _scaled(self.read(inside), sympy.Integer(-1))
            case Sum(parts):
                return self.sum(parts)
            case Product(factors):
                return self.product(factors)
            case Power(base):
                return self.power(self.read(base), tree)
            case Pairing(left, right, True):
                pair = OuterProduct(self.vector(left), self.vector(right))
                return _MatrixPart(True, (MatrixTerm(sympy.Integer(1), (pair,)),))
            case Transpose(inside):
                found = self.read(inside)
                turned = (MatrixTerm(t.coefficient, t.turned) for t in found.terms)
                return _MatrixPart(found.is_matrix, tuple(turned))
            case _:
                raise Unreadable(
                    tree.place,
                    f"found tr(...) in {self.scope.role}; a trace may only stand in a claim",
                )

    def vector(self, tree: Tree) -> str:
        """The name of a fixed vector."""
        if isinstance(tree, Name) and self.scope.meaning(tree) is Meaning.VECTOR:
            return tree.name
        known = ", ".join(sorted(self.scope.named(Meaning.VECTOR)))
        raise Unreadable(
            tree.place,
            f"found something else in outer(...) in {self.scope.role}; expected a fixed vector"
            f"{f' such as {known}' if known else ', of [means]'}",
        )

    def number(self, tree: Tree) -> sympy.Expr:
        """A scalar; without roots, so that what it is put in stays rational."""
        found = built(tree, self.scope)
        if any(not power.exp.is_integer for power in found.atoms(sympy.Pow)):
            raise Unreadable(
                tree.place,
                f"found a root of a scalar in {self.scope.role}; expected a rational formula",
            )
        return found

    def sum(self, parts: tuple[tuple[bool, Tree], ...]) -> _MatrixPart:
        total = self.read(parts[0][1])
        for negative, tree in parts[1:]:
            part = self.read(tree)
            if part.is_matrix != total.is_matrix:
                raise Unreadable(
                    tree.place,
                    f"found {part.kind} added to {total.kind} in {self.scope.role}; expected "
                    f"{total.kind}, such as 2*I for a matrix",
                )
            part = _scaled(part, sympy.Integer(-1)) if negative else part
            total = self.collected(total.is_matrix, [*total.terms, *part.terms], tree)
        return total

    def product(self, factors: tuple[tuple[bool, Tree], ...]) -> _MatrixPart:
        total = self.read(factors[0][1])
        for divides, tree in factors[1:]:
            part = self.read(tree)
            if divides and part.is_matrix:
                raise Unreadable(
                    tree.place,
                    f"found a division by a matrix in {self.scope.role}; expected a power, such as "
                    "S^-1",
                )
            if divides:
                part = _MatrixPart(False, (MatrixTerm(1 / part.terms[0].coefficient),))
            total = self.times(total, part, tree)
        return total

    def power(self, base: _MatrixPart, tree: Power) -> _MatrixPart:
        exponent = tree.exponent
        if exponent.denominator == 1 and exponent > 0:
            total = base
            for _ in range(int(exponent) - 1):
                total = self.times(total, base, tree)
            return total
        factors = base.terms[0].factors if len(base.terms) == 1 else None
        plain = factors is not None and base.terms[0].coefficient == 1 and len(factors) <= 1
        if not plain or not factors:
            if plain or exponent == 0:
                return _MatrixPart(True, (MatrixTerm(sympy.Integer(1)),))
            raise Unreadable(
                tree.place,
                f"found the power {exponent} of a sum or product in {self.scope.role}; expected "
                "that of one covariance, such as S^-1 or S^(1/2), as no other has a letter in "
                "words: make the sum a covariance C that is given, and a part of it a difference, "
                "as in C - S",
            )
        (factor,) = factors
        if isinstance(factor, OuterProduct):
            raise Unreadable(
                tree.place,
                f"found the power {exponent} of an outer product in {self.scope.role}; expected "
                "whole positive powers of one",
            )
        name, before = factor
        if name in self.projections and exponent < 0:
            raise Unreadable(
                tree.place,
                f"found an inverse of the projection {name} in {self.scope.role}; it has one only "
                "where it is I",
            )
        found = before * exponent
        if found.denominator > 2:
            raise Unreadable(
                tree.place,
                f"found {name}^({found}) in {self.scope.role}; expected whole and half powers",
            )
        term = MatrixTerm(sympy.Integer(1), ((name, found),) if found else ())
        return self.collected(True, [term], tree)

    def times(self, left: _MatrixPart, right: _MatrixPart, tree: Tree) -> _MatrixPart:
        made = [
            MatrixTerm(a.coefficient * b.coefficient, merged((*a.factors, *b.factors)))
            for a in left.terms
            for b in right.terms
        ]
        return self.collected(left.is_matrix or right.is_matrix, made, tree)

    def collected(self, is_matrix: bool, terms: list[MatrixTerm], tree: Tree) -> _MatrixPart:
        """Like terms together, projections once."""
        total: dict[MatrixFactors, sympy.Expr] = {}
        for term in terms:
            factors = tuple(
                (f[0], ONE) if isinstance(f, tuple) and f[0] in self.projections else f
                for f in term.factors
            )
            total[factors] = sympy.expand(total.get(factors, sympy.Integer(0)) + term.coefficient)
        found = tuple(MatrixTerm(c, factors) for factors, c in total.items() if c != 0)
        longest = max((sum(abs(p) for _, p in t.powers) + len(t.outer) for t in found), default=0)
        if len(found) > bounds.VECTOR_TERMS or longest > bounds.FACTORS:
            raise Unreadable(
                tree.place,
                f"found more than {bounds.VECTOR_TERMS} terms, or {bounds.FACTORS} covariances in "
                f"one product, in {self.scope.role}, written out; expected fewer",
            )
        return _MatrixPart(is_matrix, found)


def _scaled(part: _MatrixPart, by: sympy.Expr) -> _MatrixPart:
    terms = (MatrixTerm(by * term.coefficient, term.factors) for term in part.terms)
    return _MatrixPart(part.is_matrix, tuple(terms))


def _has_outer(tree: Tree) -> bool:
    """Whether an outer product occurs."""
    here = isinstance(tree, Pairing) and tree.is_outer
    return here or any(map(_has_outer, children(tree)))
