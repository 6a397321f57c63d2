"""Three-valued verdicts and what a witness saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

JUDGED = "judged"
"""Under this key the derivation of a claim has what the judge found out."""


class Verdict(Enum):
    """``holds``, ``refuted`` or ``undecided``; deliberately without a truth value."""

    HOLDS = "holds"
    REFUTED = "refuted"
    UNDECIDED = "undecided"

    def __bool__(self) -> bool:
        raise TypeError("a verdict is not a truth value: compare it with Verdict.HOLDS")


def join(verdicts: Iterable[Verdict]) -> Verdict:
    """Refuted if any refutes, undecided if any could not decide, holds otherwise.

    No verdicts at all decide nothing.

    >>> join([Verdict.HOLDS, Verdict.UNDECIDED]).value
    'undecided'
    >>> join([]).value
    'undecided'
    """
    seen = list(verdicts)
    if Verdict.REFUTED in seen:
        return Verdict.REFUTED
    if not seen or Verdict.UNDECIDED in seen:
        return Verdict.UNDECIDED
    return Verdict.HOLDS


JUDGED = "judged"
"""Under this key the derivation of a claim has what the judge found out."""


class Vacuous(Exception):
    """A witness that looked at nothing: an error, not a pass."""


@dataclass(frozen=True)
class Finding:
    """What one witness did and saw.

    Parameters
    ----------
    examined
        How many things it looked at; a finding that rests on none cannot be made.
    data
        Details for the JSON report; exact numbers as strings.
    seconds
        How long it took, filled in by the trial.
    """

    witness: str
    verdict: Verdict
    summary: str
    examined: int
    data: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.examined < 1 and self.verdict is not Verdict.UNDECIDED:
            raise Vacuous(f"witness {self.witness} examined nothing and still decided")
