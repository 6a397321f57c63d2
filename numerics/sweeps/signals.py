"""Ctrl-C and termination that wait until things are in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Held:
    """The signal that came, if any."""

    number: int | None = None


@contextmanager
def held_back() -> Iterator[Held]:
    """Inside, SIGINT and SIGTERM are noted only; at the end they arrive as they would have.

    A second one arrives at once. Signals that are ignored stay so, and outside the main thread,
    where none arrive, nothing is changed.

    >>> with held_back() as held:
    ...     held.number is None
    True
    """
    held, before = Held(), dict[int, Any]()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def note(number: int, frame: Any) -> None:
        impatient, held.number = held.number is not None, number
        if impatient:
            restore()
            signal.raise_signal(number)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            if handler not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, note)
    try:
        yield held
    finally:
        restore()
        if held.number is not None:
            signal.raise_signal(held.number)
