"""The smallest eigenvalue of a symmetric matrix: rational where it is, floating otherwise."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np

from theory.algebra.roots import FIRST_PRECISION
from theory.algebra.spectrum import eigenvalues
from theory.scalars.arithmetic import EXACT, FLOATING, Arithmetic


def smallest(matrix: Any, arithmetic: Arithmetic) -> tuple[Any, Any]:
    """The smallest eigenvalue of a symmetric matrix, and an eigenvector (d x 1).

    Both are exact for an exact matrix whose smallest eigenvalue is rational, and floating
    otherwise; the eigenvalue of an exact matrix is then the rounded one, however ill-conditioned
    the matrix.

    Examples
    --------
    >>> smallest(EXACT.matrix([[2, 1], [1, 2]]), EXACT)
    (1, [ 1]
    [-1])
    """
    if isinstance(matrix, flint.fmpq_mat):
        root = eigenvalues(matrix)[-1]
        if root.rational is not None:
            shifted, _ = (matrix - EXACT.identity(matrix.nrows()) * root.rational).numer_denom()
            basis, _ = shifted.nullspace()
            return root.rational, flint.fmpq_mat([[row[0]] for row in basis.tolist()])
        _, vector = smallest(arithmetic.plain(matrix).astype(float), FLOATING)
        return float(root.ball(FIRST_PRECISION).mid()), vector
    values, vectors = np.linalg.eigh(np.asarray(matrix))
    return float(values[0]), vectors[:, :1]
