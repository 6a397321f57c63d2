"""Reading a design as a prompt, in any algebra.

One reading serves all: words (:class:`Words`), polynomials in the Gaussian coordinates
(:mod:`theory.risks.coordinates`), tensors (:mod:`numerics.sampling`). An algebra only says what the
named vectors are; elements need ``+``, ``@`` and ``.mT``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import sympy

from theory.algebra.polynomials import MatrixPolynomial, letter
from theory.algebra.words import ONE, D, Letter, N, diagonal, fixed, gaussian, ones, symmetric
from theory.designs.combinations import Combination
from theory.designs.design import IDENTITY, NOISE, QUERY_NOISE, Design
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


class Algebra(Protocol[M]):
    """What a reading of a design has to provide."""

    def vector(self, name: str, covariance: str) -> M:
        """A prompt-level Gaussian, d x 1."""

    def examples(self, name: str, covariance: str) -> M:
        """An example-level Gaussian, n x d, one row per example."""

    def mean(self, name: str) -> M:
        """A fixed vector, d x 1."""

    def matrix(self, name: str) -> M:
        """A named covariance as a factor, d x d."""

    def ones(self) -> M:
        """The all-ones vector, n x 1."""

    def noise(self) -> M:
        """Standard normal label noises, n x 1."""

    def query_noise(self) -> M:
        """The standard normal noise of the query's label, 1 x 1."""

    def scale(self, scalar: sympy.Expr, value: M) -> M:
        """A scalar multiple."""

    def along(self, entry: sympy.Expr, value: M) -> M:
        """Multiply row i of an n-row matrix by ``entry``, an expression in ``i``."""


def read(design: Design, algebra: Algebra[M]) -> Prompt[M]:
    """Draw the design's prompt in an algebra.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.prompt import Words, read
    >>> read(designs.independent, Words()).labels
    sigma xi + 1 e b
    """
    once = {v: algebra.vector(v, c) for v, c in design.prompt}
    once |= {v: algebra.mean(v) for v in design.means}
    fresh = {v: algebra.examples(v, c) for v, c in design.example}

    def times(coefficient: sympy.Expr, value: M) -> M:
        if i in coefficient.free_symbols:
            return algebra.along(coefficient, value)
        return value if coefficient == 1 else algebra.scale(coefficient, value)

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

    def rows(combination: Combination) -> M:
        parts = []
        for term in combination.terms:
            if term.vector in fresh:
                value = fresh[term.vector]
                for name in reversed(term.matrices):
                    value = value @ algebra.matrix(name).mT
            else:
                value = algebra.ones() @ applied(term).mT
            parts.append(times(term.coefficient, value))
        return total(parts)

    query = column(design.query)
    features = rows(design.features)
    labels = total(
        [
            times(design.label_scale * t.coefficient, features @ applied(t))
            for t in design.task.terms
        ]
    )
    label = algebra.scale(design.label_scale_of_query, query.mT @ column(design.task_of_query))
    if design.noise != 0:
        labels = labels + times(design.noise, algebra.noise())
    if design.noise_of_query != 0:
        label = label + times(design.noise_of_query, algebra.query_noise())
    return Prompt(query, features, labels, label)


class Words:
    """The design's vectors as letters; its covariances as symmetric letters of the same name."""

    def covariance(self, name: str) -> Letter | None:
        return None if name == IDENTITY else symmetric(name, D)

    def vector(self, name: str, covariance: str) -> MatrixPolynomial:
        return letter(gaussian(name, D, ONE, row_covariance=self.covariance(covariance)))

    def examples(self, name: str, covariance: str) -> MatrixPolynomial:
        return letter(gaussian(name, N, D, column_covariance=self.covariance(covariance)))

    def mean(self, name: str) -> MatrixPolynomial:
        return letter(fixed(name, D, ONE))

    def matrix(self, name: str) -> MatrixPolynomial:
        return letter(symmetric(name, D))

    def ones(self) -> MatrixPolynomial:
        return letter(ones(N))

    def noise(self) -> MatrixPolynomial:
        return letter(gaussian(NOISE, N, ONE))

    def query_noise(self) -> MatrixPolynomial:
        return letter(gaussian(QUERY_NOISE, ONE, ONE))

    def scale(self, scalar: sympy.Expr, value: MatrixPolynomial) -> MatrixPolynomial:
        return scalar * value

    def along(self, entry: sympy.Expr, value: MatrixPolynomial) -> MatrixPolynomial:
        return letter(diagonal(f"diag({entry})", N, entry)) @ value
