"""Labels that are polynomials in dot products of vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sympy

from theory.designs.combinations import Combination, scalar, vector
from theory.errors import InputError

FEATURES, TASK, QUERY = "features", "task", "query"
ROLES = frozenset({FEATURES, TASK, QUERY})
"""Names of the vectors that a design makes, which may stand in its labels beside those it draws."""
Dot = tuple[Combination, Combination]
"""The dot product of two vectors."""


@dataclass(frozen=True)
class LabelTerm:
    """A scalar times dot products."""

    coefficient: sympy.Expr
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True)
class Label:
    """A sum of terms.

    Examples
    --------
    >>> square = dot(vector("features"), vector("task")) * dot(vector("features"), vector("task"))
    >>> found = 2 * square + constant(1)
    >>> [(term.coefficient, len(term.dots)) for term in found.terms], sorted(found.vectors)
    ([(2, 2), (1, 0)], ['features', 'task'])
    """

    terms: tuple[LabelTerm, ...]

    def __add__(self, other: Label) -> Label:
        return Label(self.terms + other.terms)

    def __mul__(self, other: Any) -> Label:
        if not isinstance(other, Label):
            other = constant(other)
        return Label(
            tuple(
                LabelTerm(a.coefficient * b.coefficient, a.dots + b.dots)
                for a in self.terms
                for b in other.terms
            )
        )

    __rmul__ = __mul__

    @property
    def combinations(self) -> tuple[Combination, ...]:
        """The vectors that are multiplied."""
        return tuple(dict.fromkeys(c for t in self.terms for pair in t.dots for c in pair))

    @property
    def vectors(self) -> frozenset[str]:
        """Names of the vectors that occur, roles among them."""
        return frozenset().union(*(c.vectors for c in self.combinations))

    @property
    def symbols(self) -> frozenset[sympy.Symbol]:
        """Scalar symbols, those in combinations included."""
        own = (t.coefficient.free_symbols for t in self.terms)
        return frozenset().union(*own, *(c.symbols for c in self.combinations))

    def mapped(
        self,
        combination: Callable[[Combination], Combination],
        scalar: Callable[[sympy.Expr], sympy.Expr],
    ) -> Label:
        """The same with its combinations, and its coefficients, changed."""
        return Label(
            tuple(
                LabelTerm(
                    scalar(t.coefficient),
                    tuple((combination(left), combination(right)) for left, right in t.dots),
                )
                for t in self.terms
            )
        )

    def of_query(self) -> Label:
        """The same for the query, whose features it has in place of an example's."""

        def swapped(combination: Combination) -> Combination:
            return Combination(
                tuple(
                    replace(t, vector=QUERY) if t.vector == FEATURES else t
                    for t in combination.terms
                )
            )

        return self.mapped(swapped, lambda c: c)


def labelled(role: str, value: Any) -> Label:
    """A label, or :class:`~theory.errors.InputError`."""
    if not (isinstance(value, Label) and value.terms):
        raise InputError(f"{role} must be a polynomial in dot products of vectors, got {value!r}")
    return value


def dot(left: Combination, right: Combination) -> Label:
    """The dot product of two combinations of vectors.

    >>> dot(vector("z"), vector("task")).terms
    (LabelTerm(coefficient=1, dots=((z, task),)),)
    """
    for one in (left, right):
        if not (isinstance(one, Combination) and one.terms):
            raise InputError(f"a dot product is one of two vectors, got {one!r}")
    return Label((LabelTerm(sympy.Integer(1), ((left, right),)),))


def constant(value: Any) -> Label:
    """A label without vectors: a number, or an expression in parameters and random scalars.

    >>> constant(3).terms
    (LabelTerm(coefficient=3, dots=()),)
    """
    return Label((LabelTerm(scalar("a label", value)),))


LINEAR = dot(vector(FEATURES), vector(TASK))
"""The label of a design that says nothing else."""
