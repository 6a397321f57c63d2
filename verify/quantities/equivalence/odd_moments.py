"""A design that breaks Assumption 1, in which full attention does beat preconditioned descent.

With a task of non-zero mean the odd moment ``E beta`` survives, and attention's term
``x' C_xx X' X v_x`` can add a constant guess of the task that no weight ``W`` can make.
"""

from __future__ import annotations

from typing import Any

import flint

from theory.algebra.calculus import derivative
from theory.designs import predictors
from theory.designs.instance import Instance, instance
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.risks.coordinates import risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from verify.quantities.equivalence.gain import Advantage


def advantage_of_attention(at: Instance | None = None) -> Advantage:
    """How far attention gets below the best PGD, by default for one task with a mean."""
    if at is None:
        design = designs.biased_task
        at = instance(design, n=2, d=2, scalars={"sigma": 1}, means={"m": [1, 0]})
    design = at.design
    weight, pgd = derive(design, predictors.pgd).plain.at(at)
    weights = _attention(at, weight)
    risk = population_risk(design, predictors.att)
    att = at.values.put(weights).scalar(risk)
    again = (
        risk_at(predictors.pgd, {"W": weight}, at),
        risk_at(predictors.att, weights, at),
    )
    return Advantage(at, "att", pgd, att, again == (pgd, att))


def _attention(at: Instance, weight: Any) -> dict[str, Any]:
    """PGD's optimum embedded in attention, and then the best ``v_x`` along the slope there."""
    zero = flint.fmpq_mat([[0]] * at.d)
    start = {"C_xx": weight, "C_xy": zero, "v_x": zero, "v_y": EXACT.identity(1)}
    risk = population_risk(at.design, predictors.att)
    by_name = {letter.name: letter for letter in predictors.att.weights}
    inside = {**at.matrices, **start}
    slope = derivative(risk, by_name["v_x"])
    direction = at.values.put(inside).matrix(slope) if slope else zero
    here, there, beyond = (
        at.values.put({**inside, "v_x": direction * t}).scalar(risk) for t in (0, 1, 2)
    )
    # The risk along the slope is a parabola through these three values.
    curvature = beyond - 2 * there + here
    if curvature == 0:
        return start
    step = (here * 3 - there * 4 + beyond) / (2 * curvature)
    return {**start, "v_x": direction * step}
