"""Matrices in NumPy's format, from untrusted bytes: nothing is unpickled, no header evaluated."""

from __future__ import annotations

import re

import numpy as np

from theory.language.formulas.places import WHOLE, Place, Unreadable

MAGIC = b"\x93NUMPY"
"""What a .npy file begins with."""
_HEADER = (
    rb"\{'descr': '([<>|=][fiu][1248])', 'fortran_order': (True|False), "
    rb"'shape': \((\d{1,9}), (\d{1,9})\), \}\s*"
)


def array(content: bytes, file: str) -> np.ndarray:
    """The array in a .npy file, which has to hold real numbers in rows and columns.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    Examples
    --------
    >>> from io import BytesIO
    >>> made = BytesIO()
    >>> np.save(made, np.array([[2, 1], [1, 3]]))
    >>> array(made.getvalue(), "S.npy")
    array([[2, 1],
           [1, 3]])
    """
    size = 2 if content[6:7] == b"\x01" else 4
    start = 8 + size
    end = start + int.from_bytes(content[8:start], "little")
    header = re.fullmatch(_HEADER, content[start:end])
    if header is None:
        raise Unreadable(
            Place(file, WHOLE),
            "found another .npy header; expected a matrix of real numbers, saved by numpy.save",
        )
    kind, by_columns, rows, columns = header.groups()
    shape = int(rows), int(columns)
    try:
        entries = np.frombuffer(content[end:], np.dtype(kind.decode()))
    except (TypeError, ValueError):  # no such type, or a part of a number
        entries = np.zeros(0)
    if len(entries) != shape[0] * shape[1]:
        raise Unreadable(
            Place(file, WHOLE),
            f"found an incomplete file; expected {shape[0]} x {shape[1]} numbers",
        )
    return entries.reshape(shape, order="F" if by_columns == b"True" else "C")
