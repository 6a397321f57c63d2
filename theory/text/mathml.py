"""Formulas as MathML, which browsers show by themselves: no network, no script, no fonts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from math_core import LatexError, LatexToMathML

from theory.text.display import displayed
from theory.text.formulas import Formula
from theory.text.latex import glyphs, latex
from theory.text.plain import plain
from theory.text.rows import Mathematics, Prose

LONG = 60
"""About how many characters of a formula fit in a line of text."""
NOTATION = 1000
"""Characters of notation in words that is read: words may be anybody's, and may nest as deeply."""
BARE = ("", "")
"""Nothing around one displayed formula: it is converted, and not put into a document."""

_CONVERTER = LatexToMathML(fancy_error=False)
_DOLLARS = re.compile(r"\$([^$]+)\$")


def mathml(notation: str, display: bool = False) -> str:
    r"""LaTeX as MathML.

    Raises :class:`math_core.LatexError` where it is none, or a command is not known.

    >>> mathml(r"\frac{1}{d}")
    '<math><mfrac><mn>1</mn><mi>d</mi></mfrac></math>'
    """
    found = _CONVERTER.convert_with_local_state(notation, displaystyle=display)
    return found.replace("&ApplyFunction;", "\u2061")  # XML has no name for it


def shown(notation: str, display: bool = False) -> str:
    r"""The same; as text where it cannot be converted.

    >>> shown(r"\nosuch{<}")
    '<code>\\nosuch&lt;</code>'
    """
    try:
        return mathml(notation, display)
    except LatexError:
        return f"<code>{escape(plain(notation))}</code>"


def displays(formulas: Iterable[Formula | Mathematics]) -> str:
    """Formulas in the middle of a line each."""
    return shown(displayed(formulas, BARE), display=True)


def in_html(text: Prose) -> str:
    r"""Words with their mathematics; a formula that is too long for a line has one of its own.

    >>> in_html("for $n > 1$ & so on")
    'for <math><mi>n</mi><mo>&gt;</mo><mn>1</mn></math> &amp; so on'
    """
    return "".join(_parts(text))


def _parts(text: Prose) -> Iterator[str]:
    if isinstance(text, str):
        for k, part in enumerate(_DOLLARS.split(text)):
            notation = k % 2 and len(part) <= NOTATION
            long = glyphs(part) > LONG
            yield shown(part, long) if notation else escape(f"${part}$" if k % 2 else part)
        return
    for part in text.parts:
        if isinstance(part, str):
            yield from _parts(part)
        elif glyphs(latex(part)) <= LONG:
            yield shown(latex(part))
        else:
            yield displays([part])
