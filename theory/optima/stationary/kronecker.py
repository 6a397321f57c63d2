"""The stationarity equation as a d^2 x d^2 linear system, solved exactly."""

from __future__ import annotations

import flint

from theory.errors import InputError
from theory.optima.stationary.equations import System
from theory.scalars.arithmetic import EXACT

LARGEST = 16
"""The largest d for which this is done: the system has d^2 unknowns."""


def solve(system: System) -> tuple[flint.fmpq_mat, bool]:
    """A solution, in rationals, and whether it is the only one.

    Raises ZeroDivisionError where there is none, and :class:`~theory.errors.InputError` beyond
    :data:`LARGEST`.

    >>> A, B = EXACT.matrix([[2, 1], [1, 2]]), EXACT.matrix([[1, 0], [0, 3]])
    >>> system = System(((A, False, B),), ((B, B),), A, EXACT)
    >>> weight, only = solve(system)
    >>> system.residual(weight), only
    ([0, 0]
    [0, 0], True)
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
    found, only = EXACT.solutions(flint.fmpq_mat(rows), right)
    return flint.fmpq_mat(size, size, found.entries()), only
