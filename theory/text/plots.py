"""Curves of a few numbers each, as a picture that a notebook shows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from theory.text.colours import CLAIMED, EXACT, OTHERS


@dataclass(frozen=True)
class Series:
    """Points that belong together.

    Parameters
    ----------
    name
        What they are called.
    x, y
        Where they are.
    kind
        ``"exact"``, ``"claimed"`` or anything else.
    group
        Those of one group, of several, have one colour.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    kind: str = ""
    group: int = 0


@dataclass(frozen=True, repr=False)
class Plot:
    """A picture: shown in a notebook, or saved.

    Parameters
    ----------
    figure
        matplotlib's, to go on with.

    Examples
    --------
    >>> picture = plot([Series("risk", [1, 2, 3], [3, 2, 1], "exact")], "n", "risk")
    >>> picture.figure.axes[0].get_xlabel()
    'n'
    """

    figure: Any

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, whose name says in which format."""
        self.figure.savefig(path, bbox_inches="tight", dpi=200)

    def _repr_png_(self) -> bytes:
        made = BytesIO()
        self.figure.savefig(made, format="png", bbox_inches="tight", dpi=144)
        return made.getvalue()

    def __repr__(self) -> str:
        (axes,) = self.figure.axes
        names = ", ".join(str(line.get_label()) for line in axes.get_lines())
        return f"<plot of {names} over {axes.get_xlabel()}>"


def plot(curves: Sequence[Series], over: str, of: str) -> Plot:
    """Curves with their names at their ends; what is claimed is dashed.

    ``over`` and ``of`` are what the axes are called.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    colours = {"exact": EXACT, "claimed": CLAIMED}
    several = len({curve.group for curve in curves}) > 1
    for k, curve in enumerate(curves):
        other = OTHERS[(curve.group if several else k) % len(OTHERS)]
        colour = other if several else colours.get(curve.kind, other)
        line = "--" if curve.kind == "claimed" else "-"
        mark = "o" if len(curve.x) < 20 else ""
        axes.plot(curve.x, curve.y, line, label=curve.name, color=colour, marker=mark, markersize=3)
    _named_at_their_ends(axes)
    axes.set_xlabel(over)
    axes.set_ylabel(of)
    return Plot(figure)


APART = 0.065
"""How far apart names stand at least, as a part of the height."""


def _named_at_their_ends(axes: Any) -> None:
    """Names to the right of where the curves end, in that order, none over another."""
    low, high = axes.get_ylim()

    def end(line: Any) -> float:
        return float((line.get_ydata()[-1] - low) / (high - low))

    lines = sorted(axes.get_lines(), key=end, reverse=True)
    for line, height in zip(lines, apart([end(line) for line in lines]), strict=True):
        axes.annotate(
            f" {line.get_label()}",
            (1.0, height),
            xycoords="axes fraction",
            color=line.get_color(),
            verticalalignment="center",
            annotation_clip=False,
        )


def apart(ends: Sequence[float]) -> list[float]:
    """Heights near these, which fall: no two closer than :data:`APART`, none below 0 if possible.

    >>> [round(height, 3) for height in apart([0.9, 0.05, 0.05])]
    [0.9, 0.065, 0.0]
    """
    found: list[float] = []
    for end in ends:
        found.append(min([end, *(height - APART for height in found[-1:])]))
    floor = 0.0
    for k in reversed(range(len(found))):
        found[k] = max(found[k], floor)
        floor = found[k] + APART
    return found
