"""The time to an exact excess risk: the engine's, and that of a plain PyTorch loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from benchmarks import plain_loop
from benchmarks.isotropic import NAMES, exact_excess, not_below, risks_are_right, start
from benchmarks.plain_loop import Point
from benchmarks.reaching import first, median, percent, points, shown
from benchmarks.schedules import CLOSE, EVERY, PROBLEM, QUICK, Schedule
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, ratio
from numerics import Training, train
from numerics.training.loop import Batch

ROUGH, NEAR, CLOSER = 0.02, 0.01, 0.001
AIMS = {("att", NEAR): (10, 25), ("ssm", NEAR): (4, 8)}
"""How many times faster than the plain loop: the least that counts, and the aim."""
LIMIT = 180.0
"""Seconds for the plain loop."""
TIMES, SEEDS = 5, (1, 2, 3, 4)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Compared:
    """Rows of the two tables, and how the plain loop went from the engine's start."""

    times: tuple[tuple[str, ...], ...]
    loops: tuple[tuple[str, ...], ...]
    same: list[Point]


def compared(name: str, progress: Progress) -> Compared:
    """Train a model both ways."""
    progress(f"training: {name} as quickly as it goes")
    quick, close = measured(name, QUICK[name]), measured(name, CLOSE[name])
    progress(f"training: {name} with the plain loop, {LIMIT:g} s at most")
    same = plain(name, QUICK[name].training(name), CLOSER)
    progress(f"training: {name} with the plain loop from its own start, {LIMIT:g} s at most")
    own = plain(name, None, NEAR)
    return Compared(
        (
            _row(name, ROUGH, quick, same, own),
            _row(name, NEAR, quick, same, own),
            _row(name, CLOSER, close, same, None),
        ),
        (_loop_row(name, "the engine's", same), _loop_row(name, "its own", own)),
        same,
    )


def comparison(each: Sequence[Compared]) -> list[Table]:
    """The two tables."""
    return [
        _compared([row for one in each for row in one.times]),
        _loops([row for one in each for row in one.loops]),
    ]


@dataclass(frozen=True)
class Measured:
    """The engine with one schedule, as points along the way.

    Parameters
    ----------
    same
        Over and over from the same weights, with the same prompts.
    others
        From other seeds.
    restarts
        The best of three restarts in one training.
    """

    same: tuple[list[Point], ...]
    others: tuple[list[Point], ...]
    restarts: list[Point]

    def seconds(self, near: float) -> float | None:
        """The median time to an excess from the same weights."""
        return median([first(one, near) for one in self.same])

    def spread(self, near: float) -> str:
        """Least and largest time over all seeds."""
        seeds = [self.seconds(near), *(first(one, near) for one in self.others)]
        known = [s for s in seeds if s is not None]
        if len(known) < len(seeds):
            return f"{len(known)} of {len(seeds)} reach it"
        return f"{duration(min(known))} to {duration(max(known))}"


def measured(name: str, schedule: Schedule) -> Measured:
    """Train with a schedule, and check the results."""
    same = [train(schedule.training(name)) for _ in range(TIMES)]
    others = [train(schedule.training(name, seed=seed)) for seed in SEEDS]
    restarts = train(schedule.training(name, restarts=3))
    again = all(torch.allclose(same[0].risks, one.risks, rtol=1e-4) for one in same)
    passes([(f"{name}: the same seed does not give the same", again)])
    for one in (same[0], *others, restarts):
        risks_are_right(one, PROBLEM)
    return Measured(
        tuple(points(one, PROBLEM) for one in same),
        tuple(points(one, PROBLEM) for one in others),
        points(restarts, PROBLEM),
    )


def plain(name: str, like: Training | None, target: float) -> list[Point]:
    """The plain loop, from the weights that a training begins with, or from its own."""
    excess, model = exact_excess(name, PROBLEM), start(name, PROBLEM, like)
    if like is not None:
        (begun,) = PROBLEM.excess(Batch([like]).risks())
        alike = abs(excess(model) - begun) <= 1e-9
        passes([(f"{name}: the two do not begin at the same risk", alike)])
    found = plain_loop.run(model, PROBLEM.n, PROBLEM.d, excess=excess, target=target, limit=LIMIT)
    not_below(name, [point.excess for point in found])
    return found


def _row(
    name: str, near: float, engine: Measured, same: list[Point], own: list[Point] | None
) -> tuple[str, ...]:
    seconds = engine.seconds(near)
    cells, ratios = [], []
    for found in (same, own):
        if found is None:
            cells += ["", ""]
            continue
        took = first(found, near)
        least = found[-1].seconds if took is None else took
        cells.append(f"not in {duration(least)}" if took is None else duration(least))
        if seconds is not None:
            ratios.append(least / seconds)
        more = "more than " if took is None else ""
        cells.append(more + ratio(ratios[-1]) if seconds is not None else "")
    wanted = [
        f"{aim} x: {met(bool(ratios) and min(ratios) >= aim)}" for aim in AIMS.get((name, near), ())
    ]
    return (
        name,
        percent(near),
        shown(seconds),
        engine.spread(near),
        shown(first(engine.restarts, near)),
        *cells,
        *(wanted or ("", "")),
    )


def _loop_row(name: str, begin: str, found: list[Point]) -> tuple[str, ...]:
    last, best = found[-1], min(found, key=lambda point: point.excess)
    return (
        name,
        begin,
        str(last.step),
        duration(last.seconds),
        duration(last.seconds / last.step),
        percent(last.excess),
        f"{percent(best.excess)} after {duration(best.seconds)}",
    )


def _compared(rows: Sequence[tuple[str, ...]]) -> Table:
    kinds = ((f"{percent(ROUGH)} and {percent(NEAR)}", QUICK), (percent(CLOSER), CLOSE))
    schedules = "; ".join(
        f"{name} to {what}: {each[name]}" for name in NAMES for what, each in kinds
    )
    return Table(
        "Training: time to an exact excess risk",
        ("model", "excess", "engine", f"{1 + len(SEEDS)} seeds", "best of 3 restarts",
         "plain loop, same start", "ratio", "plain loop, own start", "ratio", "at least", "aim"),
        tuple(rows),
        (
            f"d = {PROBLEM.d}, n = {PROBLEM.n}, isotropic, noiseless. Engine: one restart, from "
            "nothing to the first evaluation of the exact risk within the excess, one every "
            f"{EVERY} steps, their time included; median of {TIMES}. Its schedule is fixed "
            f"beforehand, and the optimum is used to read the clock alone. {schedules}.",
            "Plain loop, same start: from the very weights that the engine begins with. It is "
            f"looked at every {plain_loop.EVALUATE_EVERY} steps, not counted in its time. "
            "An aim is met if both ratios meet it.",
            "One CPU thread for both, both warmed up by a few steps.",
            "Checked: the engine's risks as above; the same seed gives the same again; both begin "
            "at the same exact risk; the plain forward pass is the definition of the model.",
        ),
    )  # fmt: skip


def _loops(rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(
        "Training: a plain PyTorch loop",
        ("model", "start", "steps", "time", "time per step", "excess at the end",
         "least excess on the way"),
        tuple(rows),
        (
            f"One model, {plain_loop.BATCH:,} fresh prompts per step, Adam with learning rate "
            f"{plain_loop.LEARNING_RATE:g}. From the engine's start until within "
            f"{percent(CLOSER)}, from its own (standard deviation {plain_loop.INITIAL:g}) until "
            f"within {percent(NEAR)}, or {LIMIT:g} s.",
            "With a constant learning rate and no averaging the risk does not settle but wanders "
            "near the excess at the end: what it falls to below that is by chance.",
        ),
    )  # fmt: skip
