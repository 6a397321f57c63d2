"""What an adapter cannot go below, where the model that it adapts is trained and not exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from numerics.sweeps.outcome import Outcome
from theory.designs.instance import Instance
from theory.records.low_rank_risk import LowRankRisk


@dataclass(frozen=True)
class Adapted:
    """The least risk of adapters of one rank, for a base that is off its own optimum.

    The risk of the new task is ``optimum + |D - U|^2`` in a norm, with D the base's distance from
    the new optimal weight and U the adapter. So the least risk of rank r is ``optimum`` plus the
    square of the distance from D to the matrices of rank r, and that distance moves by at most as
    much as the base does. How far the base is off, its exact excess on the old task says in the old
    task's norm, which differs from the new one's by at most the factor ``ratio``.

    Parameters
    ----------
    exact
        The least risk where the base is exact.
    optimum
        The least risk of any rank for the new task.
    before
        The least risk for the old task.
    ratio
        The largest ratio of the two norms, squared.

    Examples
    --------
    >>> adapted = Adapted(exact=3.0, optimum=2.0, before=1.0, ratio=1.0)
    >>> [adapted.least(excess) for excess in (0.0, 0.25, 9.0)]
    [3.0, 2.25, 2.0]
    """

    exact: float
    optimum: float
    before: float
    ratio: float

    @classmethod
    def of(cls, statement: LowRankRisk, at: Instance, exact: float) -> Adapted:
        """At a floating instance of the statement, with the old covariance and the new one."""
        best, one = statement.best, at.arithmetic.identity(at.d)
        both = (at, statement.old_instance(at))
        optimum, before = (float(best.minimum_at(where)[1]) for where in both)
        new, old = (np.asarray(best.plain.form_at(where, one)[0]) for where in both)
        return cls(exact, optimum, before, float(eigh(new, old, eigvals_only=True)[-1]))

    def least(self, excess: float) -> float:
        """The least risk for a base with this excess (not relative) over its own optimum."""
        distance = math.sqrt(max(0.0, self.exact - self.optimum))
        moved = math.sqrt(self.ratio * max(0.0, excess))
        return self.optimum + max(0.0, distance - moved) ** 2

    def floor(self, base: Outcome) -> tuple[float, ...]:
        """The same for every restart of a base."""
        return tuple(self.least(risk - self.before) for risk in base.risks)
