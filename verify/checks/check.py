"""A check: its name, from which level on it is made, and what it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

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
    check: Callable[[Any, Settings], Finding]

    def applies(self, subject: Any) -> bool:
        """Whether this check can say something about what is on trial, or about all of a class."""
        of: Any = subject if isinstance(subject, type) else type(subject)
        if issubclass(of, OnTrial):
            return getattr(of, self.asks) is not getattr(OnTrial, self.asks)
        return self.name == "controls" or find_spec(f"verify.{of.kind}.{self.name}") is not None

    def examine(self, subject: Any, settings: Settings) -> Finding:
        """What the check says of it."""
        if isinstance(subject, OnTrial) or self.name == "controls":
            return self.check(subject, settings)
        found: Finding = module_of(subject, self.name).examine(subject, settings)
        return found


def module_of(subject: Any, name: str) -> Any:
    """The module of a kind that brings checks of its own, in ``verify/KIND/``."""
    return import_module(f"verify.{subject.kind}.{name}")
