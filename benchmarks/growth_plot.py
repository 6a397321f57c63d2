"""The picture of how the time of a training step grows."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from benchmarks.isotropic import NAMES, Problem
from benchmarks.steps import Step
from verify.figures.style import LOOKS, NEUTRAL, PAGE, plain

HEIGHT = 4.6
DARK, LIGHT = "#000000", "#0072B2"


def picture(steps: Sequence[Step], by_d: Sequence[Problem], by_n: Sequence[Problem]) -> str:
    """An SVG: a row for each model, a column for each size that grows."""
    with plain():
        figure = Figure(figsize=(PAGE, HEIGHT), layout="constrained")
        axes = figure.subplots(len(NAMES), 2, sharey="row", squeeze=False)
        for row, name in zip(axes, NAMES, strict=True):
            for axis, varied, sizes in zip(row, "dn", (by_d, by_n), strict=True):
                _panel(axis, [s for s in steps if s.model == name], varied, sizes)
                fixed = f"$n = {by_d[0].n}$" if varied == "d" else f"$d = {by_n[0].d}$"
                axis.set_title(f"{LOOKS[name].name}, {fixed}", fontsize=8)
            row[0].set_ylabel("time per prompt, µs")
        for axis, name in zip(axes[-1], ("features, $d$", "examples, $n$"), strict=True):
            axis.set_xlabel(name)
        handles, _ = axes[0, 0].get_legend_handles_labels()
        dotted = Line2D([], [], color=NEUTRAL, linestyle=(0, (1, 1.5)), linewidth=1)
        dotted.set_label("multiply-adds, at the rate of the last point")
        figure.legend(handles=[*handles, dotted], loc="outside lower center", ncols=2)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def _panel(axis: Axes, steps: Sequence[Step], varied: str, sizes: Sequence[Problem]) -> None:
    kinds = dict.fromkeys((step.how, step.queries) for step in steps)
    drawn = zip(kinds, (DARK, LIGHT, LIGHT), "sov", (1.0, 0.55, 1.0), strict=True)
    for (how, queries), colour, marker, opacity in drawn:
        along = [s for s in steps if (s.how, s.queries) == (how, queries) and s.problem in sizes]
        along.sort(key=lambda step: sizes.index(step.problem))
        x = [getattr(step.problem, varied) for step in along]
        y = [1e6 * step.of_prompt for step in along]
        shared = "1 query" if queries == 1 else f"{queries} queries"
        name = how if how == "plain loop" else f"engine, {shared} for each set of examples"
        axis.plot(x, y, color=colour, alpha=opacity, marker=marker, label=name)
        rate = y[-1] / along[-1].operations
        count = [rate * step.operations for step in along]
        axis.plot(x, count, color=colour, alpha=opacity, linestyle=(0, (1, 1.5)), linewidth=1)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xticks(x, [str(size) for size in x])
    axis.xaxis.set_minor_locator(NullLocator())
