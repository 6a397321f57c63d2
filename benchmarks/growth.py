"""How the time of a training step grows with the sizes, and the time to the optimum."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence

from benchmarks.growth_plot import picture
from benchmarks.isotropic import NAMES, Problem, not_below, one_thread, warm
from benchmarks.reaching import first, percent, points, shown
from benchmarks.schedules import Schedule
from benchmarks.steps import LEAST, MOST, QUERIES, SETS, Step, measured
from benchmarks.table import Table
from benchmarks.timing import duration, ratio
from numerics import train

BY_D = tuple(Problem(n=40, d=d) for d in (20, 40, 80, 160))
BY_N = tuple(Problem(n=n, d=20) for n in (40, 80, 160, 320, 640))
TRAINED = tuple(Problem(n=2 * d, d=d) for d in (20, 40, 80))
NEAR = 0.01


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a count or model is wrong."""
    steps: dict[tuple[str, Problem], list[Step]] = {}
    with one_thread():
        for name in NAMES:
            warm(name, BY_D[0])
            for problem in dict.fromkeys((*BY_D, *BY_N)):
                progress(f"growth: {name}, d = {problem.d}, n = {problem.n}")
                steps[name, problem] = list(measured(name, problem))
        reach = _reach(progress)
    found = [step for each in steps.values() for step in each]
    files = (
        ("benchmarks-growth.svg", picture(found, BY_D, BY_N)),
        ("benchmarks-growth.csv", _csv(found)),
    )
    return [
        _table("d", BY_D, steps, files),
        _table("n", BY_N, steps),
        reach,
    ]


def _reach(progress: Callable[[str], None]) -> Table:
    """The engine's time to the optimum at several sizes."""
    rows = []
    for name in NAMES:
        for problem in TRAINED:
            progress(f"growth: training {name}, d = {problem.d}, n = {problem.n}")
            schedule = Schedule(batch=256, steps=400, learning_rate=0.1)
            training = schedule.training(name, problem, tolerance=NEAR)
            along = points(train(training, optimum=float(problem.optimum)), problem)
            not_below(name, [point.excess for point in along])
            last = along[-1]
            rows.append(
                (
                    name,
                    str(problem.d),
                    str(problem.n),
                    shown(first(along, NEAR)),
                    str(last.step),
                    duration(last.seconds / last.step),
                    percent(last.excess),
                )
            )
    return Table(
        f"Training: the engine's time to {percent(NEAR)} at several sizes",
        ("model", "d", "n", f"to {percent(NEAR)}", "steps", "time per step", "excess"),
        tuple(rows),
        (
            "One restart, evaluations of the exact risk included; 256 sets of examples, the "
            "query integrated out, 400 steps at the most, learning rate 0.1, the same for all.",
            "Checked: no risk is below the optimum.",
        ),
    )


def _table(
    varied: str,
    problems: Sequence[Problem],
    steps: dict[tuple[str, Problem], list[Step]],
    files: tuple[tuple[str, str], ...] = (),
) -> Table:
    rows = []
    for name in NAMES:
        each = [steps[name, problem] for problem in problems]
        for problem, (plain, one, many) in zip(problems, each, strict=True):
            rows.append(
                (
                    name,
                    str(getattr(problem, varied)),
                    *(duration(step.of_set) for step in (plain, one, many)),
                    duration(many.of_prompt),
                    *(ratio(plain.of_prompt / step.of_prompt) for step in (one, many)),
                    *(f"{step.operations / SETS:,.0f}" for step in (plain, one, many)),
                )
            )
        factor = getattr(problems[-1], varied) / getattr(problems[-2], varied)
        pairs = list(zip(*each[-2:], strict=True))
        grown = [after.of_set / before.of_set for before, after in pairs]
        more = [after.operations / before.operations for before, after in pairs]
        powers = [f"{varied}^{math.log(g) / math.log(factor):.1f}" for g in (*grown, *more)]
        rows.append((name, "growth", *powers[:3], "", "", "", *powers[3:]))
    shared = f"{QUERIES} queries"
    return Table(
        f"Training: how a step grows with {varied}, {'n = 40' if varied == 'd' else 'd = 20'}",
        (
            *("model", varied),
            *("plain loop: a prompt", "engine: a prompt alone", f"a set with {shared}"),
            *(f"a prompt of {shared}", "ratio, alone", f"ratio, {shared}"),
            *("multiply-adds: plain loop", "engine, alone", f"a set with {shared}"),
        ),
        tuple(rows),
        (
            f"The time of a step over its {SETS:,} sets of examples, and over its prompts: in the "
            "plain loop and in the engine with one query each set is a prompt; else "
            f"{QUERIES} prompts share it. One restart, one thread, the median of {LEAST} to "
            f"{MOST} steps, no evaluations. Growth: the power between the last two sizes.",
            "Multiply-adds: in the matrix products of a step, for each set of examples. Drawing "
            "prompts and elementwise work are not among them.",
            "Checked at each size: PyTorch's own counter counts these operations; with equal "
            "weights both predict the same of the same prompts, up to rounding.",
            "By a profile of 2026-11-30, of attention's step at d = 20, n = 40 (128 sets of "
            "examples whose query is integrated out, one restart) drawing takes 37 %, the error "
            "and its gradient 33 %, what is differentiated around them 20 %, Adam 10 %: no one "
            "part is left that would make it several times faster.",
        ),
        files,
    )


def _csv(steps: Sequence[Step]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ("model", "d", "n", "how", "sets_of_examples", "queries_per_set", "seconds_per_step",
         "seconds_per_prompt", "multiply_adds_per_step")
    )  # fmt: skip
    for s in steps:
        sizes = (s.model, s.problem.d, s.problem.n, s.how, SETS, s.queries)
        writer.writerow((*sizes, s.seconds, s.of_prompt, s.operations))
    return text.getvalue()
