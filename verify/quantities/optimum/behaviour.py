"""How an optimum has to behave at every instance, in exact rational arithmetic.

The risk is evaluated as a polynomial in the weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import sympy
from hypothesis import strategies as st

from theory.algebra.values import scalar_value
from theory.designs.design import IDENTITY, Design
from theory.designs.instance import Instance
from theory.designs.predictors import polynomial
from theory.errors import Irrational
from theory.optima.derivation import derive
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.symbols import i, n
from verify.checks.on_trial import Compared, Property
from verify.instances import is_defined
from verify.quantities.optimum.optimal import Optimal
from verify.strategies import columns, factors, orthogonal_matrices, rationals

Check = Callable[[Any, Instance, Any, Any, st.DataObject], Iterator[Compared]]


def behaviour(subject: Any, places: st.SearchStrategy[Instance]) -> dict[str, Property]:
    """Every property that says something about an optimum, at drawn instances."""
    solved = Solved(subject)
    return {
        name: Property(places, partial(_where_defined, check, solved))
        for name, (check, applies) in BEHAVIOUR.items()
        if applies(subject)
    }


class Solved:
    """The optimum at an instance, for all that is asked about it there one after the other."""

    def __init__(self, subject: Any):
        self.subject = subject
        self._at: Instance | None = None
        self._found: tuple[Any, Any] | None = None

    def at(self, at: Instance) -> tuple[Any, Any] | None:
        """Weight and risk; None where they are not defined."""
        if at is not self._at:
            self._at, self._found = at, self._solved(at)
        return self._found

    def _solved(self, at: Instance) -> tuple[Any, Any] | None:
        if not is_defined(at):
            return None
        try:
            return self.subject.weight_at(at), self.subject.risk_at(at)
        except (ZeroDivisionError, Irrational):
            return None


def _where_defined(
    check: Check, solved: Solved, at: Instance, data: st.DataObject
) -> Iterator[Compared]:
    """A check at an instance where the optimum is defined."""
    found = solved.at(at)
    if found is not None:
        yield from check(solved.subject, at, *found, data)


def value(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """The risk of the optimal weight is the optimal risk."""
    exact = subject.derivation.plain.risk_of(weight, at)
    yield Compared("the risk at the weight in question is another one", at, exact, risk)


def optimality(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """No other weight does better, and steps either way cost the same."""
    size = EXACT.number(data.draw(rationals(Fraction(1, 4), Fraction(2))))
    step = data.draw(columns(weight.nrows()) if subject.predictor.scalars else factors(at.d)) * size
    if not subject.predictor.scalars and data.draw(st.booleans()):
        step = step.transpose()
    of = subject.derivation.plain.risk_of
    here, ahead, behind = (of(w, at) for w in (weight, weight + step, weight - step))
    yield Compared("another weight does better", at, ahead, here, ahead >= here)
    yield Compared("the slope at the weight in question is not zero", at, 0, ahead - behind)


def rotation(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """Rotating or permuting coordinates keeps the risk, and rotates a weight that is unique."""
    turn = data.draw(orthogonal_matrices(at.d))
    there = turned_by(turn, at)
    if subject.unique_at(at):
        scalars = subject.predictor.scalars
        turned = weight if scalars else turn * weight * turn.transpose()
        what = "the weight does not turn with the coordinates"
        yield Compared(what, at, turned, subject.weight_at(there))
    yield Compared("the risk changes under a rotation", at, risk, subject.risk_at(there))


def scaling(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """Labels in other units scale the risk by the square of the unit and leave the weight."""
    unit = EXACT.number(data.draw(rationals(Fraction(1, 3), Fraction(3))))
    units = units_of(subject.design)
    assert units is not None  # or else it does not apply
    there = units.multiplied(at, unit)
    what = "the risk does not scale with the label's unit"
    yield Compared(what, at, risk * unit**2, subject.risk_at(there))
    if subject.unique_at(at):
        what = "the weight changes with the label's unit"
        yield Compared(what, at, weight, subject.weight_at(there))


def bounds(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """Between the noise of the query's label and the risk of predicting zero."""
    zero = subject.derivation.plain.risk_of(weight * 0, at)
    floor = scalar_value(subject.design.noise_variance_of_query, at.scalars, EXACT)
    what = "the optimal risk leaves its bounds"
    yield Compared(what, at, f"{floor} to {zero}", risk, floor <= risk <= zero)


def examples(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """One more example does not raise the optimal risk, where it is like the others."""
    try:
        more = subject.risk_at(at.with_examples(at.n + 1))
    except (ZeroDivisionError, Irrational):
        return
    yield Compared("one more example raises the optimal risk", at, more, risk, more <= risk)


def fewer(
    subject: Optimal, at: Instance, weight: Any, risk: Any, data: st.DataObject
) -> Iterator[Compared]:
    """A step less does not lower the optimal risk: its polynomials are among these."""
    one_less = derive(subject.design, polynomial(len(subject.predictor.weights) - 1))
    try:
        less = one_less.plain.minimum(at).risk
    except ZeroDivisionError:
        return
    yield Compared("a step less has a lower optimal risk", at, less, risk, less >= risk)


def turned_by(turn: Any, at: Instance) -> Instance:
    """An instance in other coordinates, by an orthogonal matrix."""
    back = turn.transpose()
    square = {k: turn * m * back for k, m in at.matrices.items() if m.nrows() == m.ncols()}
    vectors = {k: turn * m for k, m in at.matrices.items() if k not in square}
    roots = {k: turn * m * back for k, m in at.roots.items()}
    return replace(at, matrices=square | vectors, roots=roots)


BEHAVIOUR: dict[str, tuple[Check, Callable[[Any], bool]]] = {
    "value": (value, lambda s: True),
    "optimality": (optimality, lambda s: True),
    "rotation": (rotation, lambda s: bool(s.design.covariances)),
    "scaling": (scaling, lambda s: units_of(s.design) is not None),
    "bounds": (bounds, lambda s: True),
    "examples": (
        # the mean over those that leave one example out is of one step where each is
        examples,
        lambda s: not s.predictor.scalars and not s.design.along_the_prompt & {i, n},
    ),
    "fewer steps": (fewer, lambda s: s.predictor.scalars),
}


@dataclass(frozen=True)
class LabelUnits:
    """What is measured in the units of the label.

    Parameters
    ----------
    parameters
        Parameters of the noise.
    covariances
        Covariances of the task, which are in squared units.
    """

    parameters: frozenset[str]
    covariances: frozenset[str]

    def multiplied(self, at: Instance, by: Any) -> Instance:
        """An instance whose labels are ``by`` times as large."""

        def times(table: Mapping[str, Any], names: frozenset[str], factor: Any) -> dict[str, Any]:
            return {k: v * factor if k in names else v for k, v in table.items()}

        return replace(
            at,
            scalars=times(at.scalars, self.parameters, by),
            matrices=times(at.matrices, self.covariances, by**2),
            roots=times(at.roots, self.covariances, by),
        )


def units_of(design: Design) -> LabelUnits | None:
    """What of a design to multiply so that its labels are multiplied; None for no such thing.

    >>> from theory.language.gallery import designs
    >>> units_of(designs.independent), units_of(designs.rag)
    (LabelUnits(parameters=frozenset({'sigma'}), covariances=frozenset({'Sigma_beta'})), None)
    """
    if design.means:
        return None  # those of the task would grow as well
    covariance = dict((*design.prompt, *design.example))
    tasks = (*(group.task for group in design.groups), design.task_of_query)
    task = frozenset().union(*(c.vectors for c in tasks))
    others = covariance.keys() - task
    own = frozenset(covariance[v] for v in task)
    features = frozenset().union(*(group.features.vectors for group in design.groups))
    terms = design.combinations
    taken = {covariance[v] for v in others} | {
        m for c in terms for t in c.terms for m in t.matrices
    }
    if design.random or design.labels or task & (design.query.vectors | features):
        return None
    if not own or own & (taken | {IDENTITY}):
        return None
    made = {name for one in design.defined for name, _ in one.powers}
    fixed = {p.name for p in design.projections} | {one.name for one in design.defined}
    if own & (made | fixed):  # they cannot be multiplied, or others change with them
        return None
    noises = design.noises
    parameters = frozenset().union(*(noise.free_symbols for noise in noises))
    elsewhere = frozenset().union(
        *(c.symbols for c in terms),
        *(scale.free_symbols for scale in design.label_scales),
        *(group.count.free_symbols for group in design.groups),
    )
    unit = sympy.Dummy("unit")
    larger = {s: unit * s for s in parameters}
    linear = all(is_zero(noise.xreplace(larger) - unit * noise) for noise in noises)
    if not linear or parameters & elsewhere:
        return None
    return LabelUnits(frozenset(s.name for s in parameters), own)
