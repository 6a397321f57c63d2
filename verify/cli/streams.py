"""Streams that fail, readers that leave, and interrupts that linger."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click


def forget_interrupt() -> None:
    """Make sure that the process ends with our exit code after a KeyboardInterrupt.

    One that passed through code run from a string, as libraries do, leaves a mark in the
    interpreter that would end ``python -m`` by SIGINT instead; running anything clears it.
    """
    exec("")


def forget_impossible_sizes() -> None:
    """In no columns nothing would be shown; what is no number would be a fault."""
    for name in ("COLUMNS", "LINES"):
        if not re.fullmatch("[1-9][0-9]{0,4}", os.environ.get(name, "")):
            os.environ.pop(name, None)


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


def tell(path: str | None, show: Callable[[], None], report: Callable[[], Any]) -> None:
    """Show results and write the report that was asked for; where one fails, there is the other.

    Parameters
    ----------
    path
        Of the report; ``-`` for standard output, in place of the text.
    """
    with reader_may_leave():
        try:
            if path != "-" and sys.stdout is not None:  # not closed by the caller
                show()
        finally:
            if path is not None:
                from verify.outcome.report import write

                write(report(), path)


class Lasting:
    """A stream to write text to, whose failures do not end what writes to it.

    Where a reader has left, or for ``tolerant`` streams where anything else keeps the text from
    being written, what follows goes nowhere. Characters that the stream cannot encode are escaped.

    Parameters
    ----------
    tolerant
        Whether a failure of any kind is no matter; else only that nobody reads.
    """

    def __init__(self, stream: Any, tolerant: bool):
        self._stream, self._tolerant = stream, tolerant

    def write(self, text: str) -> int:
        try:
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                encoding = self._stream.encoding
                self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except (OSError, ValueError) as error:
            self._lost(error)
        return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError) as error:
            self._lost(error)

    def _lost(self, error: Exception) -> None:
        # what is in its buffer, and the interpreter's own flush at the end, go there
        with suppress(OSError, ValueError):  # where it is a file
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
        left = isinstance(error, OSError) and error.errno in {errno.EPIPE, errno.ESHUTDOWN}
        if not (left or self._tolerant):
            why = getattr(error, "strerror", None) or error
            raise click.ClickException(f"cannot write the results: {why}") from error

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # click would go round us, where it holds an encoding for a mistake
            raise AttributeError("a lasting stream takes text only")
        return getattr(self._stream, name)


@contextmanager
def lasting_streams() -> Iterator[None]:
    """Nothing that cannot be told changes a verdict: standard output and error are lasting."""
    before = sys.stdout, sys.stderr
    if sys.stdout is not None:
        sys.stdout = Lasting(sys.stdout, tolerant=False)
    if sys.stderr is not None:
        sys.stderr = Lasting(sys.stderr, tolerant=True)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, Lasting) and stream not in before:
                stream.flush()
        sys.stdout, sys.stderr = before
