"""Formulas of these pages as MathML, made when they are built: they show without a network.

A Sphinx extension: ``html_math_renderer = "mathml"`` in ``conf.py`` chooses it.
"""

from __future__ import annotations

from typing import Any, NoReturn

from docutils import nodes
from math_core import LatexError
from sphinx.application import Sphinx
from sphinx.util import logging

from theory.text.latex import glyphs
from theory.text.mathml import LONG, mathml, shown

LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx about it."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(writer: Any, node: nodes.math) -> NoReturn:
    """A formula in a line of text; one that is too long for that scrolls by itself."""
    kind = "math notranslate wide" if glyphs(node.astext()) > LONG else "math notranslate"
    writer.body.append(f'<span class="{kind}">{_converted(node, display=False)}</span>')
    raise nodes.SkipNode


def displayed(writer: Any, node: nodes.math_block) -> NoReturn:
    """A formula in the middle of a line, or several below each other."""
    writer.body.append(f'<div class="math notranslate">{_converted(node, display=True)}</div>\n')
    raise nodes.SkipNode


def _converted(node: nodes.Element, display: bool) -> str:
    """What cannot be read is a warning, and with ``-W`` ends the build."""
    try:
        return mathml(node.astext(), display)
    except LatexError as error:
        LOG.warning("no formula: %s: %s", node.astext(), error, location=node)
        return shown(node.astext(), display)
