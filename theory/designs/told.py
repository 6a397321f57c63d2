"""Instances in words."""

from __future__ import annotations

import numpy as np

from theory.designs.design import IDENTITY
from theory.designs.instance import Instance

ENTRIES = 6
"""Up to how many rows a matrix is shown."""


def told(at: Instance) -> dict[str, str]:
    """What is put for each name at an instance: covariances that were left out are ``I``.

    >>> from theory.language.gallery.designs import independent
    >>> from theory.designs.instance import instance
    >>> x = [[1, 0], [0, 2]]
    >>> told(instance(independent, n=3, d=2, scalars={"sigma": 1}, covariances={"Sigma_x": x}))
    {'n': '3', 'd': '2', 'sigma': '1', 'Sigma_x': '[[1, 0], [0, 2]]', 'Sigma_beta': 'I'}
    """
    plain = at.arithmetic.plain
    sizes = {"n": str(at.n), "d": str(at.d)}
    found = sizes | {name: str(plain(v)) for name, v in at.scalars.items() if name not in sizes}
    for name, value in at.given.items():
        rows = plain(value)
        vector = name in at.design.means
        found[name] = vector_told(rows[:, 0]) if vector else matrix_told(rows)
    return found


def vector_told(entries: np.ndarray) -> str:
    """A vector in words, or all of it where it is short.

    >>> vector_told(np.array([1, 2]))
    '[1, 2]'
    """
    short = len(entries) <= ENTRIES
    return f"[{', '.join(map(str, entries))}]" if short else f"a vector of {len(entries)} entries"


def matrix_told(rows: np.ndarray) -> str:
    """A matrix in words, or all of it where it is small.

    >>> matrix_told(np.array([[1, 2], [2, 1]])), matrix_told(np.eye(9))
    ('[[1, 2], [2, 1]]', 'I')
    """
    height, width = rows.shape
    if height == width and (rows == np.eye(height)).all():
        return IDENTITY
    if height <= ENTRIES:
        return "[" + ", ".join(f"[{', '.join(map(str, row))}]" for row in rows) + "]"
    return f"a {height} x {width} matrix"
