"""The covariances and ranks at which low-rank weights are sampled and trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from theory.designs.instance import Instance
from theory.records.low_rank_risk import LowRankRisk
from verify.cases import cases
from verify.settings import Settings


@dataclass(frozen=True)
class Case:
    """A named instance in double precision, and the ranks to look at."""

    name: str
    at: Instance
    ranks: tuple[int, ...]

    def where(self, rank: int) -> str:
        """The sizes, for a report."""
        return f"n = {self.at.n}, d = {self.at.d}, r = {rank}"


def low_rank_cases(statement: LowRankRisk, settings: Settings) -> Iterator[Case]:
    """The cases of the design; an old covariance is made to commute with the new one."""
    for case in cases(statement.design, settings):
        at, size = case.at, case.at.d
        if statement.old is not None:
            at = replace(at, matrices={**at.matrices, statement.old: _commuting(statement, at)})
        yield Case(case.name, at, (1, size - 1) if size < 10 else (size // 4,))


def _commuting(statement: LowRankRisk, at: Instance) -> np.ndarray:
    """Whitened, the new covariance's eigenvectors; the larger its eigenvalue the smaller ours."""
    outer = np.asarray(at.matrices[statement.whitening.covariance])
    half = np.asarray(at.arithmetic.root(outer))
    inverse = np.linalg.inv(half)
    _, vectors = np.linalg.eigh(half @ np.asarray(at.matrices[statement.task]) @ half)
    basis = inverse @ vectors
    return at.arithmetic.matrix(basis @ np.diag(np.geomspace(4, 0.25, at.d)) @ basis.T)
