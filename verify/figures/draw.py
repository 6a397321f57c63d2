"""A picture from its panels and the outcomes of their runs.

Theory is a line in its curve's colour: the exact optimum solid, the paper's expression dash-dotted.
A trained model is a marker for every restart, with a bar from best to worst and nothing in between,
where it was not trained; with many points it is a wide light band instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from theory.text.colours import EXACT
from verify.figures.panel import LineKind, Outcomes, Panel, TrainedLine
from verify.figures.style import BAND, COLUMN, LOOKS, NEUTRAL, PAGE, THEORY, plain, shades

MANY = 12
"""With more points than this a model is a band, without markers."""
ROOM = 1.25
"""Trained risks above this multiple of the largest in theory stand at the top, as triangles."""
HEIGHT, GAP = 2.6, 0.075
"""Of a picture in inches; between labels, as a fraction of the axis."""
NAMES = {
    LineKind.EXACT: "exact optimum",
    LineKind.CLAIMED: "paper's approximation",
    LineKind.ALONE: "optimum of each length alone",
}


def picture(panels: Sequence[Panel], outcomes: Outcomes) -> Figure:
    """One panel at the width of a column, or several at that of a page."""
    many = len(panels) > 1
    with plain():
        figure = Figure(figsize=(PAGE if many else COLUMN, HEIGHT), layout="constrained")
        for k, panel in enumerate(panels):
            axis = figure.add_subplot(1, len(panels), k + 1)
            _panel(axis, panel, outcomes)
            letter = f"({'abc'[k]}) " if many else ""
            axis.set_title(f"{letter}{panel.title}, $d = {panel.d}$", fontsize=8)
            if k == 0:
                axis.set_ylabel("risk per feature, $L/d$")
        handles = list(_legend(panels))
        figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=len(handles) if many or len(handles) <= 3 else 2,
            borderaxespad=0.2,
            columnspacing=1.5,
        )
    return figure


def _panel(axis: Axes, panel: Panel, outcomes: Outcomes) -> None:
    lines = [line for curve in panel.curves for line in curve.theory]
    limit = ROOM * max(max(line.y) for line in lines) / panel.d
    highest = limit / ROOM
    for curve, colour in zip(panel.curves, _colours(panel), strict=True):
        for one in curve.trained:
            own = colour if panel.parameter else LOOKS[one.model].colour
            highest = max(highest, _trained(axis, panel, one, outcomes, own, limit))
        for line in curve.theory:
            y = np.array(line.y) / panel.d
            axis.plot(line.x, y, zorder=2, **{"color": colour, **THEORY[line.kind.value]})
    axis.set_xlim(0, max(line.x[-1] for line in lines))
    axis.set_ylim(0, 1.03 * highest)
    axis.set_xlabel(panel.axis)
    axis.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    if _named_at_the_end(panel):
        _names(axis, panel)


def _trained(
    axis: Axes, panel: Panel, one: TrainedLine, outcomes: Outcomes, colour: str, limit: float
) -> float:
    """Draw a trained model; the highest risk that is drawn."""
    look = LOOKS[one.model]
    x = [point.x for point in one.points]
    risks = np.array([point.risks(outcomes) for point in one.points]) / panel.d
    above = ~(risks <= limit)  # also what is not a number
    shown = np.where(above, limit, risks)
    if _marked(panel):
        axis.vlines(x, shown.min(1), shown.max(1), color=colour, linewidth=0.8, zorder=3)
        for restart in np.where(above, np.nan, shown).T:
            axis.plot(x, restart, color=colour, zorder=3, clip_on=False, **look.mark)
    else:
        axis.fill_between(x, shown.min(1), shown.max(1), color=colour, zorder=1, **BAND)
    for at, beyond in zip(x, above, strict=True):
        if beyond.any():
            axis.plot(at, limit, color=colour, marker="^", zorder=3, clip_on=False)
    return float(shown.max())


def _colours(panel: Panel) -> list[str]:
    """Of the theory of each curve: a shade, its model's, or black where it is that of several."""
    if panel.parameter:
        return shades(len(panel.curves))
    models = [{one.model for one in curve.trained} for curve in panel.curves]
    return [LOOKS[next(iter(m))].colour if len(m) == 1 else EXACT for m in models]


def _marked(panel: Panel) -> bool:
    """Whether restarts are markers."""
    return all(len(one.points) <= MANY for curve in panel.curves for one in curve.trained)


def _named_at_the_end(panel: Panel) -> bool:
    """Whether names stand beside the curves: where they all end at the same place."""
    ends = {curve.theory[0].x[-1] for curve in panel.curves}
    return panel.parameter and len(ends) == 1


def _names(axis: Axes, panel: Panel) -> None:
    """The names of the curves at their ends, in their colours, apart from each other."""
    height = axis.get_ylim()[1]
    ends = []
    for curve, colour in zip(panel.curves, shades(len(panel.curves)), strict=True):
        (line,) = (line for line in curve.theory if line.kind is LineKind.EXACT)
        ends.append((line.y[-1] / panel.d, curve.label, colour))
    ends.sort()
    places = apart([y for y, _, _ in ends], GAP * height)
    for place, (_, label, colour) in zip(places, ends, strict=True):
        axis.annotate(
            label,
            (axis.get_xlim()[1], place),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            fontsize=7.5,
            va="center",
            annotation_clip=False,
        )


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Increasing places moved as little as it takes to be ``gap`` apart, groups about their mean.

    >>> apart([0.0, 4.0, 5.0], 2.0)
    [0.0, 3.5, 5.5]
    """
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _spread(groups[-2], gap)[-1] + gap > _spread(groups[-1], gap)[0]:
            last = groups.pop()
            groups[-1] += last
    return [place for group in groups for place in _spread(group, gap)]


def _spread(group: Sequence[float], gap: float) -> list[float]:
    middle, half = sum(group) / len(group), (len(group) - 1) / 2
    return [middle + (k - half) * gap for k in range(len(group))]


def _legend(panels: Sequence[Panel]) -> Iterator[Line2D]:
    """What curves, models and lines of theory look like."""
    for panel in panels:
        if panel.parameter and not _named_at_the_end(panel):
            for curve, colour in zip(panel.curves, shades(len(panel.curves)), strict=True):
                yield Line2D([], [], color=colour, linewidth=1.4, label=curve.label)
    seen = set()
    for panel in panels:
        for one in (one for curve in panel.curves for one in curve.trained):
            if one.model in seen:
                continue
            seen.add(one.model)
            look = LOOKS[one.model]
            colour = NEUTRAL if panel.parameter else look.colour
            shape = (
                look.mark
                if _marked(panel)
                else {"linewidth": BAND["linewidth"], "alpha": BAND["alpha"]}
            )
            yield Line2D([], [], color=colour, label=look.name, **shape)
    kinds = {line.kind for p in panels for curve in p.curves for line in curve.theory}
    for kind in LineKind:
        if kind in kinds:
            yield Line2D([], [], label=NAMES[kind], **{"color": NEUTRAL, **THEORY[kind.value]})
