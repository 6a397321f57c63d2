"""When something that is trained was first within an excess risk, and how to say so."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from benchmarks.isotropic import Problem
from benchmarks.plain_loop import Point
from benchmarks.timing import duration
from numerics import Trained


def points(trained: Trained, problem: Problem) -> list[Point]:
    """A training looked at like one of the plain loop: the best restart over time."""
    return [Point(c.step, c.seconds, min(problem.excess(c.risks))) for c in trained.history]


def first(points: Sequence[Point], near: float) -> float | None:
    """Seconds until the excess was at most ``near``; ``None`` if it never was.

    >>> first([Point(0, 0.0, 0.5), Point(10, 2.0, 0.01)], 0.02)
    2.0
    """
    return next((point.seconds for point in points if point.excess <= near), None)


def median(seconds: Sequence[float | None]) -> float | None:
    """The median, where all are known.

    >>> median([1.0, 3.0, 2.0]), median([1.0, None])
    (2.0, None)
    """
    known = [s for s in seconds if s is not None]
    return statistics.median(known) if len(known) == len(seconds) else None


def shown(seconds: float | None) -> str:
    """A time, or that there is none.

    >>> shown(0.5), shown(None)
    ('500 ms', 'not reached')
    """
    return "not reached" if seconds is None else duration(seconds)


def percent(excess: float) -> str:
    """An excess as one reads it.

    >>> percent(0.01), percent(0.0012345)
    ('1 %', '0.12 %')
    """
    return f"{100 * excess:.2g} %"
