"""The names of rows and columns that pandas and R write around a matrix, told from its numbers."""

from __future__ import annotations

import re

from theory.language.files.tables import Cell, Table

# "nan" or "1e999" is a number gone wrong and not a name.
_NUMBERED = r"[+-]?\.?\d|[+-]?(nan|na|n/a|inf|infinity|null|none)$"


def without_labels(found: Table) -> list[list[Cell]]:
    """The rows of a table without a row of names above them and a column of names before them.

    A name is anything but a number, or what is in quotes beside numbers that are not. The numbers
    0, 1, 2, ... are names where pandas writes them. Whatever may as well be numbers is left where
    it is: a row that may come of decimal commas, or a matrix with a hole.

    Examples
    --------
    >>> from theory.language.files.tables import table
    >>> pandas = table(",a,b\\na,1,0.5\\nb,0.5,2", "S.csv", 9)
    >>> [[cell.text for cell in row] for row in without_labels(pandas)]
    [['1', '0.5'], ['0.5', '2']]
    """
    rows, separator = found
    first, below = rows[0], rows[1:]
    if len({len(row) for row in below}) != 1:
        return rows
    width, quotes_tell = len(below[0]), not rows[-1][-1].quoted
    corner = len(first) == width > 1 and not first[0].text
    above = first[1:] if corner else first
    counted = _counted(above)
    if counted or all(_is_name(cell, quotes_tell) for cell in above):
        column = [row[0] for row in below]
        named = all(_is_name(cell, quotes_tell) for cell in column)
        # with commas, the first of too many numbers may be the beginning of a decimal
        shorter = len(first) == width - 1 and (named or separator != ",")
        square = len(first) == width == len(below) + 1 and not counted
        if corner or shorter or (square and (named or _counted(column))):
            return [row[1:] for row in below]
        if len(first) == width and (len(below) == width or not counted):
            return below
    if width == len(rows) + 1 and all(_is_name(row[0], quotes_tell) for row in rows):
        return [row[1:] for row in rows]
    return rows


def _is_name(cell: Cell, quotes_tell: bool) -> bool:
    if cell.quoted and quotes_tell:
        return True
    return bool(cell.text) and not re.match(_NUMBERED, cell.text, re.IGNORECASE)


def _counted(cells: list[Cell]) -> bool:
    return len(cells) > 1 and [cell.text for cell in cells] == list(map(str, range(len(cells))))
