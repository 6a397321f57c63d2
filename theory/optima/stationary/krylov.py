"""The stationarity equation in floating point, by conjugate gradients without the d^2 x d^2 matrix.

The operator is symmetric and positive semi-definite, because the risk is convex. Its blocks for an
entry and its mirror image, and the block of the diagonal, are computed exactly; their inverses are
the preconditioner, which solves at once where all matrices are diagonal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse.linalg import LinearOperator, cg

from theory.errors import NotConverged
from theory.optima.stationary.equations import System

SINGULAR = 1e-12


def solve(system: System, tolerance: float, steps: int = 2000) -> tuple[np.ndarray, int]:
    """A solution, and how many steps it took.

    ``tolerance`` bounds the norm of the residual relative to that of the right-hand side, every
    equation divided by the root of its diagonal entry.

    Where the solution is not unique and the blocks do not show it, this finds one of them.

    Raises ZeroDivisionError where the blocks show that the solution is not unique, and
    :class:`~theory.errors.NotConverged` after ``steps``.

    >>> from theory.scalars.arithmetic import FLOATING
    >>> A, B = FLOATING.matrix([[2, 1], [1, 2]]), FLOATING.matrix([[1, 0], [0, 3]])
    >>> system = System(((A, False, B), (B, False, A)), (), B, FLOATING)
    >>> weight, steps = solve(system, 1e-12)
    >>> bool(abs(system.residual(weight)).max() < 1e-12), steps
    (True, 2)
    """
    blocks = _Blocks(system)
    size, scale = len(blocks.scale), blocks.scale
    taken = 0

    def apply(flat: np.ndarray) -> np.ndarray:
        weight = (flat.reshape(size, size) * scale).view(type(system.right))
        return (np.asarray(system.apply(weight)) * scale).ravel()

    def precondition(flat: np.ndarray) -> np.ndarray:
        return blocks.solve(flat.reshape(size, size)).ravel()

    def count(_: Any) -> None:
        nonlocal taken
        taken += 1

    shape = (size**2, size**2)
    flat, info = cg(
        LinearOperator(shape, matvec=apply, dtype=float),
        (np.asarray(system.right) * scale).ravel(),
        rtol=tolerance,
        atol=0,
        maxiter=steps,
        M=LinearOperator(shape, matvec=precondition, dtype=float),
        callback=count,
    )
    if info:
        raise NotConverged(f"no relative residual of {tolerance} after {steps} steps")
    return np.asarray(flat.reshape(size, size) * scale).view(type(system.right)), taken


class _Blocks:
    """The blocks of the operator, after it is scaled to a unit diagonal."""

    def __init__(self, system: System):
        size = len(system.right)
        own, mirrored, diagonal = (np.zeros((size, size)) for _ in range(3))
        for left, transposed, right in system.sandwiches:
            a, b = np.asarray(left), np.asarray(right)
            outer, both = np.outer(np.diag(a), np.diag(b)), a * b
            own += both if transposed else outer
            mirrored += outer if transposed else both
            diagonal += a * b.T
        for inside, outside in system.couplings:
            c, d = np.asarray(inside), np.asarray(outside)
            own += c.T * d
            mirrored += c * d
            diagonal += np.outer(np.diag(d), np.diag(c))
        if own.min() <= (size * np.finfo(float).eps) ** 2 * own.max():
            raise ZeroDivisionError("the stationarity equation leaves an entry open")
        self.scale = 1 / np.sqrt(own)
        self._mirrored = mirrored * self.scale * self.scale.T
        np.fill_diagonal(self._mirrored, 0)
        self._determinant = 1 - self._mirrored**2
        if self._determinant.min() <= SINGULAR:
            raise ZeroDivisionError(
                "the stationarity equation leaves two entries of the weight open"
            )
        ends = np.diag(self.scale)
        try:
            self._diagonal = cho_factor(diagonal * np.outer(ends, ends))
        except np.linalg.LinAlgError as error:
            raise ZeroDivisionError(f"on diagonal weights: {error}") from error

    def solve(self, residual: np.ndarray) -> np.ndarray:
        out = (residual - self._mirrored * residual.T) / self._determinant
        np.fill_diagonal(out, cho_solve(self._diagonal, np.diag(residual)))
        return out
