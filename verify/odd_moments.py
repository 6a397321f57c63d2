"""A design that breaks Assumption 1, in which full attention does beat preconditioned descent.

With a task of non-zero mean the odd moment ``E beta`` survives, and attention's term
``x' C_xx X' X v_x`` can add a constant guess of the task that no weight ``W`` can make.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from theory.algebra.calculus import derivative
from theory.algebra.values import trace_value, word_value
from theory.designs import predictors
from theory.designs.instance import Instance, instance
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.risks.coordinates import risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, fraction


@dataclass(frozen=True)
class Advantage:
    """Best PGD and a better attention at one exact instance of a design.

    ``confirmed`` says that both risks were computed again, coordinate by coordinate; ``sizes``
    names the instance shortly.
    """

    at: str
    pgd: Fraction
    att: Fraction
    confirmed: bool
    sizes: str

    @property
    def difference(self) -> Fraction:
        return self.pgd - self.att

    @property
    def seen(self) -> bool:
        return self.confirmed and self.difference > 0

    @property
    def says(self) -> str:
        """What was seen, in one sentence."""
        return (
            f"with a task of non-zero mean (Assumption 1 broken; {self.sizes}) attention beats PGD "
            f"by {self.difference} exactly"
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "pgd": str(self.pgd),
            "att": str(self.att),
            "difference": str(self.difference),
            "confirmed": self.confirmed,
        }


def advantage_of_attention(at: Instance | None = None) -> Advantage:
    """How far attention gets below the best PGD, by default for one task with a mean."""
    if at is None:
        design = designs.biased_task
        at = instance(design, n=2, d=2, scalars={"sigma": 1}, means={"m": [1, 0]})
    design = at.design
    weight, pgd = derive(design, predictors.pgd).plain.at(at.scalars, at.matrices, EXACT)
    weights = _attention(at, weight)
    risk = population_risk(design, predictors.att)
    att = trace_value(risk, at.scalars, {**at.matrices, **weights}, EXACT)
    again = (
        risk_at(predictors.pgd, {"W": weight}, at),
        risk_at(predictors.att, weights, at),
    )
    return Advantage(str(at), fraction(pgd), fraction(att), again == (pgd, att), sizes(at))


def sizes(at: Instance) -> str:
    """Sizes, parameters and matrices of an exact instance; what is the identity is not named.

    >>> sizes(instance(designs.independent, n=2, d=1, scalars={"sigma": 1}))
    'n = 2, d = 1, sigma = 1'
    """
    parts = [f"{name} = {value}" for name, value in at.scalars.items()]
    for name, value in at.matrices.items():
        if value.ncols() == 1 and name in at.design.means:
            parts.append(f"{name} = ({', '.join(map(str, value.entries()))})")
        elif value != EXACT.identity(at.d):
            parts.append(f"{name} = {written(value)}")
    return ", ".join(parts)


def written(matrix: flint.fmpq_mat) -> str:
    """An exact matrix in words of unit vectors, or as I or a diagonal.

    >>> written(EXACT.matrix([[0, 1], [-1, 0]]))
    "e_1 e_2' - e_2 e_1'"
    >>> written(EXACT.matrix([[0, 0], [0, 1]]))
    'diag(0, 1)'
    """
    size = matrix.nrows()
    entries = [(r, c, matrix[r, c]) for r in range(size) for c in range(size) if matrix[r, c] != 0]
    if matrix == EXACT.identity(size):
        return "I"
    if all(r == c for r, c, _ in entries):
        return f"diag({', '.join(str(matrix[r, r]) for r in range(size))})"
    out = ""
    for r, c, value in entries:
        sign = "-" if value < 0 else "+"
        factor = "" if abs(value) == 1 else f"{abs(value)} "
        out += f" {sign} {factor}e_{r + 1} e_{c + 1}'"
    return out.removeprefix(" + ").strip()


def _attention(at: Instance, weight: Any) -> dict[str, Any]:
    """PGD's optimum embedded in attention, and then the best ``v_x`` along the slope there."""
    zero = flint.fmpq_mat([[0]] * at.d)
    start = {"C_xx": weight, "C_xy": zero, "v_x": zero, "v_y": EXACT.identity(1)}
    risk = population_risk(at.design, predictors.att)
    by_name = {letter.name: letter for letter in predictors.att.weights}
    inside = {**at.matrices, **start}
    slope = derivative(risk, by_name["v_x"])
    direction = zero * 0
    for word, c in slope.terms.items():
        value = trace_value(c, at.scalars, inside, EXACT)
        direction = direction + word_value(word, inside, at.d, EXACT) * value
    here, there, beyond = (
        trace_value(risk, at.scalars, {**inside, "v_x": direction * t}, EXACT) for t in (0, 1, 2)
    )
    # The risk along the slope is a parabola through these three values.
    curvature = beyond - 2 * there + here
    if curvature == 0:
        return start
    step = (here * 3 - there * 4 + beyond) / (2 * curvature)
    return {**start, "v_x": direction * step}
