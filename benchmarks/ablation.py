"""What the speed of training is made of: parts of the engine taken away, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.isotropic import not_below
from benchmarks.plain_loop import BATCH, Point
from benchmarks.reaching import first, median, percent, points, shown
from benchmarks.schedules import PROBLEM, Schedule
from benchmarks.table import Table
from benchmarks.timing import duration, ratio
from numerics import train

SEEDS = (0, 1, 2)
NEAR = (0.02, 0.01)
SAMPLED = 32
"""Queries where they are drawn."""
NONE = 1e-9
"""A fraction of the steps so small that nothing is averaged."""
UNSHARED: dict[str, Any] = {"queries": 1, "batch": BATCH, "steps": 800, "learning_rate": 0.1}
"""As many prompts per step as the plain loop, and a schedule that suits them."""


@dataclass(frozen=True)
class Variant:
    """What is different, and the changes to a training that make it so."""

    what: str
    changes: dict[str, Any] = field(default_factory=dict)


def variants(name: str, schedule: Schedule) -> Iterator[Variant]:
    """The engine, and without each of its parts."""
    yield Variant("the engine as above")
    if name == "att":  # the examples of the other are never rotated
        yield Variant("examples not rotated into a triangle", {"triangular": False})
    yield Variant("no leaning start", {"lean": 1.0})
    yield Variant("no averaging", {"averaging": NONE})
    yield Variant(f"{SAMPLED} queries drawn for each set of examples", {"queries": SAMPLED})
    alone = "a single query for each set of examples"
    yield Variant(alone, {"queries": 1})
    prompts = {"queries": 1, "batch": schedule.batch * SAMPLED}
    yield Variant(f"{alone}, as many prompts", prompts)
    yield Variant(f"{alone}, {BATCH:,} prompts", UNSHARED)
    bare = {**UNSHARED, "averaging": NONE}
    yield Variant("the line above, and no averaging", bare)
    rotated = ", examples not rotated" if name == "att" else ""
    bare |= {"lean": 1.0, "triangular": False}
    yield Variant(f"the line above, and no leaning start{rotated}", bare)
    yield Variant("L-BFGS on the exact risk", {"source": "risk", "steps": 2000})


def ablation(
    name: str, schedule: Schedule, plain: Sequence[Point], progress: Callable[[str], None]
) -> Table:
    """Times to an excess with parts of the engine taken away, down to the plain loop."""
    whole: float | None = None
    rows = []
    for variant in variants(name, schedule):
        progress(f"training: {name}, {variant.what}")
        runs = [_points(name, schedule, variant, seed) for seed in SEEDS]
        one = schedule.training(name, **variant.changes)
        prompts = f"{one.batch * (one.sharing or PROBLEM.d):,}"
        times = [median([first(run, near) for run in runs]) for near in NEAR]
        whole = whole or times[-1]
        rows.append(
            (
                variant.what,
                prompts if one.source == "prompts" else "none",
                shown(median([run[-1].seconds / run[-1].step for run in runs])),
                *map(shown, times),
                _ratio(times[-1], whole),
                ", ".join(percent(run[-1].excess) for run in runs),
            )
        )
    times = [first(plain, near) for near in NEAR]
    step = duration(plain[-1].seconds / plain[-1].step)
    compared = _ratio(times[-1], whole)
    last = percent(plain[-1].excess)
    rows.append(
        ("the plain loop, same start", f"{BATCH:,}", step, *map(shown, times), compared, last)
    )
    return Table(
        f"Training: what the speed of {name} is made of",
        ("what", "prompts per step", "time per step", "to 2 %", "to 1 %", "times as long",
         "where it stopped"),
        tuple(rows),
        (
            f"The schedule for {percent(NEAR[-1])} above, and each line one thing taken away from "
            f"it; but for {BATCH:,} prompts {UNSHARED['steps']} steps and a learning rate of "
            f"{UNSHARED['learning_rate']:g}. Median of {len(SEEDS)} seeds, each stopped within "
            f"{percent(NEAR[-1])} or where its steps end; evaluations are part of the time.",
            f"Where the query is integrated out, {PROBLEM.d} points stand for it.",
            "Checked: no risk is below the optimum.",
        ),
    )  # fmt: skip


def _points(name: str, schedule: Schedule, variant: Variant, seed: int) -> list[Point]:
    training = schedule.training(name, seed=seed, tolerance=NEAR[-1], **variant.changes)
    found = points(train(training, optimum=float(PROBLEM.optimum)), PROBLEM)
    not_below(name, [point.excess for point in found])
    return found


def _ratio(seconds: float | None, whole: float | None) -> str:
    return "" if seconds is None or whole is None else ratio(seconds / whole)
