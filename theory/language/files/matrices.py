"""Matrices from untrusted CSV files."""

from __future__ import annotations

import os
from fractions import Fraction
from math import isfinite
from typing import Any

from theory.language.files.document import text_of
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


def read_matrix(path: str | os.PathLike[str]) -> list[list[Any]]:
    """The rows of a CSV file of numbers: Fractions, or floats where one of them is no short number.

    Whole numbers, fractions such as ``2/5`` and decimals of up to :data:`EXACT` digits are exact;
    one number with an exponent or with more digits makes all of them floats.

    Raises
    ------
    Unreadable
        With the place, what was found, and what was expected.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "S.csv")
    ...     with open(path, "w") as file:
    ...         _ = file.write("2, 1/2\\n1/2, 1\\n")
    ...     read_matrix(path)
    [[Fraction(2, 1), Fraction(1, 2)], [Fraction(1, 2), Fraction(1, 1)]]
    """
    name = str(os.fspath(path))
    rows: list[list[Any]] = []
    exact = True
    text = text_of(path, BYTES).removeprefix("\ufeff")
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        entries, column = [], 1
        cells = line.split(",")
        if len(cells) > SIZE or len(rows) == SIZE:
            raise Unreadable(Place(name, at), f"found a larger matrix; expected {SIZE} x {SIZE}")
        for cell in cells:
            place = Place(name, at, column + len(cell) - len(cell.lstrip()))
            value = _number(cell.strip(), place)
            exact = exact and isinstance(value, Fraction)
            entries.append(value)
            column += len(cell) + 1
        if rows and len(entries) != len(rows[0]):
            raise Unreadable(
                Place(name, at),
                f"found {len(entries)} numbers; expected {len(rows[0])}, as in the rows before",
            )
        rows.append(entries)
    if not rows:
        raise Unreadable(Place(name), "found no numbers; expected rows of them, with commas")
    if len(rows) != len(rows[0]):
        raise Unreadable(
            Place(name), f"found {len(rows)} rows of {len(rows[0])} numbers; expected a square"
        )
    return rows if exact else [[float(v) for v in row] for row in rows]


def _number(text: str, place: Place) -> Fraction | float:
    problem = Unreadable(place, f"found {shown(text)}; expected a number such as 2, 0.5, 2/5, 1e-3")
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
