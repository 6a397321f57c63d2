"""The figures of the page on approximations, as SVG, with their data beside them as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from docs.approximations import ALPHAS, D, N, along, records
from theory.text.colours import CLAIMED, EXACT, REFERENCE
from verify.figures.style import plain

TITLES = {"rag": "retrieval-augmented", "task-aligned": "task-aligned"}
PLACES = ((9, 5e-4), (1.4e3, 6e-3))
"""Where the names of the designs stand beside their lines."""
STEP = Fraction(1, 100)


def write(folder: Path) -> None:
    """Draw both figures into a folder."""
    with plain():
        for name, figure, head, rows in (
            ("approximation-risk", *risk()),
            ("approximation-rate", *rate()),
        ):
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
            with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows([head, *rows])


def risk() -> tuple[Figure, tuple[str, ...], list[tuple[Any, ...]]]:
    """Risk per feature against alignment, exact and claimed, for both designs."""
    grid = [k * STEP for k in range(int(ALPHAS[-1] / STEP) + 1)]
    figure = Figure(figsize=(5.5, 2.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, 2, sharey=True)
    rows: list[tuple[Any, ...]] = []
    for k, (axis, record) in enumerate(zip(axes, records(), strict=True)):
        found = [record.evaluate(n=N, d=D, sigma=0, alpha=alpha) for alpha in grid]
        exact = [float(at.risk) / D for at in found]
        claimed = [float(at.claimed) / D for at in found]
        x = [float(alpha) for alpha in grid]
        axis.axhline(exact[0], color=REFERENCE, linewidth=0.7, label="independent data, exact")
        axis.plot(x, exact, color=EXACT, label="exact")
        axis.plot(x, claimed, color=CLAIMED, linestyle=(0, (4, 2)), label="paper's expression")
        axis.set_title(f"({'ab'[k]}) {TITLES[record.design.name]}", fontsize=8)
        axis.set_xlabel(r"alignment $\alpha$")
        axis.set_xlim(0, x[-1])
        axis.set_ylim(0, 0.4)
        rows += [
            (record.design.name, D, N, *map(float, row))
            for row in zip(x, exact, claimed, strict=True)
        ]
    axes[0].set_ylabel(r"optimal risk per feature, $L^\star\!/d$")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    head = ("design", "d", "n", "alpha", "exact_risk_per_feature", "claimed_risk_per_feature")
    return figure, head, rows


def rate() -> tuple[Figure, tuple[str, ...], list[tuple[Any, ...]]]:
    """Size of the relative error against d, with its derived leading term."""
    figure = Figure(figsize=(3.3, 2.5), layout="constrained")
    FigureCanvasAgg(figure)
    axis = figure.subplots()
    rows: list[tuple[Any, ...]] = []
    for record, colour, marker, place in zip(
        records(), (EXACT, CLAIMED), "os", PLACES, strict=True
    ):
        found = along(record, record.design)
        x = [row.d for row in found]
        axis.loglog(x, [abs(row.derived) for row in found], color=colour, linewidth=0.8)
        seen = [abs(row.error) for row in found]
        axis.loglog(x, seen, color=colour, ls="none", marker=marker, markerfacecolor="white")
        axis.annotate(TITLES[record.design.name], place, color=colour)
        rows += [
            (
                record.design.name,
                row.d,
                float(row.exact),
                float(row.claimed),
                row.error,
                row.derived,
            )
            for row in found
        ]
    axis.plot([], [], color=EXACT, ls="none", marker="o", markerfacecolor="white", label="exact")
    axis.plot([], [], color=EXACT, linewidth=0.8, label="derived $1/d$ term")
    axis.set_ylim(1e-5, 1)
    axis.set_xlabel("number of features $d$")
    axis.set_ylabel("|relative error| of the risk")
    axis.legend(loc="upper right", borderaxespad=0, handlelength=1.8)
    head = ("design", "d", "exact_risk", "claimed_risk", "relative_error", "derived_leading_term")
    return figure, head, rows


def drawn() -> Iterable[str]:
    """The names of the files that ``write`` makes."""
    return [f"approximation-{name}.{kind}" for name in ("risk", "rate") for kind in ("svg", "csv")]
