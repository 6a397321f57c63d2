"""Runs that differ in the numbers of a design: trained together, and one by one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from benchmarks.isotropic import NAMES, one_thread
from benchmarks.table import Table
from benchmarks.timing import duration, passes, ratio
from numerics import Trained, train, train_together
from numerics.sweeps.batches import batches
from numerics.sweeps.run import Run
from numerics.sweeps.training_runs import training

SIZES = ((10, 5), (40, 20))
GROUPS = {
    "independent": ("sigma", ("0", "1/2", "1", "2")),
    "rag": ("alpha", ("0", "1/5", "2/5", "3/5")),
}
STEPS, REPEATS = 100, 3
SAME = 1e-5
"""Relative difference of final risks up to which single precision may take two trainings."""


def runs(model: str, design: str, n: int, d: int) -> list[Run]:
    """Four runs as a sweep would have them, of few steps."""
    name, values = GROUPS[design]
    given = {"sigma": "0"} if design == "rag" else {}
    return [
        Run(model, design, n, d, tuple({**given, name: value}.items()), steps=STEPS)
        for value in values
    ]


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if risks depend on company."""
    rows = []
    with one_thread():
        for model in NAMES:
            for design in GROUPS:
                for n, d in SIZES:
                    progress(f"batches: {model} on {design}, d = {d}, n = {n}")
                    rows.append(_row(model, design, runs(model, design, n, d)))
    one = training(runs("att", "independent", *SIZES[0])[0])
    return [
        Table(
            "Training: runs together, and one by one",
            ("model", "design", "d", "n", "together", "one by one", "ratio", "in a sweep",
             "largest difference"),
            tuple(rows),
            (
                f"Four runs: independent with sigma {', '.join(GROUPS['independent'][1])}, rag "
                f"with alpha {', '.join(GROUPS['rag'][1])}. {one.restarts} restarts, {one.batch} "
                f"sets of examples, the query integrated out (rag: drawn), {STEPS} steps, one "
                f"thread; median of {REPEATS} times each way, in turns. In a sweep: how many of "
                "them `verify figure` trains together.",
                "Checked: the largest difference of a final risk, relative to it, over runs and "
                f"restarts, is at most {SAME:g}: prompts are the same, what is left is rounding in "
                "single precision.",
            ),
        )
    ]  # fmt: skip


def _row(model: str, design: str, group: Sequence[Run]) -> tuple[str, ...]:
    trainings = [training(run) for run in group]
    train_together(trainings)  # what happens once in a process
    together, apart, off = [], [], 0.0
    for _ in range(REPEATS):
        start = time.perf_counter()
        joined = train_together(trainings)
        middle = time.perf_counter()
        alone = [train(one) for one in trainings]
        together.append(middle - start)
        apart.append(time.perf_counter() - middle)
        off = max(off, _difference(joined, alone))
        passes([(f"{model} on {design}: risks differ by {off:.2g} in company", off <= SAME)])
    quick, slow = statistics.median(together), statistics.median(apart)
    return (
        model,
        design,
        str(group[0].d),
        str(group[0].n),
        duration(quick),
        duration(slow),
        ratio(slow / quick),
        " and ".join(str(len(batch)) for batch in batches(group)),
        f"{off:.1g}",
    )


def _difference(joined: Sequence[Trained], alone: Sequence[Trained]) -> float:
    """The largest difference of final risks, relative to those of the runs alone."""
    return max(
        float(((one.risks - other.risks).abs() / other.risks).max())
        for one, other in zip(joined, alone, strict=True)
    )
