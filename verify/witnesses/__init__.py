"""The witnesses, in the order in which they testify.

Each is a module with ``NAME`` and ``examine(subject, settings)``; modules are imported when called,
so that a quick trial never waits for torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from verify.settings import Level, Settings
from verify.subject import Subject
from verify.verdict import Finding


@dataclass(frozen=True)
class Witness:
    """A witness's name, the level from which on it testifies, and what it does in a line."""

    name: str
    level: Level
    does: str

    @property
    def examine(self) -> Callable[[Subject, Settings], Finding]:
        module = import_module(f"verify.witnesses.{self.name}")
        examine: Callable[[Subject, Settings], Finding] = module.examine
        return examine


WITNESSES = (
    Witness("derivation", Level.QUICK, "derives the optimum from the design and compares"),
    Witness("interpolation", Level.QUICK, "exact values coordinate by coordinate on a grid"),
    Witness("properties", Level.QUICK, "Hypothesis looks for an instance where the claim fails"),
    Witness("sampling", Level.STANDARD, "Monte Carlo of the risk at the claimed weight"),
    Witness("training", Level.STANDARD, "trains real models and computes their excess exactly"),
    Witness("controls", Level.QUICK, "wrong claims, each of which has to be refuted"),
)
