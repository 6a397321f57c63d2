"""What one training run came to, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """The exact risks that a run ended with, and how it came there.

    Parameters
    ----------
    risks
        The exact risk of every restart; over the mean of the lengths where the run has lengths.
    by_length
        For a run with lengths: of every restart, the exact risk at each length 1..n; else empty.
    history
        Along the way: the step, the seconds passed, and the exact risk of every restart.
    steps, seconds
        Taken altogether. The seconds of runs done as one batch are those of the batch, shared.

    Examples
    --------
    >>> outcome = Outcome(risks=(1.0, float("inf")), history=((0, 0.0, (2.0, 2.0)),), steps=1,
    ...                   seconds=0.5)
    >>> Outcome.from_json(outcome.as_json()) == outcome
    True
    """

    risks: tuple[float, ...]
    history: tuple[tuple[int, float, tuple[float, ...]], ...]
    steps: int
    seconds: float
    by_length: tuple[tuple[float, ...], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Lists, strings and numbers; risks as strings that give every bit back (also inf, nan)."""
        return {
            "risks": list(map(repr, self.risks)),
            "by_length": [list(map(repr, row)) for row in self.by_length],
            "history": [[step, seconds, list(map(repr, r))] for step, seconds, r in self.history],
            "steps": self.steps,
            "seconds": self.seconds,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Outcome:
        """What :meth:`as_json` wrote."""
        return cls(
            risks=tuple(map(float, plain["risks"])),
            by_length=tuple(tuple(map(float, row)) for row in plain["by_length"]),
            history=tuple(
                (int(step), float(seconds), tuple(map(float, risks)))
                for step, seconds, risks in plain["history"]
            ),
            steps=int(plain["steps"]),
            seconds=float(plain["seconds"]),
        )
