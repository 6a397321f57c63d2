"""The covariance that is nearest to a matrix, such as one that was rounded when it was saved."""

from __future__ import annotations

from fractions import Fraction
from operator import mul
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


DIGITS = 15
"""Decimals to which a factor of a covariance of given rank is rounded, relative to its largest."""


def of_rank(rows: Any, rank: int) -> Nearest:
    """A covariance of at most this rank near a square matrix: exact, so that its rank is no guess.

    It is ``B B'`` for a rational d x rank matrix ``B``, made of the largest eigenvalues of the
    symmetric part and rounded to :data:`DIGITS` digits.

    Raises :class:`~theory.errors.InputError` for what is no square matrix of finite numbers.

    Examples
    --------
    >>> found = of_rank([[1, 0], [0, -2]], 1)
    >>> [[str(v) for v in row] for row in found.rows], found.distance
    ([['1', '0'], ['0', '0']], 2.0)
    """
    arithmetic = arithmetic_for([rows])
    given = _floats(arithmetic.plain(arithmetic.matrix(rows)))
    values, vectors = np.linalg.eigh((given + given.T) / 2)
    kept = np.clip(values[-rank:], 0, None)
    factor = vectors[:, -rank:] * np.sqrt(kept)
    unit = Fraction(10) ** (DIGITS - int(np.ceil(np.log10(np.abs(factor).max() or 1.0))))
    exact = [[Fraction(round(Fraction(v) * unit)) / unit for v in row] for row in factor.tolist()]
    made = [[sum(map(mul, one, other)) for other in exact] for one in exact]
    distance = float(np.linalg.norm(given - np.array(made, dtype=float)))
    return Nearest(made, distance)
