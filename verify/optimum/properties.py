"""Witness: Hypothesis looks for sizes, covariances and scalars at which the claim fails.

Every property is exact rational arithmetic at a drawn instance. The risk is evaluated as a
polynomial in the weight; the derived optimum is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import flint
from hypothesis import strategies as st

from theory.designs.design import IDENTITY
from theory.designs.instance import Instance
from theory.scalars.arithmetic import EXACT
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.optimum.subject import Subject
from verify.settings import Settings
from verify.strategies import factors, instances, orthogonal_matrices, rationals
from verify.verdict import Finding


def examine(subject: Subject, settings: Settings) -> Finding:
    """Run every property that says something about this subject on drawn instances."""
    checks = {
        name: partial(p.check, subject) for name, p in PROPERTIES.items() if p.applies(subject)
    }
    return hunt(checks, instances(subject.design, subject.regular), settings)


Check = Callable[[Subject, Instance, st.DataObject], None]


@dataclass(frozen=True)
class Property:
    """A check on drawn instances, and the subjects it says something about."""

    check: Check
    applies: Callable[[Subject], bool] = lambda subject: True


def _risk(subject: Subject, weight: Any, at: Instance) -> Any:
    return subject.derivation.plain.risk_of(weight, at)


def value(subject: Subject, at: Instance, data: st.DataObject) -> None:
    """The risk of the claimed weight is the claimed risk."""
    exact = _risk(subject, subject.claim.weight_at(at), at)
    claimed = subject.claim.risk_at(at)
    if exact != claimed:
        what = "the risk at the claimed weight is not the claimed risk"
        raise Falsified(what, at, exact, claimed)


def optimality(subject: Subject, at: Instance, data: st.DataObject) -> None:
    """No other weight does better, and steps either way cost the same."""
    weight = subject.claim.weight_at(at)
    step = data.draw(factors(at.d)) * EXACT.number(
        data.draw(rationals(Fraction(1, 4), Fraction(2)))
    )
    if data.draw(st.booleans()):
        step = step.transpose()
    here, ahead, behind = (_risk(subject, w, at) for w in (weight, weight + step, weight - step))
    if not ahead > here:
        raise Falsified("another weight does at least as well", at, ahead, here)
    if ahead != behind:
        raise Falsified("the slope at the claimed weight is not zero", at, ahead - behind, 0)


def rotation(subject: Subject, at: Instance, data: st.DataObject) -> None:
    """Rotating or permuting the coordinates rotates the weight and keeps the risk."""
    turn = data.draw(orthogonal_matrices(at.d))
    turned = turned_by(turn, at)
    weight = subject.claim.weight_at(at)
    expected = turn * weight * turn.transpose()
    if subject.claim.weight_at(turned) != expected:
        raise Falsified("the weight does not turn with the coordinates", at, expected, "-")
    if subject.claim.risk_at(turned) != subject.claim.risk_at(at):
        raise Falsified("the risk changes under a rotation", at, "-", "-")


def scaling(subject: Subject, at: Instance, data: st.DataObject) -> None:
    """Labels in other units scale the risk by the square of the unit and leave the weight."""
    unit = EXACT.number(data.draw(rationals(Fraction(1, 3), Fraction(3))))
    claim, task = subject.claim, _task_covariances(subject)
    noise = {str(s) for s in subject.design.noise.free_symbols}
    scaled = replace(
        at,
        scalars={k: v * unit if k in noise else v for k, v in at.scalars.items()},
        matrices={k: m * unit**2 if k in task else m for k, m in at.matrices.items()},
        roots={k: m * unit if k in task else m for k, m in at.roots.items()},
    )
    if claim.risk_at(scaled) != claim.risk_at(at) * unit**2:
        raise Falsified("the risk does not scale with the label's unit", at, "-", "-")
    if claim.weight_at(scaled) != claim.weight_at(at):
        raise Falsified("the weight changes with the label's unit", at, "-", "-")


def _task_covariances(subject: Subject) -> set[str]:
    """Covariances of the vectors that only the task is made of."""
    design = subject.design
    elsewhere = design.query.vectors | design.features.vectors
    return {c for v, c in design.prompt if v in design.task.vectors - elsewhere} - {IDENTITY}


def bounds(subject: Subject, at: Instance, data: st.DataObject) -> None:
    """Between the noise floor and the risk of predicting zero, and lower with more examples."""
    zero = EXACT.identity(at.d) * 0
    here = subject.claim.risk_at(at)
    noise = subject.design.noise_of_query
    floor = sum((at.scalars[s.name] ** 2 for s in noise.free_symbols), flint.fmpq(0))
    if not floor <= here <= _risk(subject, zero, at):
        raise Falsified("the risk leaves its bounds", at, "-", here)
    if subject.claim.risk_at(at.with_examples(at.n + 1)) > here:
        raise Falsified("one more example raises the optimal risk", at, "-", here)


def turned_by(turn: Any, at: Instance) -> Instance:
    """An instance in other coordinates, by an orthogonal matrix."""
    back = turn.transpose()
    return replace(
        at,
        matrices={
            k: turn * m * back if m.nrows() == m.ncols() else turn * m
            for k, m in at.matrices.items()
        },
        roots={k: turn * m * back for k, m in at.roots.items()},
    )


PROPERTIES: dict[str, Property] = {
    "value": Property(value),
    "optimality": Property(optimality),
    "rotation": Property(rotation, lambda s: bool(s.design.covariances)),
    "scaling": Property(scaling, lambda s: bool(_task_covariances(s)) and not s.design.means),
    "bounds": Property(bounds),
}
