"""Work on untrusted input in a process of its own, which ends when its time or its memory does.

A computation inside a library written in C cannot be stopped from within; a process can. What it
has sent until then is kept.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from verify.interrupts import held, interrupt, interrupt_once

MEMORY = 8 * 2**30
"""Bytes that the process may take for itself."""
LONGEST = 3600.0
"""Seconds of one wait; what systems take is bounded."""
PATIENCE = 10.0
"""Seconds to send what there is after an interrupt."""

Send = Callable[[Any], None]


@dataclass(frozen=True)
class Ended:
    """Why the work ended before it was done; in words, to follow "undecided:".

    Parameters
    ----------
    fault
        A traceback, where it was a fault of ours.
    late
        Whether its time was over: with more of it, it may finish.
    """

    why: str
    interrupted: bool = False
    fault: str = ""
    late: bool = False

    @property
    def advice(self) -> str:
        """Why, and what gives it more time, where that was over.

        >>> Ended("not done after 1 s", late=True).advice
        'not done after 1 s (--seconds gives it more)'
        """
        return f"{self.why} (--seconds gives it more)" if self.late else self.why


class BoundedProcess:
    """The process that ``work`` is called in; it has begun, and ends when it is closed or read out.

    What it has sent is what is iterated over, once: see :func:`within`.
    """

    def __init__(self, seconds: float, work: Callable[[Send], None]):
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.seconds = seconds
        self._ours, theirs = context.Pipe(duplex=False)
        self._child = context.Process(target=_begin, args=(work, theirs), daemon=True)
        self._child.start()
        theirs.close()

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from _received(self.seconds, self._ours, self._child)
        finally:
            self.close()

    def close(self) -> None:
        """End it, whatever it does."""
        self._child.kill()
        self._child.join()
        self._ours.close()


def within(seconds: float, work: Callable[[Send], None]) -> Iterator[Any]:
    """Yield what ``work`` sends; an :class:`Ended` comes last if it does not finish.

    ``work`` is called in a process of its own, with a function that sends a value from there. On
    systems that cannot fork it has to be picklable. An :class:`~theory.errors.InputError` in there
    is raised here.

    Examples
    --------
    >>> list(within(60.0, lambda send: send(1 + 1)))
    [2]
    """
    return iter(BoundedProcess(seconds, work))


def _received(seconds: float, ours: Connection, child: Any) -> Iterator[Any]:
    from theory.errors import InputError

    deadline, interrupted = time.monotonic() + seconds, False
    received: list[Any] = []
    while True:
        try:
            left = deadline - time.monotonic()
            if not received and not ours.poll(min(max(0.0, left), LONGEST)):
                if left > LONGEST:
                    continue
                late = Ended(f"not done after {seconds:g} s", late=True)
                yield Ended("interrupted", True) if interrupted else late
                return
            if not received:
                with held():  # what has come is not lost to an interrupt
                    received.append(ours.recv())
        except KeyboardInterrupt:
            if interrupted:
                yield Ended("interrupted", True)
                return
            interrupted, deadline = True, time.monotonic() + PATIENCE
            interrupt(child.pid)  # which ignores it if it heard already
            continue
        except EOFError:
            child.join()
            yield Ended(f"the process ended with code {child.exitcode}: out of memory?")
            return
        value = received.pop()
        if value is None:
            return
        if isinstance(value, InputError):
            raise value
        yield value
        if isinstance(value, Ended):
            return


def _begin(work: Callable[[Send], None], theirs: Connection) -> None:
    from theory.errors import InputError, TheoryError

    signal.signal(signal.SIGINT, interrupt_once)
    gc.freeze()  # what came along is no garbage
    _limit_memory()
    if "torch" in sys.modules:  # its threads did not come along, and would be waited for
        sys.modules["torch"].set_num_threads(1)
    last: Any = None
    try:
        work(theirs.send)
    except KeyboardInterrupt:
        last = Ended("interrupted", interrupted=True)
    except MemoryError:
        last = Ended(f"not enough memory: more than {MEMORY >> 30} GiB")
    except InputError as error:
        last = InputError(str(error))
    except TheoryError as error:
        last = Ended(str(error))
    except RecursionError:
        last = Ended("formulas nest too deep on the way")
    except Exception:
        last = Ended("a fault of ours", fault=traceback.format_exc())
    theirs.send(last)
    theirs.close()
    sys.stderr.flush()
    os._exit(0)  # nothing of the parent's is to be cleaned up here


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not a Unix
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    if soft == resource.RLIM_INFINITY or soft > most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
