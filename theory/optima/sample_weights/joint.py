"""Weights and sample weights of WPGD together, where neither symmetry nor a formula helps.

The risk is quadratic in ``W`` for given sample weights, and quadratic in them for given ``W``; both
problems are solved exactly in turn, from several starts. What they end at is stationary. It is an
upper bound of the least risk, and whether it is the least is not known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.sums import summand_of
from theory.algebra.traces import Trace
from theory.algebra.values import scalar_value
from theory.algebra.words import N
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.designs.prompt import Words
from theory.errors import NotConverged
from theory.optima.stationary.solution import stationary
from theory.optima.stationary.solving import solve
from theory.risks.population import population_risk
from theory.scalars.arithmetic import FLOATING
from theory.scalars.symbols import i

WEIGHT, OMEGA = wpgd.weights
TOLERANCE, STEPS = 1e-12, 500

Key = tuple[tuple[int, sympy.Expr], ...]
"""Of each sum over the examples: how often the sample weights occur in it, and the other factor."""


@dataclass(frozen=True)
class Reached:
    """What the alternation ends at.

    Parameters
    ----------
    risk
        The least risk found.
    weight, omega
        Where: a d x d matrix and n sample weights.
    risks
        The risks that all starts ended at.
    """

    risk: float
    weight: Any
    omega: np.ndarray
    risks: tuple[float, ...]


@cache
def _groups(design: Design) -> dict[Key, TracePolynomial]:
    """The risk, grouped by the sums over the examples that multiply a polynomial in ``W``."""
    groups: dict[Key, list[TracePolynomial]] = defaultdict(list)
    for monomial, c in population_risk(design, wpgd).terms.items():
        inside = [t for t in monomial if t.word[0].rows.of_examples]
        outside = tuple(t for t in monomial if not t.word[0].rows.of_examples)
        key = tuple(sorted((_summand(t) for t in inside), key=str))
        groups[key].append(TracePolynomial({outside: c}))
    return {key: TracePolynomial.sum(parts) for key, parts in groups.items()}


def _summand(trace: Trace) -> tuple[int, sympy.Expr]:
    """How often sample weights occur in a trace, and the other factor: of a group its indicator."""
    order, entry = summand_of(trace)
    space = trace.word[0].rows
    return order, entry if space == N else entry * sympy.Symbol(space.name)


@cache
def _in_weight(design: Design) -> tuple[TracePolynomial, tuple[Key, ...]]:
    """The risk as a polynomial in ``W``, with a symbol for every product of sums."""
    groups = _groups(design)
    keys = tuple(key for key in groups if key)
    parts = [groups[key] * sympy.Symbol(f"sum {k}") for k, key in enumerate(keys)]
    return TracePolynomial.sum([*parts, groups.get((), TracePolynomial())]), keys


def minimise(at: Instance, starts: int = 4) -> Reached:
    """Alternate between the best weight and the best sample weights, from several starts.

    Raises ZeroDivisionError where a step is not unique.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> found = minimise(instance(designs.drifting, n=2, d=1))
    >>> round(found.risk, 6), round(float(found.omega[1] / found.omega[0]), 6)
    (0.588235, 1.25)
    """
    problem = _Problem(at)
    random = np.random.default_rng(0)
    ramp = np.arange(1, at.n + 1) / at.n
    first = [np.ones(at.n), ramp, ramp[::-1]]
    first += [random.uniform(0.1, 1, at.n) for _ in range(max(0, starts - len(first)))]
    found = [problem.descend(omega) for omega in first[:starts]]
    risk, weight, omega = min(found, key=lambda one: one[0])
    return Reached(risk, weight, omega, tuple(sorted(one[0] for one in found)))


class _Problem:
    """The risk at an instance, in floating point."""

    def __init__(self, at: Instance):
        self.at = at.floating
        self.ranks = not at.exact  # of exact matrices they are known
        self.groups = _groups(at.design)
        self.polynomial, self.keys = _in_weight(at.design)
        self.stationary = stationary(self.polynomial, WEIGHT)
        self._columns: dict[sympy.Expr, np.ndarray] = {}

    def column(self, entry: sympy.Expr) -> np.ndarray:
        """An entry at all examples."""
        if entry not in self._columns:
            indicators = {
                Words(self.at.design).space(group).name: self.at.rows[group.name]
                for group in self.at.design.groups
                if group.name  # the one group of a design has no space of its own
            }
            self._columns[entry] = np.array(
                [
                    scalar_value(
                        entry,
                        {
                            **self.at.scalars,
                            **{name: float(k - 1 in rows) for name, rows in indicators.items()},
                            i.name: k,
                        },
                        FLOATING,
                    )
                    for k in range(1, self.at.n + 1)
                ]
            )
        return self._columns[entry]

    def best_weight(self, omega: np.ndarray) -> Any:
        """The minimiser in W for given sample weights."""
        sums = {
            f"sum {k}": float(np.prod([self.column(entry) @ omega**order for order, entry in key]))
            for k, key in enumerate(self.keys)
        }
        there = replace(self.at, scalars={**self.at.scalars, **sums})
        return solve(self.stationary, there.values, self.ranks).weight

    def best_omega(self, weight: Any) -> tuple[float, np.ndarray]:
        """The least risk for a given weight, and the sample weights that have it."""
        values = self.at.values.put({WEIGHT.name: weight})
        size = self.at.n
        constant, linear, square = 0.0, np.zeros(size), np.zeros((size, size))
        for key, polynomial in self.groups.items():
            factor = values.scalar(polynomial)
            held = []
            for order, entry in key:
                if order == 0:
                    factor = factor * self.column(entry).sum()
                else:
                    held.append((order, self.column(entry)))
            if not held:
                constant += factor
            elif held[0][0] == 2:
                square += np.diag(factor * held[0][1])
            elif len(held) == 1:
                linear += factor * held[0][1]
            else:
                square += factor * np.outer(held[0][1], held[1][1])
        square = (square + square.T) / 2
        try:
            omega = np.linalg.solve(square, -linear / 2)
        except np.linalg.LinAlgError as error:
            raise ZeroDivisionError(str(error)) from error
        return float(constant + linear @ omega / 2), omega

    def descend(self, omega: np.ndarray) -> tuple[float, Any, np.ndarray]:
        """From one start to where nothing changes any more."""
        before = np.inf
        for _ in range(STEPS):
            weight = self.best_weight(omega)
            risk, omega = self.best_omega(weight)
            omega = omega * (np.sqrt(self.at.n) / np.linalg.norm(omega))
            if before - risk <= TOLERANCE * abs(risk):
                weight = self.best_weight(omega)
                return risk, weight, omega
            before = risk
        raise NotConverged(f"no stationary weights after {STEPS} rounds")
