"""Readers that leave, and interrupts that linger."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def forget_interrupt() -> None:
    """Make sure that the process ends with our exit code after a KeyboardInterrupt.

    One that passed through code run from a string, as libraries do, leaves a mark in the
    interpreter that would end ``python -m`` by SIGINT instead; running anything clears it.
    """
    exec("")


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """A reader of our output that has left changes nothing about the verdict."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter flushes once more at exit: give it somewhere to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
