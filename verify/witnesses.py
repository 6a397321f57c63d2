"""The witnesses, in the order in which they testify, and where their testimony is found.

A witness is a module ``verify/KIND/WITNESS.py`` with ``examine(subject, settings)``: a kind of
statement has those witnesses that say something about it. Modules are imported when called, so that
a quick trial never waits for torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any, Protocol

from theory.records.statement import Statement
from verify.settings import Level, Settings
from verify.verdict import Finding


class Subject(Protocol):
    """What witnesses look at: a claim beside what was derived.

    A statement gives one subject; its mutants give others, so the controls put exactly the same
    witnesses on wrong claims. Every kind has its own, in ``verify/KIND/subject.py``.
    """

    @property
    def kind(self) -> str: ...

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """All that is claimed, as exact values at a place drawn at random; None for no place.

        The same random numbers give the same place, so that two subjects say the same where their
        values are equal. May raise ZeroDivisionError or :class:`~theory.errors.Irrational`.
        """


@dataclass(frozen=True)
class Witness:
    """A witness's name, the level from which on it testifies, and what it does in a line."""

    name: str
    level: Level
    does: str

    def _module(self, kind: str) -> str:
        return "verify.controls" if self.name == CONTROLS else f"verify.{kind}.{self.name}"

    def applies(self, kind: str) -> bool:
        """Whether this witness can say something about statements of this kind.

        >>> WITNESSES[0].applies("optimum")
        True
        """
        return find_spec(self._module(kind)) is not None

    @property
    def examine(self) -> Callable[[Any, Settings], Finding]:
        def call(subject: Subject, settings: Settings) -> Finding:
            finding: Finding = import_module(self._module(subject.kind)).examine(subject, settings)
            return finding

        return call


CONTROLS = "controls"

WITNESSES = (
    Witness("derivation", Level.QUICK, "derives from the design what is claimed, and compares"),
    Witness("interpolation", Level.QUICK, "exact values coordinate by coordinate on a grid"),
    Witness("properties", Level.QUICK, "Hypothesis looks for an instance where the claim fails"),
    Witness("sampling", Level.STANDARD, "Monte Carlo of what is claimed, on sampled prompts"),
    Witness("training", Level.STANDARD, "trains real models and computes their excess exactly"),
    Witness(CONTROLS, Level.QUICK, "wrong claims, each of which has to be refuted"),
)

EXACT = ("derivation", "interpolation", "properties")


def subject_of(statement: Statement) -> Subject:
    """The subject of a statement.

    >>> import theory
    >>> subject_of(theory.statement("theorem1")).kind
    'optimum'
    """
    found: Subject = import_module(f"verify.{statement.kind}.subject").Subject.of(statement)
    return found


def exact_witnesses(kind: str) -> list[Witness]:
    """Those that compute in exact arithmetic, for this kind of statement."""
    return [w for w in WITNESSES if w.name in EXACT and w.applies(kind)]
