"""A matplotlib figure as SVG inside of a page: its ink is the page's, dark or light."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from theory.text.colours import EXACT
from verify.figures.style import plain

WIDTH = 6.4
"""Inches."""


class Drawing:
    """A figure while it is drawn, and then its SVG in ``html``."""

    def __init__(self, title: str, figure: Figure):
        self.title, self.figure, self.html = title, figure, ""

    def axes(self, *place: int) -> Axes:
        """A set of axes, in rows and columns of them."""
        return self.figure.add_subplot(*place)


@contextmanager
def drawn(title: str, height: float) -> Iterator[Drawing]:
    """A figure to draw on; afterwards it is SVG, with a title for those who do not see it.

    >>> with drawn("one < two", 1.0) as picture:
    ...     _ = picture.axes(1, 1, 1).plot([1, 2])
    >>> picture.html.startswith('<svg role="img" aria-label="one &lt; two"')
    True
    """
    # names are anybody's: no dollar sign in them begins a formula
    with plain(), rc_context({"svg.fonttype": "none", "text.parse_math": False}):
        picture = Drawing(title, Figure(figsize=(WIDTH, height), layout="constrained"))
        yield picture
        picture.html = _svg(picture)


def _svg(picture: Drawing) -> str:
    out = io.StringIO()
    picture.figure.patch.set_alpha(0)
    for axes in picture.figure.axes:
        axes.patch.set_alpha(0)
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    FigureCanvasSVG(picture.figure).print_svg(out, metadata=metadata)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:\w+)?="[^"]*"|xlink:(?=href)', "", text)  # known inside of HTML
    used = set(re.findall(r"#([\w-]+)", text))
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]  # several stand on one page
    text = re.sub(r' id="([^"]*)"', lambda m: f' id="{mark}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(url\(|href=")#', rf"\g<1>#{mark}-", text)
    text = text.replace(EXACT, "currentColor")
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(picture.title)}"', 1)
