"""Solving the stationarity equation of a risk at given sizes, scalars and covariances.

In order of preference:

1. a *closed form*, where the covariances commute, or do after whitening by one of them
   (:mod:`theory.optima.stationary.commuting`): all pairs of covariances for retrieval-augmented
   prompts, commuting ones for task-aligned prompts;
2. for other exact input the linear system for all entries, for small d
   (:mod:`theory.optima.stationary.kronecker`);
3. for other floating input conjugate gradients (:mod:`theory.optima.stationary.krylov`).

A risk is convex and bounded below, so the equation always has a solution, and all its solutions
have the least risk. Where there are several, one of them is found: of a closed form the one that
commutes with the covariances. Where the covariance that is whitened by is singular, the risk
depends on the weight through its range alone, and the equation is solved there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from theory.optima.stationary.bases import joint_basis
from theory.optima.stationary.commuting import ClosedForm, Diagonals, closed_form
from theory.optima.stationary.equations import LinearEquation, System, stationarity
from theory.optima.stationary.kronecker import LARGEST
from theory.optima.stationary.kronecker import solve as solve_all_entries
from theory.optima.stationary.ranges import check_rank, factor, spanning
from theory.scalars.arithmetic import EXACT, FLOATING, Arithmetic, Exact
from theory.scalars.cleared import CLEARED, Cleared
from theory.scalars.modular import Modular
from theory.scalars.multimodular import primes
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
    gain
        How far the risk of a weight of zero is above the least one.
    residual
        The norm of the residual of the stationarity equation relative to that of its right-hand
        side, computed afterwards, in whitened coordinates where they were used in floating point.
        For exact input its largest entry, which is zero, as is seen modulo a prime of 62 bits.
    how
        How it was found.
    others
        Why others have the same risk, where this was seen; else empty.
    """

    weight: Any
    gain: Any
    residual: Any
    how: str
    others: str = ""


@dataclass(frozen=True)
class Whitened:
    """The problem for ``V = S^{1/2} W S^{1/2}``, in terms of ``S^{1/2} A S^{1/2}``."""

    whitening: Whitening
    inner: Stationary
    form: ClosedForm


@dataclass(frozen=True)
class Stationary:
    """The minimiser as a solution of the stationarity equation.

    Parameters
    ----------
    equation
        The equation.
    linear
        The part of the risk that is linear in the weight.
    plain
        Its solution where the matrices commute, if they are symmetric.
    whitened
        The same problem after each whitening that rids the risk of a covariance.
    """

    equation: LinearEquation
    linear: TracePolynomial
    plain: ClosedForm | None
    whitened: tuple[Whitened, ...] = ()

    def solve(
        self,
        scalars: Numbers,
        matrices: Numbers,
        arithmetic: Arithmetic,
        ranks: bool = True,
    ) -> Minimiser:
        """The minimiser at given scalars and matrices; one of them, where there are several.

        ``ranks`` says whether the digits of floating matrices have to tell their ranks.

        Raises :class:`~theory.errors.InputError` for exact matrices that do not commute beyond
        :data:`theory.optima.stationary.kronecker.LARGEST`, and for floating ones whose digits do
        not tell whether they are singular where it matters; and
        :class:`~theory.errors.NotConverged`.
        """
        given = {a.name: matrices[a.name] for a in self.equation.letters}
        size = int(scalars["d"])
        if isinstance(arithmetic, Exact):
            return _exact(self, scalars, given, size)
        numbers = {k: np.asarray(m) for k, m in given.items()}
        return _floating(self, scalars, numbers, size, ranks)

    def gain_of(self, weight: Any, values: Values) -> Any:
        """How far the risk of zero is above that of a weight that solves the equation."""
        inside = {**values.matrices, self.equation.weight.name: weight}
        full = Values(values.scalars, inside, values.arithmetic, values.size)
        return -full.scalar(self.linear) / 2


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
    # a projection has no inverse root, and powers of a covariance would be whitened as well
    plain = not any(a.merges for a in equation.letters)
    candidates = (a for a in equation.letters if a.kind is Kind.SYMMETRIC and a.rows == D)
    for covariance in candidates if plain else ():
        others = [a.name for a in equation.letters if a != covariance and a.kind is Kind.SYMMETRIC]
        whitening = Whitening(covariance.name, _names(others, {a.name for a in equation.letters}))
        if all(_alternates(trace, covariance) for term in moving.terms for trace in term):
            inside = whitening.apply(moving, weight)
            inner = _problem(inside, WEIGHT, stationarity(inside, WEIGHT, ranges))
            if inner.plain is not None:
                whitened.append(Whitened(whitening, inner, inner.plain))
    return replace(_problem(moving, weight, equation), whitened=tuple(whitened))


def _problem(risk: TracePolynomial, weight: Letter, equation: LinearEquation) -> Stationary:
    return Stationary(equation, risk.part(1, weight), closed_form(equation))


def _alternates(trace: Trace, covariance: Letter) -> bool:
    """Whether every other letter is the covariance, so that its roots are all absorbed."""
    own = [f.letter == covariance for f in trace.word]
    return all(a != b for a, b in pairwise([*own, own[0]]))


def _names(others: list[str], taken: set[str]) -> tuple[tuple[str, str], ...]:
    """Names for whitened covariances that are not in use."""
    if len(others) == 1 and "Sigma" not in taken:
        return ((others[0], "Sigma"),)
    free = (f"Sigma_{k}" for k in range(1, 2 * len(taken) + 1) if f"Sigma_{k}" not in taken)
    return tuple(zip(others, free, strict=False))


SEVERAL = "the stationarity equation leaves some of the weight open"


def _exact(problem: Stationary, scalars: Numbers, given: Numbers, size: int) -> Minimiser:
    for white in problem.whitened:
        if _singular(given[white.whitening.covariance]):
            return _on_range(problem, white.whitening, scalars, given, size)
    cleared = {name: Cleared.of(matrix) for name, matrix in given.items()}
    values = Values(scalars, cleared, CLEARED, size)

    def found(weight: Cleared, how: str, others: str = "") -> Minimiser:
        residual = _residual(problem.equation.at(values), weight)
        gain = problem.gain_of(weight, values)
        return Minimiser(weight.rational, gain, residual, how, others)

    if problem.plain is not None and all(map(_is_diagonal, given.values())):
        entries = {k: _diagonal(m) for k, m in given.items()}
        vector, only = problem.plain.diagonal(
            Values(scalars, entries, Diagonals(EXACT), size), EXACT
        )
        if only or size > LARGEST:  # else it may still be the only one that is diagonal
            cells = [vector[r] if r == c else 0 for r in range(size) for c in range(size)]
            weight = CLEARED.matrix(flint.fmpq_mat(size, size, cells))
            return found(weight, "closed form, diagonal covariances", "" if only else SEVERAL)
    try:
        if problem.plain is not None and _commute(cleared.values()):
            return found(problem.plain.solve(values, EXACT), "closed form, commuting covariances")
        for white in problem.whitened:
            root, names = cleared[white.whitening.covariance], white.whitening.names
            # A S is similar to S^{1/2} A S^{1/2}, and S^{1/2} f(..) S^{-1/2} becomes f(A S).
            products = {new: cleared[old] * root for old, new in names}
            if _commute(products.values()):
                inner = white.form.solve(Values(scalars, products, CLEARED, size), EXACT)
                weight = CLEARED.transpose(CLEARED.solve(root, CLEARED.transpose(inner)))
                return found(weight, _after(white))
    except ZeroDivisionError:
        pass
    dense, only = solve_all_entries(problem.equation.at(Values(scalars, given, EXACT, size)))
    how = "linear system for all entries"
    return found(CLEARED.matrix(dense), how, "" if only else SEVERAL)


def _residual(system: System, weight: Cleared) -> flint.fmpq:
    """The largest entry of a residual in rationals; that it is zero is seen modulo a prime."""
    for prime in primes():
        modular = Modular(prime)
        try:
            residual = system.into(modular).residual(modular.matrix(weight))
        except ZeroDivisionError:  # it divides a denominator
            continue
        if not any(residual.entries()):
            break
        return max(abs(v) for v in system.residual(weight).entries())
    return flint.fmpq(0)


def _on_range(
    problem: Stationary, whitening: Whitening, scalars: Numbers, given: Numbers, size: int
) -> Minimiser:
    """The minimiser where the covariance that is whitened by is singular, exactly.

    With ``S = u s u'`` the risk depends on ``W`` through ``u' W u`` alone, and on the other
    covariances through ``u' A u``.
    """
    name = whitening.covariance
    rows, u = spanning(given[name])
    weight, rank = flint.fmpq_mat(size, size), len(rows)
    others = f"{name} is singular: what the weight does outside of its range has no effect"
    if not rank:
        return Minimiser(weight, flint.fmpq(0), flint.fmpq(0), f"{name} is zero", others)
    inside = {k: u.transpose() * m * u for k, m in given.items() if k != name}
    inside[name] = flint.fmpq_mat([[given[name][r, c] for c in rows] for r in rows])
    found = _exact(problem, scalars, inside, rank)
    for r, row in enumerate(rows):
        for c, column in enumerate(rows):
            weight[row, column] = found.weight[r, c]
    cleared = {k: Cleared.of(m) for k, m in given.items()}
    system = problem.equation.at(Values(scalars, cleared, CLEARED, size))
    residual = _residual(system, Cleared.of(weight))
    return Minimiser(weight, found.gain, residual, f"{found.how}, on the range of {name}", others)


def _floating(
    problem: Stationary, scalars: Numbers, given: Numbers, size: int, ranks: bool
) -> Minimiser:
    for white in problem.whitened:
        name = white.whitening.covariance
        root = factor(name, given[name], ranks)
        rank = root.shape[1]
        others = f"{name} is singular: what the weight does outside of its range has no effect"
        if not rank:
            weight = FLOATING.matrix(np.zeros((size, size)))
            return Minimiser(weight, 0.0, 0.0, f"{name} is zero", others)
        inside = {new: root.T @ given[old] @ root for old, new in white.whitening.names}
        found = _in_basis(white.inner, scalars, inside, rank, ranks)
        outer = np.linalg.pinv(root).T if rank < size else np.linalg.solve(root.T, np.eye(size))
        weight = FLOATING.matrix(outer @ np.asarray(found.weight) @ outer.T)
        how = _after(white) if found.how == COMMON else f"{found.how}, whitened by {name}"
        more = others if rank < size else found.others
        return Minimiser(weight, found.gain, found.residual, how, more)
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
        residual = _relative(system, weight)
        if residual <= TOLERANCE:
            if ranks and not only:
                _check_ranks(given, entries)
            gain = problem.gain_of(weight, values)
            others = "" if only else SEVERAL
            return Minimiser(_turned(weight, basis), gain, residual, COMMON, others)
    else:
        basis = main_basis(problem.equation.at(_values(scalars, given, np.eye(size))))
        values = _values(scalars, given, basis)
        system = problem.equation.at(values)
    from theory.optima.stationary.krylov import (
        solve as solve_by_steps,  # SciPy, only where it is needed
    )

    weight, steps, only = solve_by_steps(system, TOLERANCE)
    if ranks and not only:
        square = {k: m for k, m in given.items() if m.shape == (size, size)}
        _check_ranks(given, {k: _clipped(np.linalg.eigvalsh(m)) for k, m in square.items()})
    residual, gain = _relative(system, weight), problem.gain_of(weight, values)
    how, others = f"conjugate gradients, {steps} steps", "" if only else SEVERAL
    return Minimiser(_turned(weight, basis), gain, residual, how, others)


def _check_ranks(given: Numbers, eigenvalues: Numbers) -> None:
    for name, found in eigenvalues.items():
        rank = int(np.count_nonzero(found))
        if rank < len(found):
            check_rank(name, given[name], rank)


def main_basis(system: System) -> np.ndarray:
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


def _after(white: Whitened) -> str:
    return f"closed form after whitening by {white.whitening.covariance}"


def _is_diagonal(a: flint.fmpq_mat) -> bool:
    return all(v == 0 or r == c for r, row in enumerate(a.tolist()) for c, v in enumerate(row))


def _singular(a: flint.fmpq_mat) -> bool:
    if _is_diagonal(a):
        return any(a[k, k] == 0 for k in range(a.nrows()))
    return bool(a.rank() < a.nrows())


def _diagonal(a: flint.fmpq_mat) -> np.ndarray:
    out = np.empty(a.nrows(), dtype=object)
    out[:] = [a[k, k] for k in range(a.nrows())]
    return out


def _commute(matrices: Iterable[Cleared]) -> bool:
    numerators = [a.numerator for a in matrices]
    return all(a * b == b * a for a, b in combinations(numerators, 2))


def _clipped(eigenvalues: np.ndarray) -> np.ndarray:
    """Eigenvalues of a covariance, those that rounding cannot tell from zero put to zero."""
    least = len(eigenvalues) * np.finfo(float).eps * abs(eigenvalues).max()
    return np.where(abs(eigenvalues) <= least, 0.0, eigenvalues)


def _relative(system: System, weight: Any) -> float:
    scale = float(np.linalg.norm(system.right)) or 1.0
    return float(np.linalg.norm(system.residual(weight))) / scale
