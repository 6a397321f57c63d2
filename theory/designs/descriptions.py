"""Instances in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from theory.designs.design import IDENTITY
from theory.designs.instance import Instance
from theory.scalars.arithmetic import Arithmetic

ENTRIES = 6
"""Up to how many rows a matrix is shown."""


def describe(at: Instance) -> dict[str, str]:
    """What is put for each name at an instance: covariances that were left out are ``I``.

    >>> from theory.language.gallery.designs import independent
    >>> from theory.designs.instance import instance
    >>> x = [[1, 0], [0, 2]]
    >>> describe(instance(independent, n=3, d=2, scalars={"sigma": 1}, covariances={"Sigma_x": x}))
    {'n': '3', 'd': '2', 'sigma': '1', 'Sigma_x': '[[1, 0], [0, 2]]', 'Sigma_beta': 'I'}
    """
    plain = at.arithmetic.plain
    sizes = {"n": str(at.n), "d": str(at.d)}
    found = sizes | {name: str(plain(v)) for name, v in at.scalars.items() if name not in sizes}
    for name, value in at.given.items():
        vector = name in at.design.means
        found[name] = (
            describe_vector(plain(value)[:, 0]) if vector else describe_matrix(value, at.arithmetic)
        )
    return found


def describe_vector(entries: np.ndarray) -> str:
    """A vector in words, or all of it where it is short.

    >>> describe_vector(np.array([1, 2]))
    '[1, 2]'
    """
    short = len(entries) <= ENTRIES
    return f"[{', '.join(map(str, entries))}]" if short else f"a vector of {len(entries)} entries"


def describe_matrix(matrix: Any, arithmetic: Arithmetic) -> str:
    """A matrix of an arithmetic in words, or all of it where it is small.

    >>> from theory.scalars.arithmetic import EXACT
    >>> [describe_matrix(a, EXACT) for a in (EXACT.matrix([[1, 2], [2, 1]]), EXACT.identity(9))]
    ['[[1, 2], [2, 1]]', 'I']
    """
    rows = matrix.tolist()
    height, width = len(rows), len(rows[0])
    if height == width and np.all(matrix == arithmetic.identity(height)):
        return IDENTITY
    if height <= ENTRIES:
        return rows_in_a_line(arithmetic.plain(matrix))
    return f"a {height} x {width} matrix"


def rows_in_a_line(rows: Iterable[Iterable[Any]]) -> str:
    """A matrix with all its entries.

    >>> rows_in_a_line([[1, 2], [2, 1]])
    '[[1, 2], [2, 1]]'
    """
    return "[" + ", ".join(f"[{', '.join(map(str, row))}]" for row in rows) + "]"
