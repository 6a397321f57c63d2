"""The stationarity equation as a d^2 x d^2 linear system, solved exactly."""

from __future__ import annotations

import flint

from theory.errors import InputError
from theory.optima.stationary.equations import System

LARGEST = 16
"""The largest d for which this is done: the system has d^2 unknowns."""


def solve(system: System) -> flint.fmpq_mat:
    """The only solution, in rationals.

    Raises ZeroDivisionError where the solution is not unique, and
    :class:`~theory.errors.InputError` beyond :data:`LARGEST`.

    >>> from theory.scalars.arithmetic import EXACT
    >>> A, B = EXACT.matrix([[2, 1], [1, 2]]), EXACT.matrix([[1, 0], [0, 3]])
    >>> system = System(((A, False, B),), ((B, B),), A, EXACT)
    >>> weight = solve(system)
    >>> system.residual(weight)
    [0, 0]
    [0, 0]
    """
    size = system.right.nrows()
    if size > LARGEST:
        raise InputError(
            f"d must be at most {LARGEST} for exact matrices that do not commute, got {size}: "
            "give floating-point numbers"
        )
    unknowns = [(k, l) for k in range(size) for l in range(size)]
    rows = [[flint.fmpq(0)] * size**2 for _ in unknowns]
    for left, transposed, right in system.sandwiches:
        a, b = left.tolist(), right.tolist()
        for row, (i, j) in zip(rows, unknowns, strict=True):
            for at, (k, l) in enumerate(unknowns):
                row[at] += a[i][l] * b[k][j] if transposed else a[i][k] * b[l][j]
    for inside, outside in system.couplings:
        c, d = inside.tolist(), outside.tolist()
        for row, (i, j) in zip(rows, unknowns, strict=True):
            for at, (k, l) in enumerate(unknowns):
                row[at] += c[l][k] * d[i][j]
    right = flint.fmpq_mat(size**2, 1, system.right.entries())
    return flint.fmpq_mat(size, size, flint.fmpq_mat(rows).solve(right).entries())
