"""The time to an exact excess risk: the engine's, and that of a plain PyTorch loop at its best."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from benchmarks import plain_loop
from benchmarks.isotropic import NAMES, exact_excess, not_below, risks_are_right, start
from benchmarks.plain_loop import GRID, Point, Rate
from benchmarks.reaching import first, median, percent, points, shown
from benchmarks.schedules import EVERY, PROBLEM, QUICK, Schedule
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, ratio
from numerics import Training, train
from numerics.training.loop import Batch

ROUGH, NEAR = 0.02, 0.01
TINY = 1e-6
AIMS = {("att", NEAR): 10, ("ssm", NEAR): 10}
"""How many times faster than the loop whose learning rate is tuned."""
LIMIT = 30.0
"""Seconds for a plain loop."""
TIMES, SEEDS = 3, (1, 2)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loop:
    """How a plain loop went.

    Parameters
    ----------
    begin
        Whose start it had.
    rate
        Its learning rate.
    points
        Along the way.
    """

    begin: str
    rate: Rate
    points: list[Point]

    def seconds(self, near: float) -> float:
        """Until it was within an excess; infinite if it never was."""
        found = first(self.points, near)
        return math.inf if found is None else found


@dataclass(frozen=True)
class Compared:
    """Everything that was measured of one model."""

    name: str
    quick: Measured
    exact: Measured
    tuned: Loop
    same: Loop
    own: Loop
    tried: int


def compared(name: str, progress: Progress) -> Compared:
    """Train a model in all ways."""
    progress(f"training: {name} as quickly as it goes")
    quick = measured(name, QUICK[name])
    progress(f"training: {name} on its exact risk")
    exact = measured(name, QUICK[name], source="risk", steps=400, evaluate_every=1)
    like = QUICK[name].training(name)
    progress(f"training: {name} with plain loops, tuned")
    starts = {OURS: like, ITS_OWN: None}
    tried = [plain(name, begin, starts[begin], NEAR, rate) for begin in starts for rate in GRID]
    progress(f"training: {name} with plain loops at a constant rate, {LIMIT:g} s at most")
    same, own = plain(name, OURS, like, NEAR), plain(name, ITS_OWN, None, NEAR)
    best = min(tried, key=lambda loop: loop.seconds(NEAR))
    return Compared(name, quick, exact, best, same, own, len(tried))


OURS, ITS_OWN = "the engine's", "its own"


def comparison(each: Sequence[Compared]) -> list[Table]:
    """The two tables."""
    rows = []
    for one in each:
        rows += [
            _row(one, ROUGH, "Adam on prompts", one.quick),
            _row(one, NEAR, "Adam on prompts", one.quick),
            _row(one, NEAR, "L-BFGS on the exact risk", one.exact),
            _row(one, TINY, "L-BFGS on the exact risk", one.exact, alone=True),
        ]
    loops = [loop for one in each for loop in (one.tuned, one.same, one.own)]
    names = [one.name for one in each for _ in range(3)]
    return [_compared(rows, each[0].tried), _loops(list(zip(names, loops, strict=True)))]


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


def measured(name: str, schedule: Schedule, **changes: Any) -> Measured:
    """Train with a schedule, and check the results."""
    same = [train(schedule.training(name, **changes)) for _ in range(TIMES)]
    others = [train(schedule.training(name, seed=seed, **changes)) for seed in SEEDS]
    restarts = train(schedule.training(name, restarts=3, **changes))
    again = all(torch.allclose(same[0].risks, one.risks, rtol=1e-4) for one in same)
    passes([(f"{name}: the same seed does not give the same", again)])
    for one in (same[0], *others, restarts):
        risks_are_right(one, PROBLEM)
    return Measured(
        tuple(points(one, PROBLEM) for one in same),
        tuple(points(one, PROBLEM) for one in others),
        points(restarts, PROBLEM),
    )


def plain(
    name: str, begin: str, like: Training | None, target: float, rate: Rate | None = None
) -> Loop:
    """A plain loop, from the weights that a training begins with, or from its own."""
    excess, model = exact_excess(name, PROBLEM), start(name, PROBLEM, like)
    if like is not None:
        (begun,) = PROBLEM.excess(Batch([like]).risks())
        alike = abs(excess(model) - begun) <= 1e-9
        passes([(f"{name}: the two do not begin at the same risk", alike)])
    rate = rate or Rate()
    found = plain_loop.run(
        model, PROBLEM.n, PROBLEM.d, excess=excess, target=target, limit=LIMIT, rate=rate
    )
    not_below(name, [point.excess for point in found])
    return Loop(begin, rate, found)


def _row(
    one: Compared, near: float, how: str, engine: Measured, alone: bool = False
) -> tuple[str, ...]:
    """Times and ratios; ``alone`` where no plain loop was asked for so little."""
    seconds, cells, ratios = engine.seconds(near), [], []
    for loop in () if alone else (one.tuned, one.same, one.own):
        took = first(loop.points, near)
        least = loop.points[-1].seconds if took is None else took
        cells.append(f"not in {duration(least)}" if took is None else duration(least))
        more = "more than " if took is None else ""
        ratios.append(least / seconds if seconds else 0.0)
        cells.append(more + ratio(ratios[-1]) if seconds else "")
    aim = AIMS.get((one.name, near)) if how.startswith("Adam") else None
    return (
        one.name,
        how,
        percent(near),
        shown(seconds),
        engine.spread(near),
        shown(first(engine.restarts, near)),
        *(cells or [""] * 6),
        "" if aim is None else f"{aim} x: {met(ratios[0] >= aim)}",
    )


def _loop_row(name: str, loop: Loop) -> tuple[str, ...]:
    last, best = loop.points[-1], min(loop.points, key=lambda point: point.excess)
    return (
        name,
        loop.begin,
        str(loop.rate),
        str(last.step),
        duration(last.seconds),
        duration(last.seconds / last.step),
        percent(last.excess),
        f"{percent(best.excess)} after {duration(best.seconds)}",
    )


def _compared(rows: Sequence[tuple[str, ...]], tried: int) -> Table:
    schedules = "; ".join(f"{name}: {QUICK[name]}" for name in NAMES)
    return Table(
        "Training: time to an exact excess risk",
        ("model", "engine", "excess", "its time", f"{1 + len(SEEDS)} seeds", "best of 3 restarts",
         "plain loop, tuned", "ratio", "constant rate, same start", "ratio",
         "constant rate, own start", "ratio", "aim"),
        tuple(rows),
        (
            f"d = {PROBLEM.d}, n = {PROBLEM.n}, isotropic, noiseless. Engine: one restart, from "
            "nothing to the first evaluation of the exact risk within the excess, one every "
            f"{EVERY} steps (L-BFGS: every step), their time included; median of {TIMES}. Its "
            "schedules are fixed beforehand, and the optimum is used to read the clock alone. "
            f"{schedules}.",
            "L-BFGS sees no prompts: it descends the risk that theory derives, and stands for "
            "what can be had where that is known.",
            f"Plain loop, tuned: learning rate that warms up and decays, the quickest to "
            f"{percent(NEAR)} of {tried}: {', '.join(map(str, GRID))}, from the weights that the "
            "engine begins with and from its own. It is the one to compare with; what a constant "
            f"rate of {Rate()} does stands beside it. Loops are looked at every "
            f"{plain_loop.EVALUATE_EVERY} steps, not counted in their time.",
            "One CPU thread for all, warmed up by a few steps; everything in one run.",
            "Checked: the engine's risks as above; the same seed gives the same again; both begin "
            "at the same exact risk; the plain forward pass is the definition of the model.",
        ),
    )  # fmt: skip


def _loops(loops: Sequence[tuple[str, Loop]]) -> Table:
    return Table(
        "Training: a plain PyTorch loop",
        ("model", "start", "learning rate", "steps", "time", "time per step",
         "excess at the end", "least excess on the way"),
        tuple(_loop_row(name, loop) for name, loop in loops),
        (
            f"One model, {plain_loop.BATCH:,} fresh prompts per step, Adam, until within "
            f"{percent(NEAR)}, or {LIMIT:g} s; own start: standard deviation "
            f"{plain_loop.INITIAL:g}.",
            "With a constant learning rate and no averaging the risk does not settle but wanders "
            "near the excess at the end: what it falls to below that is by chance.",
        ),
    )  # fmt: skip
