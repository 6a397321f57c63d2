"""The smallest eigenvalue of a symmetric matrix: rational where it is, floating otherwise."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np

from theory.algebra.roots import FIRST_PRECISION
from theory.algebra.spectrum import eigenvalues
from theory.scalars.arithmetic import FLOATING, Arithmetic


def smallest(matrix: Any, arithmetic: Arithmetic) -> tuple[Any, Any]:
    """The smallest eigenvalue of a symmetric matrix, and an eigenvector (d x 1).

    Both are exact for an exact matrix whose smallest eigenvalue is rational, and floating
    otherwise; the eigenvalue of an exact matrix is then the rounded one, however ill-conditioned
    the matrix.

    Examples
    --------
    >>> from theory.scalars.arithmetic import EXACT
    >>> smallest(EXACT.matrix([[2, 1], [1, 2]]), EXACT)
    (1, [-1]
    [ 1])
    """
    if isinstance(matrix, flint.fmpq_mat):
        root = eigenvalues(matrix)[-1]
        if root.rational is not None:
            return root.rational, _null_vector(matrix - _multiple(root.rational, matrix.nrows()))
        _, vector = smallest(arithmetic.plain(matrix).astype(float), FLOATING)
        return float(root.ball(FIRST_PRECISION).mid()), vector
    values, vectors = np.linalg.eigh(np.asarray(matrix))
    return float(values[0]), vectors[:, :1]


def _multiple(value: flint.fmpq, size: int) -> flint.fmpq_mat:
    return flint.fmpq_mat(
        size, size, [value * int(a == b) for a in range(size) for b in range(size)]
    )


def _null_vector(matrix: flint.fmpq_mat) -> flint.fmpq_mat:
    reduced, rank = matrix.rref()
    size = matrix.nrows()
    pivots = [next(c for c in range(size) if reduced[r, c] != 0) for r in range(rank)]
    free = next(c for c in range(size) if c not in pivots)
    vector = flint.fmpq_mat(size, 1)
    vector[free, 0] = 1
    for row, pivot in enumerate(pivots):
        vector[pivot, 0] = -reduced[row, free]
    return vector
