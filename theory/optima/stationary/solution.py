"""The stationarity equation of a risk, and the closed forms of its solution.

A risk is convex and bounded below, so the equation always has a solution, and all its solutions
have the least risk. Where the covariances commute, or do after whitening by one of them, the
solution has a closed form (:mod:`theory.optima.stationary.commuting`): all pairs of covariances for
retrieval-augmented prompts, commuting ones for task-aligned prompts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.traces import Trace
from theory.algebra.values import Values
from theory.algebra.whitening import WEIGHT, Whitening
from theory.algebra.words import D, Kind, Letter
from theory.optima.stationary.commuting import ClosedForm, closed_form
from theory.optima.stationary.equations import LinearEquation, stationarity
from theory.scalars.signs import Ranges


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

    def gain_of(self, weight: Any, values: Values) -> Any:
        """How far the risk of zero is above that of a weight that solves the equation."""
        return -values.put({self.equation.weight.name: weight}).scalar(self.linear) / 2


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
