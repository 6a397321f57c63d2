"""Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

SECONDS_BETWEEN_LINES = 5.0
LONG = 6
"""How many times longer between the lines of something long."""
HOUR = 3600.0


@contextmanager
def reporting(quiet: bool, *, long: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with ``(what, done, total)``; nothing is shown when quiet.

    Something ``long`` has the time left beside its bar, and fewer lines where there is no bar.
    """
    if quiet or sys.stderr is None:
        yield lambda what, done, total: None
    elif sys.stderr.isatty():
        left = (TextColumn("left:"), TimeRemainingColumn()) if long else ()
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            *left,
            console=Console(stderr=True),
            transient=True,
            speed_estimate_period=HOUR,
        )
        with bar:
            task = bar.add_task("", total=1)

            def update(what: str, done: int, total: int) -> None:
                bar.update(task, description=what, completed=done, total=total)

            yield update
    else:
        said: dict[str, float] = {}
        between = SECONDS_BETWEEN_LINES * (LONG if long else 1)

        def line(what: str, done: int, total: int) -> None:
            now = time.monotonic()
            if what not in said:
                print(what, file=sys.stderr, flush=True)
            elif done and now - said[what] > between:
                print(f"{what}: {100 * done // max(total, 1)} %", file=sys.stderr, flush=True)
            else:
                return
            said[what] = now

        yield line
