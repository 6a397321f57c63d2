"""Rows of cells from untrusted text, with commas, semicolons, tabs or blanks between them."""

from __future__ import annotations

import re
from typing import NamedTuple

from theory.language.files.lines import Line, lines
from theory.language.formulas.places import Place, Unreadable

BLANKS = " "
"""The separator that stands for any number of blanks."""


class Cell(NamedTuple):
    """What stands between two separators, without blanks around it and without its quotes."""

    text: str
    quoted: bool
    place: Place


class Table(NamedTuple):
    """The rows of a text that hold anything, and what separates their cells."""

    rows: list[list[Cell]]
    separator: str


def table(text: str, file: str, most: int) -> Table:
    """The cells of a text, at most ``most`` rows of ``most``.

    Of semicolons, commas and tabs the first that occurs outside of quotes and comments separates
    cells, and blanks do where none occurs. Lines and comments are those of
    :mod:`theory.language.files.lines`.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    Examples
    --------
    >>> found = table('# a comment\\n1; "two"', "S.csv", 9)
    >>> [(cell.text, cell.quoted, str(cell.place)) for cell in found.rows[0]]
    [('1', False, 'S.csv:2:1'), ('two', True, 'S.csv:2:4')]
    """
    found: list[Line] = []
    for line in lines(text, file):
        if len(found) == most:
            raise too_large(line[0], most - 1)
        found.append(line)
    separator = next((s for s in ";,\t" if any(s in masked for _, _, masked in found)), BLANKS)
    return Table([_cells(*line, separator, most) for line in found], separator)


def too_large(place: Place, most: int) -> Unreadable:
    """The error of a matrix with more than ``most`` rows or columns."""
    return Unreadable(place, f"found a larger matrix; expected {most} x {most}")


def _cells(place: Place, line: str, masked: str, separator: str, most: int) -> list[Cell]:
    if separator == BLANKS:
        spans = [found.span() for found in re.finditer(r"\S+", masked)]
    else:
        if masked.count(separator) >= most:
            raise too_large(place, most - 1)
        ends = [k for k, character in enumerate(masked) if character == separator]
        spans = list(zip([0, *(k + 1 for k in ends)], [*ends, len(line)], strict=True))
    if len(spans) > most:
        raise too_large(place, most - 1)
    return [_cell(line[a:b], place.after(a)) for a, b in spans]


def _cell(text: str, place: Place) -> Cell:
    place = place.after(len(text) - len(text.lstrip()))
    text = text.strip()
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return Cell(text[1:-1].replace('""', '"').strip() if quoted else text, quoted, place)
