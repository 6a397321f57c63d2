"""A check: its name, from which level on it is made, and what it asks; those that are exact."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from verify.checks import derivation, interpolation, properties
from verify.checks.on_trial import OnTrial
from verify.outcome.verdict import Finding
from verify.settings import Level, Settings


@dataclass(frozen=True)
class Witness:
    """A check, as reports call it.

    Parameters
    ----------
    level, does
        The level from which on it testifies, and what it does in a line.
    asks
        The method of :class:`~verify.checks.on_trial.OnTrial` that it asks.
    module
        Has its ``NAME`` and ``examine(subject, settings)``.
    worth
        What it says for a statement: proved, established, tested or measured.
    counts
        What a finding's ``examined`` counts.
    """

    level: Level
    does: str
    asks: str
    module: ModuleType
    worth: str
    counts: str

    @property
    def name(self) -> str:
        return str(self.module.NAME)

    def applies(self, subject: OnTrial | type[OnTrial]) -> bool:
        """Whether this check can say something about what is on trial, or about all of a class."""
        if not isinstance(subject, type):
            return self.asks not in subject.unanswered and self.applies(type(subject))
        return getattr(subject, self.asks) is not getattr(OnTrial, self.asks)

    def examine(self, subject: OnTrial, settings: Settings) -> Finding:
        """What the check says of it."""
        finding: Finding = self.module.examine(subject, settings)
        return finding


EXACT_CHECKS = (
    Witness(
        Level.QUICK,
        "derives from the design what is claimed, and compares",
        "equalities",
        derivation,
        "proved",
        "comparisons",
    ),
    Witness(
        Level.QUICK,
        "exact values coordinate by coordinate on a grid",
        "grids",
        interpolation,
        "established",
        "exact values",
    ),
    Witness(
        Level.QUICK,
        "Hypothesis looks for an instance where the claim fails",
        "properties",
        properties,
        "tested",
        "comparisons",
    ),
)
EXACT = tuple(check.name for check in EXACT_CHECKS)


def exact_witnesses(subject: OnTrial | type[OnTrial]) -> list[Witness]:
    """Those that can say something about what is on trial."""
    return [w for w in EXACT_CHECKS if w.applies(subject)]
