"""A claimed least risk of weights of rank r beside what the engine derives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flint

from theory.algebra.words import Letter
from theory.designs.instance import Instance
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.arithmetic import EXACT
from verify.quantities.low_rank.eigenbases import Eigenbasis


@dataclass(frozen=True)
class LowRankCase:
    """What a statement is about, with all that the engine derives, and the claimed risk."""

    statement: LowRankRisk
    claim: EigenvalueClaim

    @property
    def weight(self) -> Letter:
        """The one d x d weight."""
        return self.statement.best.plain.optimum.variable

    @property
    def updates(self) -> bool:
        """Whether it is about updates of an old optimum, and not of zero."""
        return self.statement.old is not None

    @property
    def any_set(self) -> bool:
        """Whether the claim is about any set of eigenvalues."""
        return self.claim.indices is Indices.BEST

    def risk(self, weight: Any, at: Instance) -> Any:
        """The exact risk of a weight, from the engine's polynomial."""
        polynomial = self.statement.best.plain.optimum.polynomial
        inside: Mapping[str, Any] = {**at.matrices, self.weight.name: weight}
        return at.values.put(inside).scalar(polynomial)

    def least(self, at: Instance, rank: int) -> Any:
        """The derived least risk over updates of a rank: a Fraction or a SymPy expression."""
        return self.statement.best.at(at, rank, self.statement.start_at(at))[1]

    def claimed(self, at: Eigenbasis, rank: int) -> flint.fmpq:
        """The claimed one."""
        return self.claim.risk(at.at, at.table, rank)

    def claimed_start(self, at: Eigenbasis) -> list[flint.fmpq]:
        """The eigenvalues of the weight that the updates start from, as claimed."""
        scalars = self.claim.scalars(at.at)
        return [self.claim.start_of(scalars, row, EXACT) for row in at.table]
