"""Matrices from untrusted files, as people have them: CSV and its kin, and NumPy's own."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from fractions import Fraction
from typing import Any

import numpy as np

from theory.language.files.arrays import MAGIC, array
from theory.language.files.decimals import number
from theory.language.files.document import Source, bytes_of, decoded, name_of
from theory.language.files.labels import without_labels
from theory.language.files.tables import BLANKS, table, too_large
from theory.language.formulas.places import WHOLE, Place, Unreadable, shown

BYTES = 4 * 2**20
"""Bytes of a matrix file."""
SIZE = 512
"""Rows and columns."""
OTHERS = {
    b"PK\x03\x04": "a file in a zip archive, such as .xlsx or .npz",
    b"\x89HDF": "a file of HDF5",
    b"MATLAB": "a .mat file",
    b"%%MatrixMarket": "a file of Matrix Market",
    b"\x80": "a pickle",
    b"\x1f\x8b": "a compressed file, such as .rds",
}
"""Files in which people have matrices that are not read, by their first bytes."""
ELSEWHERE = "text with a row on each line (CSV), or what numpy.save writes"
"""How to write those."""
BETWEEN = "with commas, semicolons, tabs or blanks between; names in the first row or column only"
"""How numbers are written."""
DECIMALS = "; a decimal has a point, as in 0.5, and what is between numbers is the same everywhere"
"""How numbers are written where commas may have been meant for decimals."""


def read_matrix(source: Source, square: bool = True) -> list[list[Any]]:
    """The rows of a matrix: Fractions, or floats where one of them is no short number.

    It has to be square, unless ``square`` says that it need not be.

    In a text a number is exact where it is short (:mod:`theory.language.files.decimals`); one that
    is not makes all of them floats. Commas, semicolons, tabs or blanks stand between them
    (:mod:`theory.language.files.tables`), and names may stand around them
    (:mod:`theory.language.files.labels`). A file that NumPy has saved holds what its type says.

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
        return _squared(found_rows, Place(name, WHOLE)) if square else found_rows
    return matrix_in(_text(content, name), name, square)


def matrix_in(text: str, name: str, square: bool = True) -> list[list[Any]]:
    """The same from a text: that of a file, or a matrix in brackets.

    >>> matrix_in("[2 1/2; 1/2 1]", "--matrix Sigma")
    [[Fraction(2, 1), Fraction(1, 2)], [Fraction(1, 2), Fraction(1, 1)]]
    """
    found = table(text, name, SIZE + 1)
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


def _text(content: bytes, name: str) -> str:
    """The text of a file that is no array, in UTF-8, or in UTF-16 with a mark that says so."""
    for start, what in OTHERS.items():
        if content.startswith(start):
            raise Unreadable(Place(name, WHOLE), f"found {what}; expected {ELSEWHERE}")
    if not content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return decoded(content, name).removeprefix("\ufeff")
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(
            Place(name, WHOLE), f"found no UTF-16 after its mark; expected {ELSEWHERE}"
        ) from None


def _squared(rows: list[list[Any]], place: Place, hint: str = "") -> list[list[Any]]:
    columns = len(rows[0]) if rows else 0
    if len(rows) != columns or not rows:
        raise Unreadable(
            place, f"found {len(rows)} rows of {columns} numbers; expected a square{hint}"
        )
    return rows


def _plain(found: np.ndarray, name: str) -> list[list[Any]]:
    if max(found.shape) > SIZE:
        raise too_large(Place(name, WHOLE), SIZE)
    if found.dtype.kind != "f":
        return [[Fraction(value) for value in row] for row in found.tolist()]
    if not np.isfinite(found).all():
        raise Unreadable(Place(name, WHOLE), "found NaN or infinity; expected finite numbers")
    return [[float(value) for value in row] for row in found.tolist()]


def _number(text: str, place: Place) -> Fraction | float:
    found = number(text)
    if found is None:
        hint = DECIMALS if set(text) & set(", \t") else f", {BETWEEN}"
        raise Unreadable(
            place, f"found {shown(text)}; expected a number such as 2, 0.5, 2/5, 1e-3{hint}"
        )
    return found
