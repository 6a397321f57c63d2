"""Ctrl-C that is not lost.

A ``KeyboardInterrupt`` that happens to be raised inside a callback of a library can vanish there;
a handler that also takes a note lets the caller end in order all the same.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

MASKS = hasattr(signal, "pthread_sigmask")
"""Whether signals can be blocked; not on Windows."""


def ignore_interrupts() -> None:
    """For a process that has nothing to interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def interrupt_once(number: int, frame: object) -> None:
    """A handler for a process that hears Ctrl-C from a terminal, and again from its parent."""
    ignore_interrupts()
    raise KeyboardInterrupt


@contextmanager
def held() -> Iterator[None]:
    """Ctrl-C while inside raises ``KeyboardInterrupt`` at the end, when nothing is half done."""
    before = signal.getsignal(signal.SIGINT)
    with noticed(later=True) as interrupts:
        yield
    if interrupts.seen and callable(before):
        before(signal.SIGINT, None)


@contextmanager
def blocked() -> Iterator[None]:
    """Ctrl-C waits until the end; processes started inside inherit that, where signals can wait."""
    if not MASKS:
        with held():
            yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def interrupt(process: int) -> None:
    """Let another process hear Ctrl-C.

    Not on Windows: this would kill it, and it has heard what was pressed in its console.
    """
    if os.name == "posix":
        os.kill(process, signal.SIGINT)


@dataclass
class Interrupts:
    """Whether Ctrl-C was pressed."""

    seen: bool = False


@contextmanager
def noticed(later: bool = False) -> Iterator[Interrupts]:
    """Take note of Ctrl-C while inside; it raises ``KeyboardInterrupt`` as usual, or not yet.

    Outside the main thread, where signals do not arrive, nothing is changed.
    """
    interrupts = Interrupts()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield interrupts
        return

    def note(number: int, frame: Any) -> None:
        interrupts.seen = True
        if not later:
            before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
