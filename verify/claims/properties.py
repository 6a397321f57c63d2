"""Witness: Hypothesis looks for an instance, or constants of the limit, where the claim fails.

Every property is exact at what is drawn. What an exact claim is compared with is solved for there;
along a limit it is the derived formula, at which the properties of the exact optimum look beside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import sympy
from hypothesis import reject
from hypothesis import strategies as st

from theory.designs.domain import Condition
from theory.designs.instance import Instance
from theory.errors import InputError, TheoryError
from theory.limits.leading import Regime
from theory.scalars.symbols import i, n
from verify.claims.equality import differ
from verify.claims.interpolation import exactly_or_not, falls
from verify.claims.limits import along, taken
from verify.claims.subject import Subject
from verify.derived import properties as optimum
from verify.derived.subject import Subject as Derived
from verify.derived.units import units_of
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.instances import is_defined
from verify.joined import joined
from verify.settings import Settings
from verify.strategies import instances, rationals, scalars
from verify.verdict import Finding, Verdict

NAME = "properties"
GROWING = (10**8, 10**16)
"""Two sizes d far out in a limit."""
Constants = dict[sympy.Symbol, sympy.Rational]


def examine(subject: Subject, settings: Settings) -> Finding:
    """The properties that say something about this claim, at drawn instances or constants."""
    regime = subject.record.claim.limit
    if regime is None:
        return _exact(subject, settings)
    try:
        limits = [taken(question, regime)[2] for question in subject.questions]
    except TheoryError as error:
        return exactly_or_not(NAME, partial(_exact, subject, settings), error)
    falling = {"falling error": partial(_falling, subject, regime, limits)}
    of_claim = hunt(falling, drawn_constants(regime), settings)
    if of_claim.verdict is not Verdict.HOLDS:
        return of_claim
    exact = optimum.examine(Derived(subject.record), settings)
    return joined(NAME, {"the claim": of_claim, "the exact optimum": exact})


def _exact(subject: Subject, settings: Settings) -> Finding:
    checks = {
        name: partial(p.check, subject) for name, p in PROPERTIES.items() if p.applies(subject)
    }
    drawn = instances(subject.design, subject.definite, most_n=8, most_d=optimum.MOST_D)
    return hunt(checks, drawn, settings)


@dataclass(frozen=True)
class Property:
    """A check at drawn instances, and the claims it says something about."""

    check: Callable[[Subject, Instance, st.DataObject], None]
    applies: Callable[[Subject], bool]


def value(subject: Subject, at: Instance, data: st.DataObject) -> None:
    """What is claimed is what solving for the optimum gives."""
    if not is_defined(at):
        reject()
    for question in subject.questions:
        try:
            exact, claimed = question.exact_at(at), question.claimed_at(at)
        except (ZeroDivisionError, InputError):
            reject()  # the optimum is not unique there, or the claim is not made there
        if differ(claimed, exact):
            raise Falsified(f"the claimed {question.quantity.value} is wrong", at, exact, claimed)


def _of_optimum(check: optimum.Check) -> Callable[[Subject, Instance, st.DataObject], None]:
    """A property of the optimum, seen at the claimed weight and risk."""

    def checked(subject: Subject, at: Instance, data: st.DataObject) -> None:
        optimum.where_defined(check, subject, at, data)

    return checked


def _rational(subject: Subject) -> bool:
    return not subject.has_roots


PROPERTIES: dict[str, Property] = {
    "value": Property(value, lambda s: True),
    "optimality": Property(
        _of_optimum(optimum.optimality),
        lambda s: _rational(s) and s.record.claim.weight is not None,
    ),
    "rotation": Property(
        _of_optimum(optimum.rotation), lambda s: _rational(s) and bool(s.design.covariances)
    ),
    "scaling": Property(
        _of_optimum(optimum.scaling), lambda s: _rational(s) and units_of(s.design) is not None
    ),
    "bounds": Property(_of_optimum(optimum.bounds), lambda s: _rational(s) and s.risk is not None),
    "examples": Property(
        _of_optimum(optimum.examples),
        lambda s: _rational(s) and s.risk is not None and not s.design.along_the_prompt & {i, n},
    ),
}


def drawn_constants(regime: Regime) -> st.SearchStrategy[Constants]:
    """Values of a limit's constants, positive squares, and of the parameters it leaves alone."""
    root = rationals(Fraction(1, 4), Fraction(3, 2), 4)
    constants = dict.fromkeys(regime.constants, root.map(lambda f: sympy.Rational(str(f)) ** 2))
    fixed = {p.symbol: scalars(p).map(lambda f: sympy.Rational(str(f))) for p in regime.fixed}
    return st.fixed_dictionaries({**constants, **fixed})


def _falling(
    subject: Subject,
    regime: Regime,
    limits: list[tuple[Condition, ...]],
    constants: Constants,
    data: st.DataObject,
) -> None:
    """The relative error of the claim is smaller far out than nearer."""
    for question, where in zip(subject.questions, limits, strict=True):
        places = along(question, regime, constants, GROWING, where)
        if places is None:
            reject()
        shown = ", ".join(f"{s} = {v}" for s, v in constants.items()) or regime.name
        falls(question.quantity.value, [error for _, error in places], shown)
