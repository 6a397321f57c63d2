"""How all pictures look: fonts, lines, and colours that survive greyscale and colour blindness.

Nothing is told apart by hue alone: colours differ in lightness, models in their markers, theory in
its dashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib import style
from matplotlib.colors import to_hex

from theory.text.colours import REFERENCE

STYLE: dict[Any, Any] = {
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "lines.markersize": 4,
    "mathtext.fontset": "dejavusans",
    # TrueType: text in a PDF stays text
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "icl-verify",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}
THEORY: Mapping[str, Mapping[str, Any]] = {
    "exact": {"linewidth": 1.0},
    "claimed": {"linewidth": 0.9, "linestyle": (0, (5, 1.5, 1, 1.5))},
    "alone": {"color": REFERENCE, "linewidth": 0.8, "linestyle": (0, (5, 2))},
}
"""By what a line of theory is; the colour is its curve's where none is given."""
BAND: Mapping[str, Any] = {"alpha": 0.35, "linewidth": 4.0}
"""A trained model from its best to its worst restart, where there are many points."""
NEUTRAL = "#606060"
"""Of a model in the legend where colours are a parameter's."""
COLUMN, PAGE = 3.3, 6.75
"""Widths in inches: of one column, and of two."""


@dataclass(frozen=True)
class Look:
    """How a trained model is drawn: its name, its colour, and the marker of its restarts."""

    name: str
    colour: str
    marker: str
    size: float

    @property
    def mark(self) -> dict[str, Any]:
        """One restart, as keywords."""
        filled = {} if self.marker == "x" else {"markerfacecolor": "none"}
        width = {"markersize": self.size, "markeredgewidth": 0.8, "linestyle": "none"}
        return {"marker": self.marker, **width, **filled}


# A cross fits into a ring, so that both are seen where they are in one place.
LOOKS: Mapping[str, Look] = {
    "att": Look("ATT", "#0072B2", "o", 5.5),
    "ssm": Look("SSM", "#E69F00", "x", 4.0),
    "low-rank-att": Look("low-rank ATT", "#0072B2", "o", 4.0),
    "lora-att": Look("ATT with LoRA", "#0072B2", "o", 4.0),
}
"""By the name of the model."""


def shades(count: int) -> list[str]:
    """Colours for the values of a parameter, from dark to light.

    >>> len(set(shades(4)))
    4
    """
    ends = 0.2, 0.75
    step = (ends[1] - ends[0]) / max(1, count - 1)
    return [to_hex(mpl.colormaps["viridis"](ends[0] + k * step)) for k in range(count)]


@contextmanager
def plain() -> Iterator[None]:
    """Draw in this style, whatever matplotlib's settings are: those of the reader do not count."""
    with style.context(["default", STYLE]):
        yield
