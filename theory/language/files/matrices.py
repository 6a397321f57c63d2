"""Matrices from untrusted files, as people have them: CSV and its kin, and NumPy's own."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np

from theory.language.files.arrays import MAGIC, array
from theory.language.files.document import Source, bytes_of, decoded, name_of
from theory.language.files.labels import without_labels
from theory.language.files.tables import BLANKS, table, too_large
from theory.language.formulas.places import Place, Unreadable, shown
from theory.language.formulas.tokens import DIGITS

BYTES = 4 * 2**20
"""Bytes of a matrix file."""
SIZE = 512
"""Rows and columns."""
ENTRY = 40
"""Characters of one entry."""
EXACT = 15
"""Digits up to which a decimal is taken for exact; longer ones are rounded binary numbers."""
EXPONENT = 300
"""The largest exponent, either sign."""
BETWEEN = "with commas, semicolons, tabs or blanks between; names in the first row or column only"
"""How numbers are written."""
DECIMALS = "; a decimal has a point, as in 0.5, and what is between numbers is the same everywhere"
"""How numbers are written where commas may have been meant for decimals."""


def read_matrix(source: Source, square: bool = True) -> list[list[Any]]:
    """The rows of a matrix: Fractions, or floats where one of them is no short number.

    It has to be square, unless ``square`` says that it need not be.

    In a text, whole numbers, fractions such as ``2/5`` and decimals of up to :data:`EXACT` digits
    are exact; one number with an exponent or with more digits makes all of them floats. Commas,
    semicolons, tabs or blanks stand between them (see :mod:`theory.language.files.tables`), and
    names may stand around them (:mod:`theory.language.files.labels`). A file that NumPy has saved
    holds what its type says.

    Raises
    ------
    Unreadable
        With the place, what was found, and what was expected.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_matrix(BytesIO(b"2, 1/2\\n1/2, 1"))
    [[Fraction(2, 1), Fraction(1, 2)], [Fraction(1, 2), Fraction(1, 1)]]
    """
    name, content = name_of(source), bytes_of(source, BYTES)
    if content.startswith(MAGIC):
        found_rows = _plain(array(content, name), name)
        return _squared(found_rows, Place(name)) if square else found_rows
    found = table(decoded(content, name).removeprefix("\ufeff"), name, SIZE + 1)
    if not found.rows:
        raise Unreadable(Place(name), f"found no numbers; expected rows of them, {BETWEEN}")
    cells = without_labels(found)
    hint = "" if found.separator == BLANKS else DECIMALS
    for row in cells[1:]:
        if len(row) != len(cells[0]):
            raise Unreadable(
                Place(name, row[0].place.line),
                f"found {len(row)} numbers; expected {len(cells[0])}, as in the rows before{hint}",
            )
    if max(len(cells), len(cells[0])) > SIZE:
        raise too_large(Place(name, cells[min(SIZE, len(cells) - 1)][0].place.line), SIZE)
    rows = [[_number(cell.text, cell.place) for cell in row] for row in cells]
    if not all(isinstance(value, Fraction) for row in rows for value in row):
        rows = [[float(value) for value in row] for row in rows]
    if not square:
        return rows
    return _squared(rows, Place(name), hint if len(cells) < len(cells[0]) else "")


def _squared(rows: list[list[Any]], place: Place, hint: str = "") -> list[list[Any]]:
    columns = len(rows[0]) if rows else 0
    if len(rows) != columns or not rows:
        raise Unreadable(
            place, f"found {len(rows)} rows of {columns} numbers; expected a square{hint}"
        )
    return rows


def _plain(found: np.ndarray, name: str) -> list[list[Any]]:
    if max(found.shape) > SIZE:
        raise too_large(Place(name), SIZE)
    if found.dtype.kind != "f":
        return [[Fraction(value) for value in row] for row in found.tolist()]
    if not np.isfinite(found).all():
        raise Unreadable(Place(name), "found NaN or infinity; expected finite numbers")
    return [[float(value) for value in row] for row in found.tolist()]


def _number(text: str, place: Place) -> Fraction | float:
    hint = DECIMALS if set(text) & set(", \t") else f", {BETWEEN}"
    problem = Unreadable(
        place, f"found {shown(text)}; expected a number such as 2, 0.5, 2/5, 1e-3{hint}"
    )
    if len(text) > ENTRY:
        raise problem
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    mantissa, marked, exponent = unsigned.lower().partition("e")
    whole, slash, below = mantissa.partition("/")
    parts = whole.split(".")
    digits = sum(map(len, parts)) + len(below)
    if (
        len(parts) > 2
        or not digits
        or not set("".join(parts) + below) <= DIGITS
        or not whole.strip(".")
        or (slash and (not below or len(parts) > 1 or marked or not int(below)))
    ):
        raise problem
    if marked:
        power = exponent[1:] if exponent[:1] in ("+", "-") else exponent
        if not power or not set(power) <= DIGITS or int(power) > EXPONENT:
            raise problem
        if not isfinite(float(text)):
            raise problem
        return float(text)
    value = Fraction(text)
    return value if slash or digits <= EXACT else float(value)
