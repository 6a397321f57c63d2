"""How a sweep may end before all of it is done."""

from __future__ import annotations

from theory.errors import TheoryError


class RunFailed(TheoryError):
    """A run could not be done; the message says which and why. The others are done and stored."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C in a sweep: no worker is left, and ``done`` of ``total`` runs are stored."""

    def __init__(self, done: int, total: int):
        super().__init__(f"{done} of {total} runs are done and stored")
        self.done, self.total = done, total
