"""Pictures of times that grow, on logarithmic axes, beside the power that is expected."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from verify.figures.style import PAGE, plain

HEIGHT = 3.2
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7")


@dataclass(frozen=True)
class Curve:
    """Times at several sizes.

    Parameters
    ----------
    name
        What takes them.
    sizes, seconds
        In increasing order of sizes.
    power
        That the algorithm should have in the size.
    """

    name: str
    sizes: Sequence[int]
    seconds: Sequence[float]
    power: float

    @property
    def measured(self) -> float:
        """The power between the last two sizes.

        >>> Curve("square", (2, 4, 8), (1.0, 4.0, 16.0), 2).measured
        2.0
        """
        before, after = self.seconds[-2:]
        return math.log(after / before) / math.log(self.sizes[-1] / self.sizes[-2])


def picture(curves: Sequence[Curve], size: str) -> str:
    """An SVG of all of them; dotted is the algorithm's power through the last point."""
    with plain():
        figure = Figure(figsize=(PAGE, HEIGHT), layout="constrained")
        axis = figure.subplots()
        for curve, colour in zip(curves, COLOURS, strict=False):
            axis.plot(curve.sizes, curve.seconds, color=colour, marker="o", label=curve.name)
            last, at = curve.seconds[-1], curve.sizes[-1]
            line = [last * (x / at) ** curve.power for x in curve.sizes]
            axis.plot(curve.sizes, line, color=colour, linestyle=(0, (1, 1.5)), linewidth=1)
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xticks(curves[0].sizes, [str(x) for x in curves[0].sizes])
        axis.xaxis.set_minor_locator(NullLocator())
        axis.set_xlabel(size)
        axis.set_ylabel("seconds")
        figure.legend(loc="outside right center")
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
