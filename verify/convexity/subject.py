"""A claim that the risk of PGD is strongly convex on some domains, on trial."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, ClassVar

from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import Hessian, curvature, hessian
from theory.records.strong_convexity import StrongConvexity
from verify.instances import anywhere, random_matrix
from verify.verdict import Vacuous


@dataclass(frozen=True)
class Case:
    """One domain, and the Hessian that was derived for its design."""

    domain: Domain
    hessian: Hessian

    @property
    def name(self) -> str:
        return self.domain.design.name


@dataclass(frozen=True)
class Subject:
    """A claim on trial: on each of these domains the Hessian is positive definite."""

    cases: tuple[Case, ...]

    kind: ClassVar[str] = "convexity"

    def __post_init__(self) -> None:
        if not self.cases:
            raise Vacuous("a claim about no design says nothing")

    @staticmethod
    def of(statement: StrongConvexity) -> Subject:
        """The subject of a statement."""
        return Subject(tuple(Case(d, hessian(d.design)) for d in statement.domains))

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Every domain, and the curvature there in a random direction."""
        found = []
        for case in self.cases:
            at = anywhere(case.domain.design, random)
            if at is None:
                return None
            direction = random_matrix(random, at.d, 9)
            found.append((case.domain, curvature(case.hessian.second_order, direction, at)))
        return tuple(found)

    def with_case(self, changed: Case) -> Subject:
        """The same with the case of one design changed, and put first."""
        rest = tuple(c for c in self.cases if c.name != changed.name)
        return replace(self, cases=(changed, *rest))
