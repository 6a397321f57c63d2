"""Repeated timing that refuses to count a wrong result."""

from __future__ import annotations

import gc
import resource
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class Wrong(Exception):
    """Something that was to be timed gave a wrong result: its time means nothing."""


@dataclass(frozen=True)
class Timing:
    """Processor times of the same thing, each followed by a check of its result."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> str:
        """Least and largest, readable."""
        return f"{duration(min(self.seconds))} to {duration(max(self.seconds))}"


def processor() -> float:
    """Seconds of processor time that this process and those it has waited for have used.

    Unlike time on the clock, what else the machine does adds little to it.
    """
    each = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in each)


def timed(
    action: Callable[[], T],
    check: Callable[[T], None],
    repeats: int,
    before: Callable[[], object] = gc.collect,
    first: bool = True,
) -> Timing:
    """Time ``action``, and check what it returns every time.

    Parameters
    ----------
    action
        What to time.
    check
        Raises :class:`Wrong` if the result is not right.
    repeats
        How many runs count.
    before
        Called before each run, outside the clock, such as to empty caches.
    first
        Whether there is a run before these that is checked and does not count.
    """
    seconds = []
    for count in range(repeats + first):
        before()
        start = processor()
        result = action()
        passed = processor() - start
        check(result)
        if count or not first:
            seconds.append(passed)
    return Timing(tuple(seconds))


def duration(seconds: float) -> str:
    """A time with three digits and a unit.

    >>> duration(0.00123), duration(45.678)
    ('1.23 ms', '45.7 s')
    """
    if seconds < 1e-3:
        return f"{_digits(seconds * 1e6)} µs"
    if seconds < 1:
        return f"{_digits(seconds * 1e3)} ms"
    return f"{_digits(seconds)} s"


def ratio(value: float) -> str:
    """How many times, with three digits at most.

    >>> ratio(1.234), ratio(2345.6)
    ('1.23 x', '2350 x')
    """
    return f"{_digits(value)} x"


def _digits(value: float) -> str:
    rounded = float(f"{value:.3g}")
    return f"{rounded:.0f}" if rounded >= 100 else f"{rounded:.3g}"


def passes(wanted: Iterable[tuple[str, bool]]) -> None:
    """Raise :class:`Wrong` with the description of the first thing that does not hold."""
    for what, holds in wanted:
        if not holds:
            raise Wrong(what)
