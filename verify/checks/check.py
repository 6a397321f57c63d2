"""A check: its name, from which level on it is made, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

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
