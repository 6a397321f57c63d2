"""The range of a covariance: where it is singular, coordinates in which it is not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import numpy as np

from theory.errors import InputError

LARGEST = 500
"""The largest d for which it is decided exactly whether floating-point numbers are singular."""


def spanning(a: flint.fmpq_mat) -> tuple[list[int], flint.fmpq_mat]:
    """Coordinates that a covariance spans its range by, and how all others follow from them.

    With these rows and columns ``s`` and the matrix ``u`` that is returned, ``a = u s u'``.

    >>> spanning(flint.fmpq_mat([[4, 2], [2, 1]]))
    ([0], [  1]
    [1/2])
    """
    reduced, rank = a.rref()
    rows = reduced.tolist()[:rank]
    return [next(k for k, v in enumerate(row) if v != 0) for row in rows], flint.fmpq_mat(
        a.ncols(), rank, [row[k] for k in range(a.ncols()) for row in rows]
    )


def factor(name: str, a: np.ndarray, told: bool = True) -> np.ndarray:
    """``L`` of full column rank with ``a = L L'``, for a covariance in double precision.

    Its rank is decided after scaling to a unit diagonal, so that no unit of a coordinate counts.
    Raises :class:`~theory.errors.InputError` where the digits have to tell the rank and
    do not.

    >>> factor("S", np.array([[1.0, 1.0], [1.0, 1.0]]))
    array([[1.],
           [1.]])
    """
    sizes = np.sqrt(np.diag(a).clip(min=0))
    seen = np.flatnonzero(sizes)
    scaled = a[np.ix_(seen, seen)] / np.outer(sizes[seen], sizes[seen])
    least = len(a) * np.finfo(float).eps
    if len(seen) == len(a):
        try:
            root = np.linalg.cholesky(scaled)
        except np.linalg.LinAlgError:
            pass
        else:
            if (np.diag(root) ** 2).min() > least:
                return np.asarray(sizes[:, None] * root)
    root = _pivoted(scaled, least)
    if told and root.shape[1] < len(a):
        check_rank(name, a, root.shape[1])
    found = np.zeros((len(a), root.shape[1]))
    found[seen] = sizes[seen, None] * root
    return found


def _pivoted(a: np.ndarray, least: float) -> np.ndarray:
    """A Cholesky factor with pivoting; what is left is below ``least`` on the diagonal."""
    rest, columns = a.copy(), []
    while len(rest) and rest.diagonal().max() > least:
        k = int(rest.diagonal().argmax())
        columns.append(rest[:, k] / np.sqrt(rest[k, k]))
        rest = rest - np.outer(columns[-1], columns[-1])
        rest[k] = rest[:, k] = 0.0
    return np.stack(columns, axis=1) if columns else np.zeros((len(a), 0))


def check_rank(name: str, a: np.ndarray, rank: int) -> None:
    """Raise :class:`~theory.errors.InputError` if the numbers as they are have another rank."""
    if len(a) <= LARGEST and _exactly(a).rank() == rank:
        return
    raise InputError(
        f"{name} is nearly singular: the digits of its floating-point numbers do not tell whether "
        f"its rank is {rank} or {len(a)}, and the least risk depends on it; give whole numbers or "
        "fractions"
    )


def _exactly(a: Any) -> flint.fmpq_mat:
    numbers = (Fraction(float(v)) for v in np.asarray(a).flat)
    entries = [flint.fmpq(v.numerator, v.denominator) for v in numbers]
    return flint.fmpq_mat(len(a), len(a), entries)
