"""The stationarity equation in double precision: a closed form, else conjugate gradients.

Where the covariance that is whitened by is singular, the equation is solved on its range.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.algebra.values import Numbers, Values
from theory.optima.stationary.bases import joint_basis
from theory.optima.stationary.commuting import Diagonals
from theory.optima.stationary.equations import System
from theory.optima.stationary.minimiser import SEVERAL, Minimiser, after, outside
from theory.optima.stationary.ranges import check_rank, factor
from theory.optima.stationary.solution import Stationary
from theory.scalars.arithmetic import FLOATING

TOLERANCE = 1e-12
"""The relative residual asked for."""


def solve(
    problem: Stationary, scalars: Numbers, given: Numbers, size: int, ranks: bool = True
) -> Minimiser:
    """The minimiser at floating scalars and matrices; one of them, where there are several.

    ``ranks`` says whether the digits of the matrices have to tell their ranks. Raises
    :class:`~theory.errors.InputError` where they have to and do not, and
    :class:`~theory.errors.NotConverged`.
    """
    given = {k: np.asarray(m) for k, m in given.items()}
    for white in problem.whitened:
        name = white.whitening.covariance
        root = factor(name, given[name], ranks)
        rank = root.shape[1]
        if not rank:
            weight = FLOATING.matrix(np.zeros((size, size)))
            return Minimiser(weight, 0.0, f"{name} is zero", outside(name))
        inside = {new: root.T @ given[old] @ root for old, new in white.whitening.names}
        found = _in_basis(white.inner, scalars, inside, rank, ranks)
        outer = np.linalg.pinv(root).T if rank < size else np.linalg.solve(root.T, np.eye(size))
        weight = FLOATING.matrix(outer @ np.asarray(found.weight) @ outer.T)
        how = f"{found.how}, whitened by {name}"
        how = after(white.whitening) if found.how == COMMON else how
        return Minimiser(weight, found.gain, how, outside(name) if rank < size else found.others)
    return _in_basis(problem, scalars, given, size, ranks)


COMMON = "closed form in a common eigenbasis"


def _in_basis(
    problem: Stationary, scalars: Numbers, given: Numbers, size: int, ranks: bool
) -> Minimiser:
    """By the closed form, where the matrices commute, else by conjugate gradients."""
    basis = None
    if problem.plain is not None:
        basis = joint_basis(list(given.values())) if given else np.eye(size)
    if basis is not None and problem.plain is not None:
        entries = {k: _clipped(_own(basis, m)) for k, m in given.items()}
        inside = Values(scalars, entries, Diagonals(FLOATING), size)
        vector, only = problem.plain.diagonal(inside, FLOATING)
        values = _values(scalars, given, basis)
        system = problem.equation.at(values)
        weight = FLOATING.matrix(np.diag(vector))
        scale = float(np.linalg.norm(system.right)) or 1.0
        if float(np.linalg.norm(system.residual(weight))) <= TOLERANCE * scale:
            if ranks and not only:
                _check_ranks(given, entries)
            gain = problem.gain_of(weight, values)
            return Minimiser(_turned(weight, basis), gain, COMMON, "" if only else SEVERAL)
    else:
        basis = _main_basis(problem.equation.at(_values(scalars, given, np.eye(size))))
        values = _values(scalars, given, basis)
        system = problem.equation.at(values)
    from theory.optima.stationary.krylov import (
        solve as solve_by_steps,  # SciPy, only where it is needed
    )

    weight, steps, only = solve_by_steps(system, TOLERANCE)
    if ranks and not only:
        square = {k: m for k, m in given.items() if m.shape == (size, size)}
        _check_ranks(given, {k: _clipped(np.linalg.eigvalsh(m)) for k, m in square.items()})
    gain, how = problem.gain_of(weight, values), f"conjugate gradients, {steps} steps"
    return Minimiser(_turned(weight, basis), gain, how, "" if only else SEVERAL)


def _check_ranks(given: Numbers, eigenvalues: Numbers) -> None:
    for name, found in eigenvalues.items():
        rank = int(np.count_nonzero(found))
        if rank < len(found):
            check_rank(name, given[name], rank)


def _main_basis(system: System) -> np.ndarray:
    """The eigenbasis of the operator's mean over the rows of the weight.

    In it the preconditioner of :mod:`theory.optima.stationary.krylov` does best: for task-aligned
    prompts it needs far fewer steps than in the eigenbasis of a covariance.
    """
    parts = [float(np.trace(a)) * b for a, transposed, b in system.sandwiches if not transposed]
    mean = np.asarray(sum(parts[1:], parts[0]))
    return np.linalg.eigh((mean + mean.T) / 2)[1]


def _values(scalars: Numbers, given: Numbers, basis: np.ndarray) -> Values:
    """The matrices in the coordinates of an orthogonal basis."""
    turned = {
        k: basis.T @ m @ basis if m.shape == basis.shape else basis.T @ m for k, m in given.items()
    }
    matrices = {k: FLOATING.matrix(m) for k, m in turned.items()}
    return Values(scalars, matrices, FLOATING, len(basis))


def _turned(weight: Any, basis: np.ndarray) -> Any:
    return FLOATING.matrix(basis @ np.asarray(weight) @ basis.T)


def _own(basis: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The diagonal in a basis."""
    return np.einsum("ka,ka->a", basis, a @ basis)


def _clipped(eigenvalues: np.ndarray) -> np.ndarray:
    """Eigenvalues of a covariance, those that rounding cannot tell from zero put to zero."""
    least = len(eigenvalues) * np.finfo(float).eps * abs(eigenvalues).max()
    return np.where(abs(eigenvalues) <= least, 0.0, eigenvalues)
