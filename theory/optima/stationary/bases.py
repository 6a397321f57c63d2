"""Bases in which commuting symmetric matrices are diagonal together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NEARLY = 1e-7
"""The relative norm off the diagonal up to which matrices are taken to commute but for rounding."""


def off_diagonal(matrices: Sequence[np.ndarray], basis: np.ndarray) -> float:
    """The largest relative norm that the matrices keep off the diagonal in an orthogonal basis.

    >>> off_diagonal([np.array([[1.0, 0], [0, 2]])], np.eye(2))
    0.0
    """
    worst = 0.0
    for a in matrices:
        rotated = basis.T @ a @ basis
        np.fill_diagonal(rotated, 0)
        worst = max(worst, float(np.linalg.norm(rotated) / (np.linalg.norm(a) or 1)))
    return worst


def joint_basis(matrices: Sequence[np.ndarray]) -> np.ndarray | None:
    """An orthogonal basis in which symmetric matrices are diagonal; None if they do not commute.

    Commuting matrices are diagonal in the eigenbasis of a generic combination of them, repeated
    eigenvalues or not.

    >>> a = np.array([[2.0, 1], [1, 2]])
    >>> off_diagonal([a, a @ a], joint_basis([np.eye(2), a, a @ a])) < 1e-15
    True
    >>> joint_basis([a, np.diag([1.0, 2])]) is None
    True
    """
    unit = [a / (np.linalg.norm(a) or 1) for a in matrices]
    generic = np.random.default_rng(0).uniform(1, 2, len(matrices))
    mixed = np.linalg.eigh(sum(g * a for g, a in zip(generic, unit, strict=True)))[1]
    if len(matrices) == 1:
        return mixed
    return _refined(unit, mixed) if off_diagonal(matrices, mixed) < NEARLY else None


def _refined(matrices: Sequence[np.ndarray], basis: np.ndarray) -> np.ndarray:
    """One Newton step of joint diagonalisation, where eigenvalues met in the combination."""
    size = len(basis)
    slope, weight = np.zeros((size, size)), np.zeros((size, size))
    for a in matrices:
        rotated = basis.T @ a @ basis
        own = np.diag(rotated)
        gaps = own - own[:, None]
        slope += rotated * gaps
        weight += gaps**2
    turn = np.divide(slope, weight, out=np.zeros_like(slope), where=weight > NEARLY**2 / size)
    return basis + basis @ turn
