"""Work in a fork of this process, which can be given up with all that it started."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from typing import Any

Say = Callable[[Any], None]


@contextmanager
def following(work: Callable[[Say], None]) -> Iterator[Callable[[float], Any]]:
    """Do the work in a fork; the next of what it says, waiting so many seconds at most.

    Raises
    ------
    TimeoutError
        If it says nothing in that time.
    EOFError
        If it has ended, in whatever way.
    """
    here, child = _fork(work, leads=True)

    def heard(seconds: float) -> Any:
        if not here.poll(seconds):
            raise TimeoutError
        return here.recv()

    try:
        yield heard
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        here.close()


def outcome(work: Callable[[], Any]) -> Any:
    """What the work returns, done in a fork of its own, or nothing if that does not end well."""
    here, child = _fork(lambda say: say(work()), leads=False)
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        os.waitpid(child, 0)
        here.close()


def _fork(work: Callable[[Say], None], leads: bool) -> tuple[Any, int]:
    here, there = Pipe(duplex=False)
    sys.stdout.flush()
    child = os.fork()
    if child:
        there.close()
        if leads:
            with suppress(OSError):
                os.setpgid(child, child)
        return here, child
    try:
        if leads:
            os.setpgid(0, 0)
        here.close()
        work(there.send)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)
