"""What a notebook shows of a thing: formulas under headings, a table, and notes."""

from __future__ import annotations

import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from theory.text.display import aligned
from theory.text.formulas import Formula
from theory.text.pretty import in_words, picture
from theory.text.rows import Prose

WIDTH = 88
"""Columns of what is shown as text."""
Block = tuple[str, tuple[Formula, ...]]
"""A heading, which may be empty, and the formulas under it."""


@dataclass(frozen=True)
class Sheet:
    """Everything that is shown of one thing.

    Parameters
    ----------
    title
        What it is, in a line.
    blocks
        Formulas under headings.
    head, rows
        A table: what its columns are, and its cells.
    notes
        Lines to stand below.

    Examples
    --------
    >>> print(Sheet("Two numbers", (("", (Formula("x", "1"), Formula("y", "2"))),)).plain)
    Two numbers
      x = 1
      y = 2
    """

    title: Prose = ""
    blocks: tuple[Block, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[Prose, ...] = ()

    @property
    def plain(self) -> str:
        """As text."""
        found = [in_words(self.title)] if self.title else []
        for heading, formulas in self._filled:
            found += [heading] if heading else []
            pictures = [picture(formula, WIDTH - 2) for formula in formulas]
            apart = any(len(lines) > 1 for lines in pictures)
            for k, lines in enumerate(pictures):
                found += [""] if apart and k else []
                found += [f"  {line}".rstrip() for line in lines]
        found += [f"  {line}" for line in _columns((self.head, *self.rows))] if self.rows else []
        for note in self.notes:
            found += textwrap.wrap(in_words(note), WIDTH, subsequent_indent="  ")
        return "\n".join(found)

    @property
    def latex(self) -> str:
        """Its formulas as displays under their headings; nothing where there are none."""
        return "\n".join(
            f"{heading}:\n{_display(formulas)}" if heading else _display(formulas)
            for heading, formulas in self._filled
        )

    @property
    def html(self) -> str:
        """As HTML, with formulas in LaTeX, which notebooks set; all other text is nothing but text.

        >>> Sheet("<b>$x").html
        '<div><p><strong>&lt;b&gt;<span>$</span>x</strong></p></div>'
        """
        found = [f"<p><strong>{_text(in_words(self.title))}</strong></p>"] if self.title else []
        for heading, formulas in self._filled:
            found += [f"<p>{_text(heading)}</p>"] if heading else []
            found.append(f"<div>{escape(_display(formulas))}</div>")
        if self.rows:
            columns = zip(*self.rows, strict=True)
            words = [not all(map(NUMBERS.fullmatch, column)) for column in columns]
            lines = [_row("th", self.head, words), *(_row("td", row, words) for row in self.rows)]
            found.append(f"<table>{''.join(lines)}</table>")
        found += [f"<p>{_text(in_words(note))}</p>" for note in self.notes]
        return f"<div>{''.join(found)}</div>"

    @property
    def _filled(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block[1])


class Shown(ABC):
    """What shows itself: in a notebook as HTML with formulas, in a terminal as text."""

    @abstractmethod
    def sheet(self) -> Sheet:
        """What is shown of it."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        sheet = self.sheet()
        found = {"text/plain": sheet.plain, "text/html": sheet.html, "text/latex": sheet.latex}
        return {kind: text for kind, text in found.items() if text}

    def _repr_latex_(self) -> str:
        return self.sheet().latex


def _display(formulas: Iterable[Formula]) -> str:
    return f"$${aligned(formulas, 'aligned', '[0.3em]')}$$"


def _text(text: str) -> str:
    """Text in which nothing is taken for a tag, or for a formula."""
    return "".join(f"<span>{c}</span>" if c in "$\\" else c for c in escape(text))


NUMBERS = re.compile(r"[\d.,e+/ -]+")
"""What stands to the right of its column."""


def _row(tag: str, cells: Iterable[str], words: Iterable[bool]) -> str:
    """A row; notebooks set every cell to the right unless it says where it stands."""
    sides = ("left" if is_words else "right" for is_words in words)
    whole = (
        f'<{tag} style="text-align: {side}">{_text(cell)}</{tag}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(whole)}</tr>"


def _columns(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Rows of cells below each other; the last one is wrapped."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    indent = sum(widths[:-1]) + 2 * (len(widths) - 1)
    found = []
    for row in rows:
        before = "".join(f"{cell:{w}}  " for cell, w in zip(row[:-1], widths[:-1], strict=True))
        last = textwrap.wrap(row[-1], max(WIDTH - indent, 24)) or [""]
        found += [(before + last[0]).rstrip(), *(" " * indent + line for line in last[1:])]
    return found
