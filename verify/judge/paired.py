"""Two covariances that stand in turn, as one: by eigenvalues of their product.

Features in other coordinates, with the task in those that go with them, leave every prediction as
it was. A risk that does not depend on coordinates either holds two covariances, A and B, in words
that alternate, and is a function of the eigenvalues of A B, which are not negative. Then A takes
covectors to vectors and B vectors to covectors; a sum of what does not fit together depends on
coordinates, and is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from theory.algebra.spectral import EIGENVALUE
from theory.errors import Underivable
from theory.scalars.rational import cancelled, is_zero
from verify.judge.matrix_algebra import MatrixAlgebra
from verify.judge.spectral import Traces

MULTIPLE, UP, DOWN = "I", "A", "B"
"""A multiple of the identity; what is like A, f(A B) A; what is like B, B f(A B). Functions of A B
and of B A are "AB" and "BA"."""
INVERSE = {UP: DOWN, DOWN: UP}


@dataclass(frozen=True)
class Graded:
    """A matrix as a function of the eigenvalue of A B, and between which spaces it goes."""

    kind: str
    function: sympy.Expr

    def __add__(self, other: Graded) -> Graded:
        if 0 in (self.function, other.function):
            return other if self.function == 0 else self
        kinds = {self.kind, other.kind}
        if not kinds & {UP, DOWN}:
            kinds = kinds - {MULTIPLE} or kinds
        if len(kinds) > 1:
            raise Underivable("a sum depends on coordinates")
        return Graded(kinds.pop(), cancelled(self.function + other.function))

    def __neg__(self) -> Graded:
        return Graded(self.kind, -self.function)

    def __mul__(self, other: Any) -> Graded:
        if not isinstance(other, Graded):
            return Graded(self.kind, cancelled(self.function * other))
        function = self.function * other.function
        left, right = self.kind, other.kind
        if MULTIPLE in (left, right):
            return Graded(left if right == MULTIPLE else right, cancelled(function))
        if left[-1] == right[0]:
            raise Underivable("a product depends on coordinates")
        # in turn: A B is itself a step of the eigenvalue where two that go forth and back meet
        if len(left) == len(right) == 1:
            function = function * EIGENVALUE
        return Graded(left[0] + (right[-1] if left[0] != right[-1] else ""), cancelled(function))

    @property
    def inverse(self) -> Graded:
        by = EIGENVALUE if self.kind in INVERSE else 1
        return Graded(INVERSE.get(self.kind, self.kind), cancelled(1 / (self.function * by)))

    @property
    def transposed(self) -> Graded:
        return Graded(self.kind[::-1], self.function)

    @property
    def is_zero(self) -> bool:
        return bool(is_zero(self.function))


@dataclass(frozen=True)
class Paired(MatrixAlgebra):
    """The algebra in which a formula in two covariances is read."""

    matrix = Graded

    pair: tuple[str, str]
    traces: Traces = field(default_factory=Traces)

    @property
    def one(self) -> Graded:
        return Graded(MULTIPLE, sympy.Integer(1))

    def power(self, name: str, exponent: Fraction) -> Graded:
        if name not in self.pair or abs(exponent) != 1:
            raise Underivable(f"a power of {name} is not looked at")
        one = Graded((UP, DOWN)[self.pair.index(name)], sympy.Integer(1))
        return one if exponent == 1 else one.inverse

    def trace(self, found: Graded) -> sympy.Expr:
        if found.kind in INVERSE:
            raise Underivable("a trace depends on coordinates")
        return self.traces.of(found.function)
