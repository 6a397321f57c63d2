"""Training to the optimum: how long it takes by default, at best, and with a plain PyTorch loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.ablation import ablation
from benchmarks.comparison import LIMIT, OURS, compared, comparison, plain
from benchmarks.isotropic import (
    NAMES,
    PROMPTS,
    one_thread,
    optimum_is_right,
    risks_are_right,
    twin_is_right,
    warm,
)
from benchmarks.reaching import first, percent, points, shown
from benchmarks.schedules import PROBLEM, QUICK
from benchmarks.table import Table, met
from benchmarks.timing import duration
from numerics import Trained, Training, train
from verify.tolerances import EXCESS

AIM = 60.0
NEAR = 0.01


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a risk is wrong."""
    optimum_is_right(PROBLEM)
    defaults, both = [], []
    with one_thread():
        for name in NAMES:
            twin_is_right(name)
            warm(name, PROBLEM)
            progress(f"training: {name} as by default")
            defaults.append(train(Training(name, PROBLEM.at), optimum=float(PROBLEM.optimum)))
            risks_are_right(defaults[-1], PROBLEM)
            both.append(compared(name, progress))
    return [_defaults(defaults), *comparison(both)]


def pieces(progress: Callable[[str], None]) -> list[Table]:
    """What the speed is made of; raises :class:`~benchmarks.timing.Wrong` likewise."""
    found = []
    with one_thread():
        for name in NAMES:
            warm(name, PROBLEM)
            progress(f"training: {name} with a plain loop, {LIMIT:g} s at most")
            loop = plain(name, OURS, QUICK[name].training(name), NEAR)
            found.append(ablation(name, QUICK[name], loop.points, progress))
    return found


def _defaults(trained: Sequence[Trained]) -> Table:
    rows = []
    for one in trained:
        excess = PROBLEM.excess(one.risks)
        rows.append(
            (
                one.training.model,
                shown(first(points(one, PROBLEM), EXCESS.value)),
                shown(first(points(one, PROBLEM), NEAR)),
                duration(one.seconds),
                str(one.steps),
                ", ".join(f"{100 * e:.2f} %" for e in excess),
                f"<= {percent(EXCESS.value)}",
                met(min(excess) <= EXCESS.value),
            )
        )
    total = sum(one.seconds for one in trained)
    rows.append(("both", "", "", duration(total), "", "", f"< {AIM:g} s", met(total < AIM)))
    return Table(
        f"Training: d = {PROBLEM.d}, n = {PROBLEM.n}, isotropic, noiseless, "
        f"{len(trained[0].risks)} restarts",
        ("model", "best within 0.5 %", "best within 1 %", "all done", "steps",
         "excess of each restart", "aim", "met"),
        tuple(rows),
        (
            "Trained as by default, until all restarts are within 0.5 %. Excess is that of the "
            "exact risk of the trained weights over the optimal risk, d - nd/(n+d+1) = "
            f"{float(PROBLEM.optimum):.6g}. Evaluations of it are part of the time.",
            f"Checked: over {PROMPTS:,} prompts the mean squared error of a separately written "
            "forward pass is each exact risk up to sampling error; none is below the optimum.",
        ),
    )  # fmt: skip
