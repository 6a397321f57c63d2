"""Where work is done: on a cluster, by the workers of a dask.distributed scheduler."""

from __future__ import annotations

import asyncio
import pkgutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from numerics.sweeps.pools import Pool, stopped
from theory.errors import InputError

PATIENCE = 5.0
"""Seconds to wait for an answer of a scheduler."""

SECONDS_BETWEEN_COUNTS = 1.0


class Cluster(Pool):
    """The workers of a dask.distributed scheduler, however many there are at a time.

    Raises
    ------
    InputError
        If no scheduler answers at this address, or dask.distributed is not installed.
    """

    def __init__(self, address: str):
        super().__init__()
        self.address = address
        self._client: Any = None
        self._capacity, self._read = 0, 0.0
        self._open()

    @property
    def capacity(self) -> int:
        if time.monotonic() - self._read > SECONDS_BETWEEN_COUNTS:
            self._open()
            with suppress(Exception):  # as before, until the connection is back
                threads = self._client.nthreads(callback_timeout=PATIENCE)
                self._capacity = sum(threads.values())
            self._read = time.monotonic()
        return self._capacity

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        name = f"{function.__module__}:{function.__qualname__}"
        return self._open().submit(_by_value(), name, *arguments)

    def died(self, error: BaseException) -> bool:
        from distributed import KilledWorker

        return isinstance(error, (KilledWorker, CancelledError, asyncio.CancelledError, OSError))

    def stop(self) -> None:
        if self._executor is not None:
            with suppress(Exception):  # the connection may be gone, or just going
                self._executor.shutdown(wait=False)
            with suppress(Exception):
                self._client.close(timeout=PATIENCE)
        self._executor = None

    def _open(self) -> Any:
        if self._executor is not None and self._client.status not in {"running", "connecting"}:
            self.stop()  # it gave up on a scheduler that went away
        if self._executor is None:
            self._client = _client(self.address)
            self._executor = self._client.get_executor(pure=False)
        return self._executor

    def __str__(self) -> str:
        return f"the cluster at {self.address}"


def _client(address: str) -> Any:
    try:
        from distributed import Client, Security
        from distributed.comm.core import connect
    except ImportError:
        raise InputError(
            "a scheduler needs dask.distributed: pip install 'icl-verify[cluster]'"
        ) from None

    async def knock() -> None:
        """A client would wait for ever for the greeting of what is no scheduler."""
        secrets = Security().get_connection_args("client")
        line = await asyncio.wait_for(connect(address, timeout=PATIENCE, **secrets), PATIENCE + 1)
        line.abort()

    try:
        with ThreadPoolExecutor(1) as apart:  # from an event loop that may be running here
            apart.submit(asyncio.run, knock()).result()
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:
        reason = str(error) or f"no answer within {PATIENCE:.0f} s"
        raise InputError(
            f"there is no dask scheduler at {address!r} ({reason}): give the address that "
            "`dask scheduler` shows, such as tcp://127.0.0.1:8786"
        ) from error


def _by_value() -> Callable[..., Any]:
    """A call by name; a function in a function is sent as it is, not as where to import it from.

    So it arrives everywhere, and says what is missing where this project is not installed. A worker
    that cannot import what it is sent would end instead.
    """

    def call(name: str, *arguments: Any) -> Any:
        return pkgutil.resolve_name(name)(*arguments)

    return call


@contextmanager
def cluster(address: str) -> Iterator[list[Pool]]:
    """The workers of a dask.distributed scheduler as a single pool.

    They need the same version of this project. What is running there when this ends runs on, and is
    forgotten.

    >>> with cluster("nowhere"):
    ...     pass
    Traceback (most recent call last):
    ...
    theory.errors.InputError: ...
    """
    with stopped([Cluster(address)]) as pools:
        yield pools
