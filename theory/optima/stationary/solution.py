"""Solving the stationarity equation of a risk at given sizes, scalars and covariances.

In order of preference:

1. a *closed form*, where the covariances commute, or do after whitening by one of them
   (:mod:`theory.optima.stationary.commuting`): all pairs of covariances for retrieval-augmented
   prompts, commuting ones for task-aligned prompts;
2. for other exact input the linear system for all entries, for small d
   (:mod:`theory.optima.stationary.kronecker`);
3. for other floating input conjugate gradients (:mod:`theory.optima.stationary.krylov`).

Where the minimiser is not unique, a closed form that exists gives the one that commutes with the
covariances; all else raises ZeroDivisionError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import flint
import numpy as np
import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.values import Values
from theory.algebra.whitening import WEIGHT, Whitening
from theory.algebra.words import D, Kind, Letter, Trace
from theory.designs.instance import Instance
from theory.optima.stationary.bases import joint_basis, off_diagonal
from theory.optima.stationary.commuting import ClosedForm, Diagonals, closed_form
from theory.optima.stationary.equations import LinearEquation, System, stationarity
from theory.optima.stationary.kronecker import LARGEST
from theory.optima.stationary.kronecker import solve as solve_all_entries
from theory.scalars.arithmetic import EXACT, FLOATING, Arithmetic, Exact
from theory.scalars.signs import Ranges

TOLERANCE = 1e-12
"""The relative residual asked for in floating point."""

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Minimiser:
    """An optimal weight (d x d).

    Parameters
    ----------
    weight
        The weight, in the arithmetic of what was given.
    residual
        The norm of the residual of the stationarity equation relative to that of its right-hand
        side, computed afterwards; zero for exact input.
    how
        How it was found.
    """

    weight: Any
    residual: Any
    how: str


@dataclass(frozen=True)
class Solution(Minimiser):
    """An optimal weight with its risk."""

    risk: Any


@dataclass(frozen=True)
class Whitened:
    """A closed form for ``V = S^{1/2} W S^{1/2}``, in terms of ``S^{1/2} A S^{1/2}``."""

    whitening: Whitening
    form: ClosedForm


@dataclass(frozen=True)
class Stationary:
    """The minimiser as a solution of the stationarity equation.

    Parameters
    ----------
    equation
        The equation.
    plain
        Its solution where the matrices commute, if they are symmetric.
    whitened
        The same after each whitening that rids the risk of a covariance.
    """

    equation: LinearEquation
    plain: ClosedForm | None
    whitened: tuple[Whitened, ...]

    def solve(self, scalars: Numbers, matrices: Numbers, arithmetic: Arithmetic) -> Minimiser:
        """The minimiser at given scalars and matrices.

        Raises ZeroDivisionError where it is not unique, :class:`~theory.errors.InputError` for
        exact matrices that do not commute beyond
        :data:`theory.optima.stationary.kronecker.LARGEST`, and
        :class:`~theory.errors.NotConverged`.
        """
        given = {a.name: matrices[a.name] for a in self.equation.letters}
        if isinstance(arithmetic, Exact):
            return _exact(self, scalars, given)
        return _floating(self, scalars, {k: np.asarray(m) for k, m in given.items()})


def stationary(risk: TracePolynomial, weight: Letter, ranges: Ranges | None = None) -> Stationary:
    """The stationarity equation of a risk that is quadratic in a d x d weight, ready to be solved.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> W = predictors.pgd.weights[0]
    >>> found = stationary(population_risk(designs.rag_general, predictors.pgd), W)
    >>> [w.whitening.covariance for w in found.whitened], found.whitened[0].form.always
    (['Sigma_x'], True)
    """
    return _stationary(risk, weight, tuple((ranges or {}).items()))


@cache
def _stationary(
    risk: TracePolynomial,
    weight: Letter,
    bounds: tuple[tuple[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]], ...],
) -> Stationary:
    ranges = dict(bounds)
    equation = stationarity(risk, weight, ranges)
    moving = risk - risk.part(0, weight)
    whitened = []
    for covariance in (a for a in equation.letters if a.kind is Kind.SYMMETRIC and a.rows == D):
        others = [a.name for a in equation.letters if a != covariance and a.kind is Kind.SYMMETRIC]
        whitening = Whitening(covariance.name, _names(others, {a.name for a in equation.letters}))
        if all(_alternates(trace, covariance) for term in moving.terms for trace in term):
            form = closed_form(stationarity(whitening.apply(moving, weight), WEIGHT, ranges))
            if form is not None:
                whitened.append(Whitened(whitening, form))
    return Stationary(equation, closed_form(equation), tuple(whitened))


def _alternates(trace: Trace, covariance: Letter) -> bool:
    """Whether every other letter is the covariance, so that its roots are all absorbed."""
    own = [f.letter == covariance for f in trace.word]
    return all(a != b for a, b in pairwise([*own, own[0]]))


def solve_at(risk: TracePolynomial, weight: Letter, at: Instance) -> Solution:
    """The minimiser of a risk that is quadratic in a d x d weight, and its value, at an instance.

    Exact for an exact instance. Raises as :meth:`Stationary.solve` does.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> from theory.risks.population import population_risk
    >>> risk = population_risk(designs.rag_general, predictors.pgd)
    >>> at = instance(
    ...     designs.rag_general,
    ...     n=3,
    ...     scalars={"alpha": Fraction(1, 2), "sigma": 1},
    ...     covariances={"Sigma_x": [[2, 1], [1, 1]], "Sigma_beta": [[1, 0], [0, 3]]},
    ... )
    >>> found = solve_at(risk, predictors.pgd.weights[0], at)
    >>> found.weight
    [778/10645,  -126/2129]
    [-126/2129, 1704/10645]
    >>> found.how
    'closed form after whitening by Sigma_x'
    """
    found = stationary(risk, weight).solve(at.scalars, at.matrices, at.arithmetic)
    inside = Values(at.scalars, {**at.matrices, weight.name: found.weight}, at.arithmetic)
    value = inside.scalar(risk.part(0, weight)) + inside.scalar(risk.part(1, weight)) / 2
    return Solution(found.weight, found.residual, found.how, value)


def _names(others: list[str], taken: set[str]) -> tuple[tuple[str, str], ...]:
    """Names for whitened covariances that are not in use."""
    if len(others) == 1 and "Sigma" not in taken:
        return ((others[0], "Sigma"),)
    free = (f"Sigma_{k}" for k in range(1, 2 * len(taken) + 1) if f"Sigma_{k}" not in taken)
    return tuple(zip(others, free, strict=False))


def _exact(problem: Stationary, scalars: Numbers, given: Numbers) -> Minimiser:
    size = int(scalars["d"])
    if problem.plain is not None and all(map(_is_diagonal, given.values())):
        entries = {k: _diagonal(m) for k, m in given.items()}
        values = Values(scalars, entries, Diagonals(EXACT))
        try:
            vector = problem.plain.solve(values, EXACT)
        except ZeroDivisionError:
            if size > LARGEST:
                raise
        else:
            residual = problem.equation.at(values).residual(vector)
            cells = [vector[r] if r == c else 0 for r in range(size) for c in range(size)]
            weight = flint.fmpq_mat(size, size, cells)
            return Minimiser(weight, _largest(residual), "closed form, diagonal covariances")
    values = Values(scalars, given, EXACT)
    system = problem.equation.at(values)

    def found(weight: Any, how: str) -> Minimiser:
        return Minimiser(weight, _largest(system.residual(weight).entries()), how)

    try:
        if problem.plain is not None and _commute(given.values()):
            return found(problem.plain.solve(values, EXACT), "closed form, commuting covariances")
        for white in problem.whitened:
            root, names = given[white.whitening.covariance], white.whitening.names
            # A S is similar to S^{1/2} A S^{1/2}, and S^{1/2} f(..) S^{-1/2} becomes f(A S).
            products = {new: given[old] * root for old, new in names}
            if _commute(products.values()):
                inner = white.form.solve(Values(scalars, products, EXACT), EXACT)
                weight = root.solve(inner.transpose()).transpose()
                return found(weight, _after(white))
    except ZeroDivisionError:
        if size > LARGEST:
            raise
    return found(solve_all_entries(system), "linear system for all entries")


def _floating(problem: Stationary, scalars: Numbers, given: Numbers) -> Minimiser:
    for white in problem.whitened:
        weight = _unwhitened(white, scalars, given)
        if weight is not None:
            system = _system(problem, scalars, given, np.eye(len(weight)))
            residual = _relative(system, weight)
            if residual <= TOLERANCE:  # not so where the covariance is near singular
                return Minimiser(weight, residual, _after(white))
    basis = None
    if problem.plain is not None:
        basis = joint_basis(list(given.values())) if given else np.eye(int(scalars["d"]))
    if basis is not None and problem.plain is not None:
        entries = {k: _clipped(_own(basis, m)) for k, m in given.items()}
        vector = problem.plain.solve(Values(scalars, entries, Diagonals(FLOATING)), FLOATING)
        system = _system(problem, scalars, given, basis)
        weight = FLOATING.matrix(np.diag(vector))
        residual = _relative(system, weight)
        if residual <= TOLERANCE:
            return Minimiser(_turned(weight, basis), residual, "closed form in a common eigenbasis")
    else:
        basis = main_basis(_system(problem, scalars, given, np.eye(int(scalars["d"]))))
        system = _system(problem, scalars, given, basis)
    from theory.optima.stationary.krylov import (
        solve as solve_by_steps,  # SciPy, only where it is needed
    )

    weight, steps = solve_by_steps(system, TOLERANCE)
    residual = _relative(system, weight)
    return Minimiser(_turned(weight, basis), residual, f"conjugate gradients, {steps} steps")


def main_basis(system: System) -> np.ndarray:
    """The eigenbasis of the operator's mean over the rows of the weight.

    In it the preconditioner of :mod:`theory.optima.stationary.krylov` does best: for task-aligned
    prompts it needs far fewer steps than in the eigenbasis of a covariance.
    """
    parts = [float(np.trace(a)) * b for a, transposed, b in system.sandwiches if not transposed]
    mean = np.asarray(sum(parts[1:], parts[0]))
    return np.linalg.eigh((mean + mean.T) / 2)[1]


def _system(problem: Stationary, scalars: Numbers, given: Numbers, basis: np.ndarray) -> System:
    """The equation in the coordinates of an orthogonal basis."""
    turned = {
        k: basis.T @ m @ basis if m.shape == basis.shape else basis.T @ m for k, m in given.items()
    }
    matrices = {k: FLOATING.matrix(m) for k, m in turned.items()}
    return problem.equation.at(Values(scalars, matrices, FLOATING))


def _turned(weight: Any, basis: np.ndarray) -> Any:
    return FLOATING.matrix(basis @ np.asarray(weight) @ basis.T)


def _own(basis: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The diagonal in a basis."""
    return np.einsum("ka,ka->a", basis, a @ basis)


def _unwhitened(white: Whitened, scalars: Numbers, given: Numbers) -> Any:
    """The weight by a whitening's closed form, if the whitened covariances commute."""
    covariance = given[white.whitening.covariance]
    size = len(covariance)
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError as error:
        raise ZeroDivisionError(f"{white.whitening.covariance} is singular: {error}") from error
    pivots = np.diag(root) ** 2
    if pivots.min() <= size * np.finfo(float).eps * pivots.max():
        raise ZeroDivisionError(f"{white.whitening.covariance} is singular")
    inner = {new: root.T @ given[old] @ root for old, new in white.whitening.names}
    basis = joint_basis(list(inner.values())) if inner else np.eye(size)
    if basis is None or off_diagonal(list(inner.values()), basis) > TOLERANCE:
        return None
    entries = {k: _clipped(_own(basis, m)) for k, m in inner.items()}
    vector = white.form.solve(Values(scalars, entries, Diagonals(FLOATING)), FLOATING)
    outer = np.linalg.solve(root.T, basis)
    return FLOATING.matrix((outer * vector) @ outer.T)


def _after(white: Whitened) -> str:
    return f"closed form after whitening by {white.whitening.covariance}"


def _is_diagonal(a: flint.fmpq_mat) -> bool:
    return all(v == 0 or r == c for r, row in enumerate(a.tolist()) for c, v in enumerate(row))


def _diagonal(a: flint.fmpq_mat) -> np.ndarray:
    out = np.empty(a.nrows(), dtype=object)
    out[:] = [a[k, k] for k in range(a.nrows())]
    return out


def _commute(matrices: Iterable[flint.fmpq_mat]) -> bool:
    return all(a * b == b * a for a, b in combinations(list(matrices), 2))


def _clipped(eigenvalues: np.ndarray) -> np.ndarray:
    """Eigenvalues of a covariance, those that rounding cannot tell from zero put to zero."""
    least = len(eigenvalues) * np.finfo(float).eps * abs(eigenvalues).max()
    return np.where(abs(eigenvalues) <= least, 0.0, eigenvalues)


def _largest(entries: Iterable[flint.fmpq]) -> flint.fmpq:
    return max((abs(v) for v in entries), default=flint.fmpq(0))


def _relative(system: System, weight: Any) -> float:
    scale = float(np.linalg.norm(system.right)) or 1.0
    return float(np.linalg.norm(system.residual(weight))) / scale
