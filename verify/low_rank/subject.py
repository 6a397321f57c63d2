"""A claim about the best update of rank r, on trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from theory.algebra.values import trace_value
from theory.algebra.words import Letter
from theory.designs.instance import Instance
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.arithmetic import EXACT
from verify.low_rank.eigenbases import random_eigenbasis


@dataclass(frozen=True)
class Subject:
    """A claim on trial.

    Parameters
    ----------
    statement
        What it is about, with what the engine derives.
    claim
        The claimed risk.
    """

    statement: LowRankRisk
    claim: EigenvalueClaim

    kind: ClassVar[str] = "low_rank"

    @staticmethod
    def of(statement: LowRankRisk) -> Subject:
        """The subject of a statement."""
        return Subject(statement, statement.claim)

    @property
    def weight(self) -> Letter:
        """The one d x d weight."""
        return self.statement.best.plain.optimum.variable

    @property
    def regular(self) -> tuple[str, ...]:
        """The covariances that are assumed positive definite."""
        return (self.statement.whitening.covariance,)

    def values(self, random: Random) -> tuple[Any, ...]:
        """The claimed risk of every rank, and the claimed start, at random eigenvalues."""
        sizes = random.randint(2, 4), random.randint(2, 3)
        basis = random_eigenbasis(self.statement, *sizes, random, 50)
        at, table, claim = basis.at, basis.table, self.claim
        scalars = claim.scalars(at)
        starts = [claim.start_of(scalars, row, at.arithmetic) for row in table]
        return *(claim.risk(at, table, rank) for rank in range(at.d + 1)), *starts

    def risk(self, weight: Any, at: Instance) -> Any:
        """The exact risk of a weight, from the engine's polynomial."""
        polynomial = self.statement.best.plain.optimum.polynomial
        inside: Mapping[str, Any] = {**at.matrices, self.weight.name: weight}
        return trace_value(polynomial, at.scalars, inside, EXACT)

    def least(self, at: Instance, rank: int) -> Any:
        """The derived least risk over updates of a rank: a Fraction or a SymPy expression."""
        return self.statement.best.at(at, rank, self.statement.start_at(at))[1]
