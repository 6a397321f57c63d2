"""The covariance that is nearest to a matrix, such as one that was rounded when it was saved."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from theory.errors import InputError, NotCovariance
from theory.scalars.arithmetic import HUGE, arithmetic_for, covariance

NAME = "the matrix"
"""What errors call it."""


class Nearest(NamedTuple):
    """The rows of a covariance, and the Frobenius norm of its difference from what was given."""

    rows: Any
    distance: float


def nearest_covariance(rows: Any) -> Nearest:
    """The symmetric positive semi-definite matrix with the least distance from a square one.

    It is the symmetric part without its negative eigenvalues (Higham 1988), in floating point. A
    matrix that is a covariance already is returned as it is.

    Raises :class:`~theory.errors.InputError` for what is no square matrix of finite numbers.

    Examples
    --------
    >>> nearest_covariance([[1, 0], [0, -2]])
    Nearest(rows=[[1.0, 0.0], [0.0, 0.0]], distance=2.0)
    >>> nearest_covariance([[1, 2], [2, 4]])
    Nearest(rows=[[1, 2], [2, 4]], distance=0.0)
    """
    arithmetic = arithmetic_for([rows])
    try:
        covariance(NAME, rows, None, arithmetic)
        return Nearest(rows, 0.0)
    except NotCovariance:
        given = _floats(arithmetic.plain(arithmetic.matrix(rows)))
    made = (given + given.T) / 2
    values, vectors = np.linalg.eigh(made)
    if values[0] < 0:
        made = (vectors * np.clip(values, 0, None)) @ vectors.T
        made = (made + made.T) / 2
    return Nearest(made.tolist(), float(np.linalg.norm(given - made)))


def _floats(entries: np.ndarray) -> np.ndarray:
    if np.abs(entries).max() > HUGE:
        raise InputError(f"{NAME} has entries beyond {HUGE:.0e}, too large for floating point")
    return entries.astype(float)
