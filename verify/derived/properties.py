"""Witness: Hypothesis looks for an instance at which the derived optimum is none.

Every property is exact rational arithmetic at a drawn instance. The risk is evaluated as a
polynomial in the weight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import Irrational
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import i, n
from verify.derived.subject import Subject
from verify.derived.units import units_of
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.instances import is_defined
from verify.settings import Settings
from verify.strategies import factors, instances, orthogonal_matrices, rationals
from verify.verdict import Finding

MOST_D = 3
"""The largest d drawn: without a closed form the optimum is a linear system of d^2 unknowns."""


def examine(subject: Subject, settings: Settings) -> Finding:
    """Run every property that says something about this design on drawn instances."""
    checks = {
        name: partial(where_defined, check, subject)
        for name, (check, applies) in PROPERTIES.items()
        if applies(subject)
    }
    return hunt(checks, instances(subject.design, most_n=8, most_d=MOST_D), settings)


Check = Callable[[Any, Instance, Any, Any, st.DataObject], None]


def where_defined(check: Check, subject: Any, at: Instance, data: st.DataObject) -> None:
    """A check at an instance where the optimum is defined."""
    if not is_defined(at):
        reject()
    try:
        weight, risk = subject.claim.weight_at(at), subject.claim.risk_at(at)
    except (ZeroDivisionError, Irrational):
        reject()
    check(subject, at, weight, risk, data)


def value(subject: Subject, at: Instance, weight: Any, risk: Any, data: st.DataObject) -> None:
    """The risk of the optimal weight is the optimal risk."""
    exact = subject.derivation.plain.risk_of(weight, at)
    if exact != risk:
        raise Falsified("the risk at the derived weight is not the derived one", at, exact, risk)


def optimality(subject: Subject, at: Instance, weight: Any, risk: Any, data: st.DataObject) -> None:
    """No other weight does better, and steps either way cost the same."""
    size = EXACT.number(data.draw(rationals(Fraction(1, 4), Fraction(2))))
    step = data.draw(factors(at.d)) * size
    if data.draw(st.booleans()):
        step = step.transpose()
    of = subject.derivation.plain.risk_of
    here, ahead, behind = (of(w, at) for w in (weight, weight + step, weight - step))
    if ahead < here:
        raise Falsified("another weight does better", at, ahead, here)
    if ahead != behind:
        raise Falsified("the slope at the derived weight is not zero", at, ahead - behind, 0)


def rotation(subject: Subject, at: Instance, weight: Any, risk: Any, data: st.DataObject) -> None:
    """Rotating or permuting coordinates keeps the risk, and rotates a weight that is unique."""
    turn = data.draw(orthogonal_matrices(at.d))
    there = turned_by(turn, at)
    expected = turn * weight * turn.transpose()
    if subject.claim.unique_at(at) and subject.claim.weight_at(there) != expected:
        raise Falsified("the weight does not turn with the coordinates", at, expected, "-")
    if subject.claim.risk_at(there) != risk:
        raise Falsified("the risk changes under a rotation", at, "-", "-")


def scaling(subject: Subject, at: Instance, weight: Any, risk: Any, data: st.DataObject) -> None:
    """Labels in other units scale the risk by the square of the unit and leave the weight."""
    unit = EXACT.number(data.draw(rationals(Fraction(1, 3), Fraction(3))))
    units = units_of(subject.design)
    assert units is not None  # or else it does not apply
    there = units.multiplied(at, unit)
    if subject.claim.risk_at(there) != risk * unit**2:
        raise Falsified("the risk does not scale with the label's unit", at, "-", "-")
    if subject.claim.unique_at(at) and subject.claim.weight_at(there) != weight:
        raise Falsified("the weight changes with the label's unit", at, "-", "-")


def bounds(subject: Subject, at: Instance, weight: Any, risk: Any, data: st.DataObject) -> None:
    """Between the noise of the query's label and the risk of predicting zero."""
    zero = subject.derivation.plain.risk_of(weight * 0, at)
    floor = scalar_value(subject.design.noise_of_query**2, at.scalars, EXACT)
    if not floor <= risk <= zero:
        raise Falsified("the optimal risk leaves its bounds", at, f"{floor} to {zero}", risk)


def examples(subject: Subject, at: Instance, weight: Any, risk: Any, data: st.DataObject) -> None:
    """One more example does not raise the optimal risk, where it is like the others."""
    try:
        more = subject.claim.risk_at(at.with_examples(at.n + 1))
    except (ZeroDivisionError, Irrational):
        reject()
    if more > risk:
        raise Falsified("one more example raises the optimal risk", at, more, risk)


def turned_by(turn: Any, at: Instance) -> Instance:
    """An instance in other coordinates, by an orthogonal matrix."""
    back = turn.transpose()
    square = {k: turn * m * back for k, m in at.matrices.items() if m.nrows() == m.ncols()}
    vectors = {k: turn * m for k, m in at.matrices.items() if k not in square}
    roots = {k: turn * m * back for k, m in at.roots.items()}
    return replace(at, matrices=square | vectors, roots=roots)


PROPERTIES: dict[str, tuple[Check, Callable[[Subject], bool]]] = {
    "value": (value, lambda s: True),
    "optimality": (optimality, lambda s: True),
    "rotation": (rotation, lambda s: bool(s.design.covariances)),
    "scaling": (scaling, lambda s: units_of(s.design) is not None),
    "bounds": (bounds, lambda s: True),
    "examples": (examples, lambda s: not s.design.along_the_prompt & {i, n}),
}
