"""The stationarity equation in rationals: a closed form, else the system for all entries (small d).

Where there are several solutions, one of them is found: of a closed form the one that commutes with
the covariances. Where the covariance that is whitened by is singular, the risk depends on the
weight through its range alone, and the equation is solved there.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import flint
import numpy as np

from theory.algebra.values import Numbers, Values
from theory.algebra.whitening import Whitening
from theory.optima.stationary.commuting import Diagonals
from theory.optima.stationary.kronecker import LARGEST
from theory.optima.stationary.kronecker import solve as solve_all_entries
from theory.optima.stationary.minimiser import SEVERAL, Minimiser, after, outside
from theory.optima.stationary.ranges import spanning
from theory.optima.stationary.solution import Stationary
from theory.scalars.arithmetic import EXACT
from theory.scalars.cleared import CLEARED, Cleared


def solve(problem: Stationary, scalars: Numbers, given: Numbers, size: int) -> Minimiser:
    """The minimiser at exact scalars and matrices; one of them, where there are several.

    Raises :class:`~theory.errors.InputError` for matrices that do not commute beyond
    :data:`theory.optima.stationary.kronecker.LARGEST`.
    """
    for white in problem.whitened:
        if _singular(given[white.whitening.covariance]):
            return _on_range(problem, white.whitening, scalars, given, size)
    cleared = {name: Cleared.of(matrix) for name, matrix in given.items()}
    values = Values(scalars, cleared, CLEARED, size)

    def found(weight: Cleared, how: str, others: str = "") -> Minimiser:
        return Minimiser(weight.rational, problem.gain_of(weight, values), how, others)

    if problem.plain is not None and all(map(_is_diagonal, given.values())):
        entries = {k: _diagonal(m) for k, m in given.items()}
        vector, only = problem.plain.diagonal(
            Values(scalars, entries, Diagonals(EXACT), size), EXACT
        )
        if only or size > LARGEST:  # else it may still be the only one that is diagonal
            weight = CLEARED.matrix(EXACT.diagonal(vector.tolist()))
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
                return found(weight, after(white.whitening))
    except ZeroDivisionError:
        pass
    dense, only = solve_all_entries(problem.equation.at(Values(scalars, given, EXACT, size)))
    how = "linear system for all entries"
    return found(CLEARED.matrix(dense), how, "" if only else SEVERAL)


def _on_range(
    problem: Stationary, whitening: Whitening, scalars: Numbers, given: Numbers, size: int
) -> Minimiser:
    """The minimiser where the covariance ``S = u s u'`` that is whitened by is singular.

    The risk depends on ``W`` through ``u' W u`` alone, on other covariances through ``u' A u``.
    """
    name = whitening.covariance
    rows, u = spanning(given[name])
    weight, rank = flint.fmpq_mat(size, size), len(rows)
    if not rank:
        return Minimiser(weight, flint.fmpq(0), f"{name} is zero", outside(name))
    inside = {k: u.transpose() * m * u for k, m in given.items() if k != name}
    inside[name] = flint.fmpq_mat([[given[name][r, c] for c in rows] for r in rows])
    found = solve(problem, scalars, inside, rank)
    for r, row in enumerate(rows):
        for c, column in enumerate(rows):
            weight[row, column] = found.weight[r, c]
    return Minimiser(weight, found.gain, f"{found.how}, on the range of {name}", outside(name))


def _is_diagonal(a: flint.fmpq_mat) -> bool:
    return all(v == 0 or r == c for r, row in enumerate(a.tolist()) for c, v in enumerate(row))


def _singular(a: flint.fmpq_mat) -> bool:
    return not all(_diagonal(a)) if _is_diagonal(a) else bool(a.rank() < a.nrows())


def _diagonal(a: flint.fmpq_mat) -> np.ndarray:
    return np.array([a[k, k] for k in range(a.nrows())], dtype=object)


def _commute(matrices: Iterable[Cleared]) -> bool:
    numerators = [a.numerator for a in matrices]
    return all(a * b == b * a for a, b in combinations(numerators, 2))
