"""How the engine trains where its time is measured: fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.isotropic import Problem
from numerics import Training

PROBLEM = Problem(n=40, d=20)
EVERY = 10
"""Steps between two looks at the exact risk."""


@dataclass(frozen=True)
class Schedule:
    """What is chosen for a training; tried out on seeds that are not among those measured."""

    batch: int
    steps: int
    learning_rate: float

    def training(self, name: str, problem: Problem = PROBLEM, **changes: Any) -> Training:
        """One restart, from seed 0, or as ``changes`` say."""
        given = {**asdict(self), "restarts": 1, "evaluate_every": EVERY, **changes}
        return Training(name, problem.at, **given)

    def __str__(self) -> str:
        return (
            f"{self.batch} sets of examples, {self.steps} steps, learning rate "
            f"{self.learning_rate:g}"
        )


QUICK: Mapping[str, Schedule] = {
    "att": Schedule(128, 150, 0.2),
    "ssm": Schedule(64, 300, 0.1),
}
"""For an excess of 1 %."""
