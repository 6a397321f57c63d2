"""Exit codes; outsiders rely on them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.verdict import Verdict


class Exit(IntEnum):
    """What the process ends with."""

    HOLDS = 0
    REFUTED = 1
    USAGE = 2
    INTERNAL = 3
    UNDECIDED = 4
    LIMIT = 5

    @classmethod
    def of(cls, verdict: Verdict) -> Exit:
        """The code of a verdict.

        >>> from verify.verdict import Verdict
        >>> int(Exit.of(Verdict.UNDECIDED))
        4
        """
        return cls[verdict.name]
