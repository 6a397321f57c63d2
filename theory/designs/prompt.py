"""Reading a design as a prompt, in any algebra.

One reading serves all: words (:class:`Words`), polynomials in the Gaussian coordinates
(:mod:`theory.risks.coordinates`), tensors (:mod:`numerics.sampling`). An algebra only says what the
named vectors are; elements need ``+``, ``@`` and ``.mT``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import matmul
from typing import Any, Generic, Protocol, TypeVar

import sympy

from theory.algebra.blocks import Blocks
from theory.algebra.polynomials import MatrixPolynomial, identity, letter
from theory.algebra.words import (
    ONE,
    D,
    Factor,
    Letter,
    N,
    Space,
    diagonal,
    fixed,
    gaussian,
    ones,
    power_of,
    projection,
    random_scalar,
    symmetric,
)
from theory.designs.combinations import Combination, substituted
from theory.designs.covariances import pieces
from theory.designs.design import IDENTITY, NOISE, QUERY_NOISE, Design
from theory.designs.groups import Group
from theory.designs.label import FEATURES, QUERY, TASK, Label
from theory.designs.random_scalars import Indeterminate, in_powers
from theory.errors import Underivable
from theory.scalars.symbols import i


class Element(Protocol):
    """A matrix of whatever kind: words, exact polynomials, tensors."""

    def __add__(self, other: Any, /) -> Any: ...
    def __matmul__(self, other: Any, /) -> Any: ...
    @property
    def mT(self) -> Any: ...


M = TypeVar("M", bound=Element)


@dataclass(frozen=True)
class Prompt(Generic[M]):
    """A prompt of n examples and a query, rows are examples.

    Parameters
    ----------
    query
        d x 1.
    features
        n x d, rows ``x_i'``.
    labels
        n x 1.
    label
        1 x 1, the query's hidden label.
    """

    query: M
    features: M
    labels: M
    label: M


class VectorAlgebra(Protocol[M]):
    """What a reading of a design has to provide."""

    def vector(self, name: str, covariance: str) -> M:
        """A prompt-level Gaussian, d x 1."""

    def examples(self, name: str, covariance: str, group: Group) -> M:
        """An example-level Gaussian, one row (of length d) per example of the group."""

    def mean(self, name: str) -> M:
        """A fixed vector, d x 1."""

    def matrix(self, name: str) -> M:
        """A named covariance as a factor, d x d."""

    def ones(self, group: Group) -> M:
        """The all-ones vector, one entry per example of the group."""

    def noise(self, group: Group) -> M:
        """Standard normal label noises, one per example of the group."""

    def stacked(self, parts: Sequence[M]) -> M:
        """The groups' rows one after the other: n rows."""

    def query_noise(self) -> M:
        """The standard normal noise of the query's label, 1 x 1."""

    def scale(self, scalar: sympy.Expr, value: M) -> M:
        """A scalar multiple."""

    def along(self, entry: sympy.Expr, value: M) -> M:
        """Multiply row i of an n-row matrix by ``entry``, an expression in ``i``."""

    def dots(self, left: M, right: M) -> M:
        """The products of row i of one matrix with row i of the other, a column."""

    def one(self) -> M:
        """The number 1, 1 x 1."""

    def times_random(self, one: Indeterminate, power: int, value: M, group: Group | None) -> M:
        """A power of a random scalar, or of each example's own, times the rows of a group."""


def read(design: Design, algebra: VectorAlgebra[M]) -> Prompt[M]:
    """Draw the design's prompt in an algebra.

    >>> from theory.language.gallery import designs
    >>> read(designs.independent, Words(designs.independent)).labels
    sigma xi + 1 e b
    """
    once = {v: algebra.vector(v, c) for v, c in design.prompt}
    once |= {v: algebra.mean(v) for v in design.means}

    random = design.indeterminates
    symbols = tuple(one.scalar.symbol for one in random)

    def scaled(coefficient: sympy.Expr, value: M) -> M:
        if i in coefficient.free_symbols:
            return algebra.along(coefficient, value)
        return value if coefficient == 1 else algebra.scale(coefficient, value)

    def times(coefficient: sympy.Expr, value: M, group: Group | None = None) -> M:
        parts = []
        for powers, c in in_powers(coefficient, symbols).items():
            part = scaled(c, value)
            for one, power in zip(random, powers, strict=True):
                if power:
                    part = algebra.times_random(one, one.power(power), part, group)
            parts.append(part)
        return total(parts)

    def applied(term: Any) -> M:
        """The term's matrices times its prompt-level vector, without the coefficient."""
        value = once[term.vector]
        for name in reversed(term.matrices):
            value = algebra.matrix(name) @ value
        return value

    def total(parts: list[M]) -> M:
        value = parts[0]
        for part in parts[1:]:
            value = value + part
        return value

    def column(combination: Combination) -> M:
        return total([times(t.coefficient, applied(t)) for t in combination.terms])

    def rows(combination: Combination, group: Group, fresh: Mapping[str, M]) -> M:
        parts = []
        for term in combination.terms:
            if term.vector in fresh:
                value = fresh[term.vector]
                for name in reversed(term.matrices):
                    value = value @ algebra.matrix(name).mT
            else:
                value = algebra.ones(group) @ applied(term).mT
            parts.append(times(term.coefficient, value, group))
        return total(parts)

    def polynomial(label: Label, group: Group, fresh: Mapping[str, M]) -> M:
        """The labels of a group, without scale and noise, row by row."""
        own = {FEATURES: group.features, TASK: group.task, QUERY: design.query}

        def product(left: Combination, right: Combination) -> M:
            left, right = (substituted(one, own) for one in (left, right))
            if left.vectors & set(fresh):
                left, right = right, left
            if left.vectors & set(fresh):
                return algebra.dots(rows(left, group, fresh), rows(right, group, fresh))
            known = rows(right, group, fresh)
            # coefficients may be the example's own, as in column they could not be
            return total([times(t.coefficient, known @ applied(t), group) for t in left.terms])

        parts = []
        for term in label.terms:
            factors = [product(*pair) for pair in term.dots] or [algebra.ones(group)]
            parts.append(times(term.coefficient, reduce(algebra.dots, factors), group))
        return total(parts)

    def label_of_query(label: Label) -> M:
        own = {QUERY: design.query, TASK: design.task_of_query}
        parts = []
        for term in label.terms:
            pairs = [[column(substituted(one, own)) for one in pair] for pair in term.dots]
            factors = [left.mT @ right for left, right in pairs] or [algebra.one()]
            parts.append(times(term.coefficient, reduce(matmul, factors)))
        return total(parts)

    def examples(group: Group) -> tuple[M, M]:
        """Features and labels of a group."""
        used = group.features.vectors | group.task.vectors
        used |= frozenset() if design.label is None else design.label.vectors
        fresh = {v: algebra.examples(v, c, group) for v, c in design.example if v in used}
        features = rows(group.features, group, fresh)
        if design.label is not None:
            parts = [times(group.label_scale, polynomial(design.label, group, fresh), group)]
        elif group.task.vectors & set(fresh):
            products = algebra.dots(features, rows(group.task, group, fresh))
            parts = [times(group.label_scale, products, group)]
        else:
            scale = group.label_scale
            parts = [
                times(scale * t.coefficient, features @ applied(t), group) for t in group.task.terms
            ]
        if group.noise != 0:
            parts.append(times(group.noise, algebra.noise(group), group))
        return features, total(parts)

    query = column(design.query)
    features, labels = zip(*map(examples, design.groups), strict=True)
    if design.label_of_query is None:
        label = query.mT @ column(design.task_of_query)
    else:
        label = label_of_query(design.label_of_query)
    label = times(design.label_scale_of_query, label)
    if design.noise_of_query != 0:
        label = label + times(design.noise_of_query, algebra.query_noise())
    return Prompt(query, algebra.stacked(features), algebra.stacked(labels), label)


@dataclass(frozen=True)
class Words:
    """A design's vectors as letters, and its covariances as symmetric letters of the same name.

    Each of several groups has letters and a space of its own, ``e[first]`` and ``n[first]``.
    Covariances that are functions of others are polynomials in the letters of these.
    """

    design: Design

    def given(self, name: str) -> Letter:
        """The letter of a covariance that is given."""
        for one in self.design.projections:
            if one.name == name:
                return projection(name, D, one.rank)
        return symmetric(name, D)

    def covariance(self, name: str) -> Letter | None:
        """That of a Gaussian vector: where it is made of others, the letter knows how."""
        if name == IDENTITY:
            return None
        if name in self.design.covariances:
            return self.given(name)
        meaning = self.matrix(name)
        if len(meaning.terms) == 1:
            ((word, c),) = meaning.terms.items()
            if len(word) == 1 and c == 1:
                return word[0].letter
        return replace(symmetric(name, D), meaning=meaning)

    def power(self, name: str, exponent: Fraction) -> MatrixPolynomial:
        """A power of a covariance that is given."""
        of = self.given(name)
        letters = tuple(Factor(power_of(of, one), False) for one in pieces(exponent))
        return MatrixPolynomial(D, D, {letters: 1})

    def outer(self, left: str, right: str) -> MatrixPolynomial:
        """Of two fixed vectors."""
        return self.mean(left) @ self.mean(right).mT

    def vector(self, name: str, covariance: str) -> MatrixPolynomial:
        return letter(gaussian(name, D, ONE, row_covariance=self.covariance(covariance)))

    def space(self, group: Group) -> Space:
        """That of the examples of a group; of all of them where there is one."""
        return Space(f"{N.name}[{group.name}]", group.count) if group.name else N

    def named(self, name: str, group: Group) -> str:
        """The letter of a group: those of different groups are independent."""
        return f"{name}[{group.name}]" if group.name else name

    def examples(self, name: str, covariance: str, group: Group) -> MatrixPolynomial:
        own, rows = self.named(name, group), self.space(group)
        return letter(gaussian(own, rows, D, column_covariance=self.covariance(covariance)))

    def mean(self, name: str) -> MatrixPolynomial:
        return letter(fixed(name, D, ONE))

    def matrix(self, name: str) -> MatrixPolynomial:
        for one in self.design.defined:
            if one.name == name:
                return one.value(self.power, lambda c: c, identity(D), self.outer, matmul)
        return letter(self.given(name))

    def ones(self, group: Group) -> MatrixPolynomial:
        return letter(ones(self.space(group)))

    def noise(self, group: Group) -> MatrixPolynomial:
        return letter(gaussian(self.named(NOISE, group), self.space(group), ONE))

    def stacked(self, parts: Sequence[MatrixPolynomial]) -> Any:
        return parts[0] if len(parts) == 1 else Blocks(tuple(parts), tuple(p.rows for p in parts))

    def query_noise(self) -> MatrixPolynomial:
        return letter(gaussian(QUERY_NOISE, ONE, ONE))

    def scale(self, scalar: sympy.Expr, value: MatrixPolynomial) -> MatrixPolynomial:
        return scalar * value

    def along(self, entry: sympy.Expr, value: MatrixPolynomial) -> MatrixPolynomial:
        return letter(diagonal(f"diag({entry})", N, entry)) @ value

    def one(self) -> MatrixPolynomial:
        return identity(ONE)

    def times_random(
        self, one: Indeterminate, power: int, value: MatrixPolynomial, group: Group | None
    ) -> MatrixPolynomial:
        if one.scalar.per_example:
            raise Underivable("each example's own scalars have no words in matrices of all of them")
        return value * letter(random_scalar(one.scalar.name, one.moments)).trace() ** power

    def dots(self, left: MatrixPolynomial, right: MatrixPolynomial) -> MatrixPolynomial:
        raise Underivable("row by row products have no words in matrices of all examples")
