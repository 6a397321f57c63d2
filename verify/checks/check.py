"""A check: its name, from which level on it is made, and what it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verify.checks.on_trial import OnTrial
from verify.settings import Level, Settings
from verify.verdict import Finding


@dataclass(frozen=True)
class Witness:
    """A check, as reports call it.

    Parameters
    ----------
    name, level, does
        Its name, the level from which on it testifies, and what it does in a line.
    asks
        The method of :class:`~verify.checks.on_trial.OnTrial` that it asks.
    check
        Makes a finding of what is on trial.
    """

    name: str
    level: Level
    does: str
    asks: str
    check: Callable[[OnTrial, Settings], Finding]

    def applies(self, subject: OnTrial | type[OnTrial]) -> bool:
        """Whether this check can say something about what is on trial, or about all of a class."""
        of = subject if isinstance(subject, type) else type(subject)
        return getattr(of, self.asks) is not getattr(OnTrial, self.asks)

    def examine(self, subject: OnTrial, settings: Settings) -> Finding:
        """What the check says of it."""
        return self.check(subject, settings)
