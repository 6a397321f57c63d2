"""The best coefficients of several predictions: a quadratic form in as many scalars.

With predictions ``h_0, ..., h_{m-1}`` and their combination ``c_0 h_0 + ... + c_{m-1} h_{m-1}`` the
risk is ``E y^2 - 2 b'c + c'H c`` with ``b_j = E y h_j`` and ``H_jk = E h_j h_k``. H is a Gram
matrix, so that the risk is convex, and least exactly where ``H c = b``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import Monomial, TracePolynomial
from theory.algebra.values import Values
from theory.algebra.words import ONE, Letter
from theory.errors import Underivable
from theory.scalars.systems import LeastValue, least_value

MOST_TERMS = 500
"""Terms of all entries up to which the solution is worth being written as a formula."""


@dataclass(frozen=True)
class Coefficients:
    """The coefficients with ``H c = b``, whose risk is ``constant - b'c``.

    Parameters
    ----------
    constant
        ``E y^2``, the risk without a prediction.
    column
        b, with m entries.
    matrix
        H, by its rows: m x m, symmetric.

    Examples
    --------
    >>> from theory.designs.predictors import polynomial
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> two = polynomial(2)
    >>> found = coefficients(population_risk(designs.isotropic_noiseless, two), two.weights)
    >>> found.column
    (d*n, d**2*n + d*n**2 + d*n)
    >>> found.closed.value.subs({"n": 1, "d": 1})
    8/15
    """

    constant: TracePolynomial
    column: tuple[TracePolynomial, ...]
    matrix: tuple[tuple[TracePolynomial, ...], ...]

    @cached_property
    def closed(self) -> LeastValue | None:
        """The solution as rational functions; None where covariances or roots are about.

        Fixed vectors enter by their inner products. None as well where H is singular whatever the
        numbers are.
        """
        rows = [[symbolic.scalar(entry) for entry in row] for row in self.matrix]
        constant, *column = map(symbolic.scalar, (self.constant, *self.column))
        if any(
            e.has(sympy.Trace, symbolic.Entry) for row in (*rows, [constant, *column]) for e in row
        ):
            return None
        return least_value(constant, column, rows)

    @property
    def short(self) -> bool:
        """Whether a formula for the solution would be of a length that can be looked at."""
        entries = (entry for row in self.matrix for entry in row)
        scalars = (c for entry in entries for c in entry.terms.values())
        return sum(len(c.as_ordered_terms()) for c in scalars) <= MOST_TERMS

    def solve(self, values: Values) -> tuple[Any, Any, bool]:
        """Coefficients (m x 1), the least risk, and whether no other coefficients have it."""
        constant, right, rows = self.at(values)
        arithmetic: Any = values.arithmetic
        found, only = arithmetic.solutions(
            arithmetic.matrix(rows), arithmetic.matrix([[b] for b in right])
        )
        gain = sum((b * found[k, 0] for k, b in enumerate(right)), arithmetic.number(0))
        return found, constant - gain, only

    def at(self, values: Values) -> tuple[Any, list[Any], list[list[Any]]]:
        """``E y^2``, b and H as numbers."""
        rows = [[values.scalar(entry) for entry in row] for row in self.matrix]
        return values.scalar(self.constant), [values.scalar(b) for b in self.column], rows


def coefficients(risk: TracePolynomial, weights: tuple[Letter, ...]) -> Coefficients:
    """Read the form off a risk that is quadratic in scalar weights.

    Raises :class:`~theory.errors.Underivable` where it is not.
    """
    places = {weight: k for k, weight in enumerate(weights)}
    if risk.degree(*weights) != 2 or any((w.rows, w.cols) != (ONE, ONE) for w in weights):
        raise Underivable(
            f"the risk is not quadratic in the scalars {', '.join(map(str, weights))}"
        )
    parts: dict[tuple[int, ...], dict[Monomial, Any]] = defaultdict(dict)
    for monomial, c in risk.terms.items():
        held = sorted(places[t.word[0].letter] for t in monomial if t.word[0].letter in places)
        rest = tuple(t for t in monomial if t.word[0].letter not in places)
        # b_j stands in the risk twice with a minus, H_jk twice where j and k differ
        share = -2 if len(held) == 1 else max(1, len(set(held)))
        parts[tuple(held)][rest] = c / share
    entry = {key: TracePolynomial(terms) for key, terms in parts.items()}
    none, size = TracePolynomial(), range(len(weights))
    return Coefficients(
        entry.get((), none),
        tuple(entry.get((j,), none) for j in size),
        tuple(tuple(entry.get((min(j, k), max(j, k)), none) for k in size) for j in size),
    )
