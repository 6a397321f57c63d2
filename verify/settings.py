"""How hard a trial tries, and with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from theory.designs.instance import Instance


class Level(IntEnum):
    """How much a trial does; each level includes the ones before."""

    QUICK = 0
    STANDARD = 1
    FULL = 2

    @property
    def title(self) -> str:
        return self.name.lower()


def silent(text: str, done: int, total: int) -> None:
    """Progress that nobody hears."""


@dataclass(frozen=True)
class Settings:
    """What a trial is run with.

    Parameters
    ----------
    level
        Which witnesses testify, and how long.
    seed
        Of everything random: drawn matrices, Hypothesis, prompts, initial weights.
    device
        ``"cpu"`` or ``"cuda"``, for sampling and training.
    shrink
        Whether a counterexample is made presentable: small, with a right formula near by. It is not
        where nobody sees it, in the controls.
    brief
        Whether nothing but the verdict is asked for, as of each slip in the controls.
    at
        Numbers that were asked about, at which values are shown beside what is found.
    progress
        Called as ``progress(what, done, total)`` now and then.
    """

    level: Level = Level.STANDARD
    seed: int = 0
    device: str = "cpu"
    shrink: bool = True
    brief: bool = False
    at: Instance | None = None
    progress: Callable[[str, int, int], None] = silent

    @property
    def examples(self) -> int:
        """How many instances Hypothesis draws for each property."""
        return {Level.QUICK: 40, Level.STANDARD: 100, Level.FULL: 400}[self.level]
