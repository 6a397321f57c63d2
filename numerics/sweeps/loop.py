"""The loop of a sweep: gives batches out, and takes back what they came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from typing import Any

from numerics.sweeps.errors import RunFailed
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.pending import Bundle, Pending
from numerics.sweeps.pools import Pool
from numerics.sweeps.run import TRAINING_VERSION
from numerics.sweeps.signals import Held
from numerics.sweeps.work import Plain, task, work
from theory.errors import InputError, TheoryError

TICK = 0.2
"""Seconds after which the loop looks up from waiting: so long does Ctrl-C take at most."""


@dataclass
class Loop:
    """The pools' side of a sweep; the pending is the store's. Arguments as of the sweep."""

    pending: Pending
    pools: Sequence[Pool]
    perform: str
    options: Mapping[str, Any]
    progress: Callable[[str, int, int], None]
    attempts: int
    running: dict[Future[Plain], tuple[Bundle, Pool]] = field(default_factory=dict)
    faults: list[TheoryError] = field(default_factory=list)
    held: Held = field(default_factory=Held)

    def go(self) -> None:
        """Until nothing is left to do, or a signal comes."""
        try:
            while (self.pending.waiting or self.running) and self.held.number is None:
                self._give_out()
                self._report()
                for future in self._some_done():
                    self._collect(future)
                self.pending.watch()
            if self.held.number is None:
                self._report()
        finally:
            self._end()

    def _give_out(self) -> None:
        for pool in self.pools:
            busy = sum(where is pool for _, where in self.running.values())
            while busy < pool.capacity and self.held.number is None:
                if (batch := self.pending.next()) is None:
                    return
                what = task(batch.runs, self.perform, self.options)
                batch.given_out += 1
                self.running[pool.submit(work, what)] = batch, pool
                busy += 1

    def _some_done(self) -> Iterable[Future[Plain]]:
        if self.running:
            return wait(self.running, TICK, FIRST_COMPLETED).done
        time.sleep(TICK)
        return ()

    def _collect(self, future: Future[Plain]) -> None:
        batch, pool = self.running.pop(future)
        try:
            error = future.exception()
        except CancelledError as cancelled:
            error = cancelled
        if error is not None:
            self._not_done(batch, pool, error)
            return
        reply = future.result()
        if reply["version"] != TRAINING_VERSION:
            self._stop_giving_out(
                f"a worker of {pool} has the training version {reply['version']}, this program "
                f"{TRAINING_VERSION}: install the same version of this project everywhere"
            )
        elif "error" in reply:
            self._failed(batch, reply["error"])
        else:
            outcomes = map(Outcome.from_json, reply["outcomes"])
            self.pending.keep(batch, outcomes, reply["environment"])

    def _not_done(self, batch: Bundle, pool: Pool, error: BaseException) -> None:
        reason = f"{type(error).__name__}: {error}".strip()
        if not pool.died(error):
            self._stop_giving_out(
                f"{pool} cannot do the work ({reason}): is this version of the project installed "
                "there, with all that it needs?"
            )
        elif batch.given_out < self.attempts:
            self.pending.waiting.append(batch)
        else:
            text = f"{batch}: given out {batch.given_out} times, and its worker died every time"
            self._give_up(batch, RunFailed(f"{text}; at last with {reason}"))

    def _failed(self, batch: Bundle, told: Mapping[str, Any]) -> None:
        if told["input"]:
            self._give_up(batch, InputError(f"{batch}: {told['message']}"))
        else:
            text = f"{batch}: {told['type']}: {told['message']}\n{told['traceback']}"
            self._give_up(batch, RunFailed(text))

    def _give_up(self, batch: Bundle, fault: TheoryError) -> None:
        self.faults.append(fault)
        self.pending.release(batch)

    def _stop_giving_out(self, reason: str) -> None:
        """For a reason that other batches would meet as well; what is running is waited for."""
        self.faults.insert(0, InputError(reason))
        self.pending.waiting.clear()

    def _report(self) -> None:
        done, total = self.pending.progress
        what = f"training {total} runs"
        if not any(pool.capacity for pool in self.pools):
            what = "waiting for workers"
        elif self.pending.others and not self.running:
            what = "waiting for another process"
        if total:
            self.progress(what, done, total)

    def _end(self) -> None:
        """Nothing of this sweep goes on, what is done is stored, and what is not is free."""
        try:
            if self.running:
                for pool in self.pools:
                    pool.stop()
            for future in list(self.running):
                if future.done() and not future.cancelled() and future.exception() is None:
                    self._collect(future)
        finally:
            self.pending.close()
