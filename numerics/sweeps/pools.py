"""Where work is done: on this machine, in worker processes (loky)."""

from __future__ import annotations

import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from numerics.sweeps.signals import held_back
from numerics.sweeps.work import begin

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LOKY_MAX_MEMORY_LEAK_SIZE": "2e9",  # large runs among small ones are no leak
    # glibc: keep what a step has freed for the next one; a quarter of H3's time is page faults else
    "MALLOC_MMAP_THRESHOLD_": str(2**32),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
}


class Pool(ABC):
    """A place for ``capacity`` tasks at a time, with an executor that is there when needed."""

    def __init__(self) -> None:
        self._executor: Any = None

    @property
    @abstractmethod
    def capacity(self) -> int:
        """How many tasks can be done at a time."""

    @abstractmethod
    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """As of :class:`concurrent.futures.Executor`; works again after a death or a stop."""

    @abstractmethod
    def died(self, error: BaseException) -> bool:
        """Whether a task failed with its worker, rather than that it cannot be done here."""

    @abstractmethod
    def stop(self) -> None:
        """End what is being done, without waiting for it."""


class Process(Pool):
    """One worker process on this machine; it ends with the process that made it."""

    capacity = 1

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            return self._submit(function, *arguments)
        except BrokenExecutor:  # its worker died: take a fresh one
            self.stop()
            return self._submit(function, *arguments)

    def died(self, error: BaseException) -> bool:
        return isinstance(error, BrokenExecutor)

    def stop(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)
        self._executor = None

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        from loky import ProcessPoolExecutor

        if self._executor is None:
            resource_tracker.ensure_running()  # here, as it unblocks what is blocked below
            self._executor = ProcessPoolExecutor(
                1, initializer=begin, initargs=(os.getpid(),), env=ENVIRONMENT
            )
        with _interrupts_blocked():  # a worker is born deaf, until it ignores what it hears
            future: Future[Any] = self._executor.submit(function, *arguments)
        return future

    def __str__(self) -> str:
        return "a worker process"


@contextmanager
def local(jobs: int) -> Iterator[list[Pool]]:
    """So many worker processes on this machine, each a pool of its own.

    If one dies, the others do not notice. They begin when needed, and are killed at the end.

    >>> with local(2) as pools:
    ...     [pool.capacity for pool in pools]
    [1, 1]
    """
    with stopped([Process() for _ in range(jobs)]) as pools:
        yield pools


@contextmanager
def stopped(pools: Sequence[Pool]) -> Iterator[list[Pool]]:
    """Pools that are stopped at the end."""
    try:
        yield list(pools)
    finally:
        for pool in pools:
            pool.stop()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Ctrl-C waits until the end; processes and threads started inside inherit that.

    On Windows, where signals cannot be blocked, they do not.
    """
    if not hasattr(signal, "pthread_sigmask"):
        with held_back():
            yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
