"""The stationarity equation in floating point, by conjugate gradients without the d^2 x d^2 matrix.

The operator is symmetric and positive semi-definite, because the risk is convex. Its blocks for an
entry and its mirror image, and the block of the diagonal, are computed exactly; their inverses are
the preconditioner, which solves at once where all matrices are diagonal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse.linalg import LinearOperator, cg

from theory.errors import NotConverged
from theory.optima.stationary.equations import System

SINGULAR = 1e-12


def solve(system: System, tolerance: float, steps: int = 2000) -> tuple[np.ndarray, int, bool]:
    """A solution, how many steps it took, and whether no other one was seen.

    ``tolerance`` bounds the norm of the residual relative to that of the right-hand side, every
    equation divided by the root of its diagonal entry.

    Where the solution is not unique, this finds one of them; only the blocks are looked at for
    others.

    Raises :class:`~theory.errors.NotConverged` after ``steps``.

    >>> from theory.scalars.arithmetic import FLOATING
    >>> A, B = FLOATING.matrix([[2, 1], [1, 2]]), FLOATING.matrix([[1, 0], [0, 3]])
    >>> system = System(((A, False, B), (B, False, A)), (), B, FLOATING)
    >>> weight, steps, only = solve(system, 1e-12)
    >>> bool(abs(system.residual(weight)).max() < 1e-12), steps, only
    (True, 2, True)
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
    weight = np.asarray(flat.reshape(size, size) * scale).view(type(system.right))
    return weight, taken, blocks.regular


class _Blocks:
    """The blocks of the operator, after it is scaled to a unit diagonal.

    What a block takes to zero, the whole operator does, which is positive semi-definite. There the
    preconditioner is zero as well, and the solution is found beside it; ``regular`` says that there
    is no such thing.
    """

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
        seen = own > (size * np.finfo(float).eps) ** 2 * own.max()
        self.scale = np.where(seen, 1 / np.sqrt(np.where(seen, own, 1)), 0)
        self._mirrored = mirrored * self.scale * self.scale.T
        np.fill_diagonal(self._mirrored, 0)
        self._determinant = 1 - self._mirrored**2
        alone = self._determinant > SINGULAR
        # (r + r' m) / 4 where m is 1 or -1: the pseudo-inverse
        self._factor = np.where(alone, 1 / np.where(alone, self._determinant, 1), 0.25)
        self._sign = np.where(alone, -1.0, 1.0)
        ends = np.diag(self.scale)
        self._diagonal, regular = _inverse(diagonal * np.outer(ends, ends))
        self.regular = bool(seen.all() and alone.all() and regular)

    def solve(self, residual: np.ndarray) -> np.ndarray:
        out = (residual + self._sign * self._mirrored * residual.T) * self._factor
        np.fill_diagonal(out, self._diagonal(np.diag(residual)))
        return out


def _inverse(a: np.ndarray) -> tuple[Callable[[np.ndarray], np.ndarray], bool]:
    """What solves with a positive semi-definite matrix, and whether it is not singular."""
    try:
        return partial(cho_solve, cho_factor(a)), True
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(a)
        kept = values > len(a) * np.finfo(float).eps * values.max()
        pseudo = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
        return pseudo.__matmul__, False
