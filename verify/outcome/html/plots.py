"""What was sampled, what was trained, and the exact beside the approximate, as pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import NullFormatter

from theory.text.colours import CLAIMED, EXACT, REFERENCE
from verify.figures.style import LOOKS
from verify.outcome.html.drawing import Drawing, drawn
from verify.tolerances import EXCESS, SAMPLING

Rows = Sequence[Mapping[str, Any]]
ROW, FRAME = 0.24, 0.75
"""Inches that a row of a picture takes, and its axis."""
MANY = 40
"""Up to how many rows are drawn; beyond, the table is enough."""
SIZES = ("d", "n")


def measured(cases: Rows) -> str:
    """How far each mean is from what it should be, in standard errors."""
    if len(cases) > MANY:
        return ""
    title = "Sampled means less what they should be, in standard errors"
    names = [f"{case['what']}, {case['at']}" for case in cases]
    with _rows(title, names) as (picture, axes):
        allowed = SAMPLING.value
        axes.axvspan(-allowed, allowed, color=REFERENCE, alpha=0.15, linewidth=0)
        axes.axvline(0, color=REFERENCE, linewidth=0.8)
        for k, case in enumerate(cases):
            axes.plot(case["deviation"], k, "o", color=LOOKS["att"].colour)
        axes.set_xscale("symlog", linthresh=2 * allowed, linscale=4)
        widest = max([1.5 * allowed, *(1.2 * abs(case["deviation"]) for case in cases)])
        axes.set_xlim(-widest, widest)
        ticks = [-10, -5, 0, 5, 10]
        axes.set_xticks([*ticks, *([-widest, widest] if widest > 20 else [])])
        axes.set_xticklabels([f"{tick:g}" for tick in axes.get_xticks()])
        axes.set_xlabel(f"off by, in standard errors (grey: allowed, {allowed:g})")
    return picture.html


def trained(runs: Rows) -> str:
    """The excess risk of every restart, beside what is allowed."""
    if len(runs) > MANY:
        return ""
    title = "Exact excess risk of trained models over the optimum, in per cent"
    with _rows(title, [f"{run['model']}, {run['at']}" for run in runs]) as (picture, axes):
        axes.axvline(0, color=EXACT, linewidth=0.8)
        allowed = 100 * EXCESS.value
        axes.axvspan(0, allowed, color=REFERENCE, alpha=0.15, linewidth=0)
        for k, run in enumerate(runs):
            look = LOOKS.get(run["model"], LOOKS["att"])
            for excess in run["excess"]:
                axes.plot(100 * excess, k, color=look.colour, **look.mark)
        largest = max(abs(100 * x) for run in runs for x in run["excess"])
        if largest > 10 * allowed:
            axes.set_xscale("symlog", linthresh=allowed)
            axes.xaxis.set_major_formatter(_number)
        axes.set_xlabel(f"excess risk in per cent (grey: allowed for the best, {allowed:g} %)")
    return picture.html


def along(rows: Rows) -> str:
    """Exact and claimed value over the size that grows, and the error."""
    size = next((s for s in SIZES if len({row["at"].get(s) for row in rows}) > 1), None)
    if size is None:
        return ""
    at = [float(row["at"][size]) for row in rows]
    quantity = rows[0]["quantity"]
    with drawn(f"Exact and claimed {quantity} as {size} grows, and the error", 2.4) as picture:
        values = picture.axes(1, 2, 1)
        claimed, exact = ([row[name] for row in rows] for name in ("claimed", "exact"))
        values.plot(at, claimed, color=CLAIMED, linestyle=(0, (5, 2)), label=f"claimed {quantity}")
        values.plot(at, exact, "o", color=EXACT, markersize=5, label=f"exact {quantity}")
        _logarithmic(values, "x")
        if min(claimed + exact) > 0:
            _logarithmic(values, "y")
        values.set_xlabel(size)
        values.legend()
        errors = picture.axes(1, 2, 2)
        known = [
            (x, 100 * abs(row["error"])) for x, row in zip(at, rows, strict=True) if row["error"]
        ]
        errors.plot([x for x, _ in known], [e for _, e in known], "o-", color=CLAIMED, linewidth=1)
        _logarithmic(errors, "x")
        if known:
            _logarithmic(errors, "y")
        errors.set_xlabel(size)
        errors.set_title("error of the claimed, in per cent", fontsize=8)
    return picture.html


def _logarithmic(axes: Axes, which: str) -> None:
    """A scale of powers of ten, as numbers."""
    axes.set(**{f"{which}scale": "log"})
    axis: Axis = getattr(axes, f"{which}axis")
    axis.set_major_formatter(_number)
    axis.set_minor_formatter(NullFormatter())


def _number(value: float, _place: float) -> str:
    return f"{value:g}"


@contextmanager
def _rows(title: str, names: list[str]) -> Iterator[tuple[Drawing, Axes]]:
    """A picture of rows with these names, the first on top."""
    with drawn(title, FRAME + ROW * len(names)) as picture:
        axes = picture.axes(1, 1, 1)
        yield picture, axes
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
