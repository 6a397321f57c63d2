"""What of a sweep is finished, what waits, and what another process is doing: the store's side."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from numerics.sweeps import claims
from numerics.sweeps.claims import Owner
from numerics.sweeps.errors import Interrupted
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from numerics.sweeps.store import Store
from theory.errors import InputError

POLL = 1.0
"""Seconds between looks for what another process was doing."""


@dataclass(eq=False)
class Bundle:
    """Runs that are done together: whether we claimed them, how often they were given out, and
    when to try again to claim them if another process does some (0: none does)."""

    runs: tuple[Run, ...]
    ours: bool = False
    given_out: int = 0
    try_again: float = 0.0

    def __str__(self) -> str:
        more = f" (and {len(self.runs) - 1} more in one batch)" if len(self.runs) > 1 else ""
        return f"{self.runs[0]}, seed {self.runs[0].seed}{more}"


class Pending:
    """The runs of a sweep that a store does not have yet.

    Parameters
    ----------
    batches
        Of those in several batches, or in the store, only the rest is done.
    store
        Where finished runs are.
    cost
        How long a run is expected to take; the longest batches come first.
    """

    def __init__(
        self, batches: Sequence[Sequence[Run]], store: Store, cost: Callable[[Run], float]
    ):
        self.store, self.owner = store, Owner.here()
        self.wanted = list(dict.fromkeys(run for batch in batches for run in batch))
        self.outcomes = store.found(self.wanted)
        self._cost = {run: cost(run) for run in self.wanted if run not in self.outcomes}
        self._looked = self._renewed = time.monotonic()
        left, self.waiting = dict(self._cost), list[Bundle]()
        for batch in batches:
            if runs := tuple(run for run in batch if left.pop(run, None) is not None):
                self.waiting.append(Bundle(runs))
        self.waiting.sort(key=lambda batch: -sum(self._cost[run] for run in batch.runs))

    def next(self) -> Bundle | None:
        """A batch to do now, which nobody else does: it is claimed, and no longer waits."""
        for batch in list(self.waiting):
            if batch.try_again > time.monotonic():
                continue
            batch.ours = batch.ours or self.store.claim(batch.runs, self.owner)
            if batch.ours:
                self.waiting.remove(batch)
                return batch
            batch.try_again = time.monotonic() + POLL
            self._look_for(batch)
        return None

    def watch(self) -> None:
        """Take what other processes have finished meanwhile, and let ours be ours for longer."""
        if time.monotonic() - self._looked > POLL:
            for batch in [batch for batch in self.waiting if batch.try_again]:
                self._look_for(batch)
            self._looked = time.monotonic()
        if time.monotonic() - self._renewed > claims.LEASE / 6:
            self.store.renew(self.owner)
            self._renewed = time.monotonic()

    def _look_for(self, batch: Bundle) -> None:
        self.outcomes |= self.store.found(batch.runs)
        batch.runs = tuple(run for run in batch.runs if run not in self.outcomes)
        if not batch.runs:
            self.waiting.remove(batch)

    @property
    def others(self) -> bool:
        """Whether another process does some of what waits."""
        return any(batch.try_again for batch in self.waiting)

    def keep(self, batch: Bundle, outcomes: Iterable[Outcome], made: Mapping[str, Any]) -> None:
        """Store what a batch came to, made in this environment; what is stored counts."""
        self.store.put(zip(batch.runs, outcomes, strict=True), made)
        self.outcomes |= self.store.found(batch.runs)

    def release(self, batch: Bundle) -> None:
        """Somebody else may do it."""
        self.store.release(self.owner, batch.runs)

    def close(self) -> None:
        """Somebody else may do whatever is not done."""
        with suppress(InputError):  # else the claims end by themselves
            self.store.release(self.owner)

    @property
    def interrupted(self) -> Interrupted:
        """What to raise when this is as far as it came."""
        return Interrupted(len(self.outcomes), len(self.wanted))

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the missing runs are done, weighted by their cost, and how many there are."""
        total, all_of_them = len(self._cost), sum(self._cost.values())
        left = sum(cost for run, cost in self._cost.items() if run not in self.outcomes)
        return total - math.ceil(total * left / (all_of_them or 1)), total
