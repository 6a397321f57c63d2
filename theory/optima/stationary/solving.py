"""The stationarity equation solved at given sizes, scalars and covariances."""

from __future__ import annotations

from theory.algebra.values import Values
from theory.optima.stationary import exact, floating
from theory.optima.stationary.minimiser import Minimiser
from theory.optima.stationary.solution import Stationary
from theory.scalars.arithmetic import Exact


def solve(problem: Stationary, values: Values, ranks: bool = True) -> Minimiser:
    """The minimiser at given scalars and matrices; one of them, where there are several.

    ``ranks`` says whether the digits of floating matrices have to tell their ranks. Raises
    :class:`~theory.errors.InputError` for exact matrices that do not commute beyond
    :data:`theory.optima.stationary.kronecker.LARGEST`, and for floating ones whose digits do not
    tell whether they are singular where it matters; and :class:`~theory.errors.NotConverged`.
    """
    given = {a.name: values.matrices[a.name] for a in problem.equation.letters}
    if isinstance(values.arithmetic, Exact):
        return exact.solve(problem, values.scalars, given, values.size)
    return floating.solve(problem, values.scalars, given, values.size, ranks)
