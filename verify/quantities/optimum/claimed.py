"""A claim about the optimum of a design, on trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain
from random import Random
from typing import Any

import flint
import sympy
from hypothesis import strategies as st

from theory.algebra.values import scalar_value
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.errors import Irrational, TheoryError
from theory.language.formulas.degrees import has_root
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import inverted
from theory.language.formulas.values import Floats, value
from theory.limits.leading import Regime
from theory.optima.derivation import Derivation
from theory.optima.sample_weights.weighted import Least
from theory.risks.claim import Claim
from theory.scalars.rational import value_at
from verify.checks.on_trial import Break, Compared, Grid, Measurement, Property, TrainingRun
from verify.counterexamples import Falsified, Incomparable
from verify.expected import Expected
from verify.instances import anywhere
from verify.judge.at_test import AtTest
from verify.judge.equality import differ
from verify.judge.limits import STAYING, along, growing, point, staying, taken
from verify.judge.question import Question, each_example
from verify.judge.target import AtWeight
from verify.judge.target_weights import OfGroup, OfOmega, OfWeights
from verify.quantities.claim import MOST_D, ClaimOnTrial
from verify.quantities.optimum.behaviour import behaviour
from verify.quantities.optimum.confirmed import exactly, falls, followed
from verify.quantities.optimum.derived import DerivedOptimum
from verify.quantities.optimum.optimal import Optimal
from verify.quantities.optimum.slips import broken
from verify.quantities.optimum.weighted import of_sample_weights
from verify.quantities.shift.price import PriceOnTrial
from verify.settings import Settings
from verify.strategies import instances, rationals, scalars

GROUPS = Quantity.GROUP_WEIGHTS
NO_RISK = (Quantity.WEIGHT, Quantity.COEFFICIENTS)
"""What has a risk, and is none."""
FAR, NEAR = 10**48, Fraction(1, 1000)
"""A size at which leading terms are all there is, and how near values are then equal to them."""
ASIDE = Fraction(1, 30)
"""How far from the simple ones values are drawn, at which a leading term may vanish."""
DRAWN = 40
"""How many values of constants are drawn, to find some that occur together."""
GROWING = (10**8, 10**16)
"""Two sizes d far out in a limit."""


@dataclass(frozen=True)
class ClaimedOptimum(Optimal, ClaimOnTrial):
    """A claim about an optimal weight or risk, exactly or to leading order in a limit.

    In a limit, values at instances are those of the exact optimum: the claim itself is followed
    along the limit, and beside that the derived optimum is looked at as it would be alone.
    """

    @property
    def measured(self) -> str:  # type: ignore[override]
        which = "claimed" if self.regime is None else "exact"
        if self.predictor.scalars:
            return "the risk at the exact coefficients"
        if self.regime is None and not self.is_of_descent:
            of_weights = "value at the best sample weights"
            return of_weights if self.is_over_weights else PriceOnTrial.measured
        return f"value and slope at the {which} weight"

    @property
    def derivation(self) -> Derivation:
        """What the engine derives in the claim's place."""
        return self.record.derivation

    def weight_at(self, at: Instance) -> Any:
        """The weight as it is claimed exactly; that of a claimed risk is the exact one."""
        own = [[_claimed(q, at)] for q in self.of_coefficients]
        if not own and self.record.claim.weight is None:
            return self.minimum_at(at).matrix(at)
        scale = scalar_value(self.record.scale, at.scalars, at.arithmetic)
        return (at.arithmetic.matrix(own) if own else self._claimed(Quantity.WEIGHT, at)) * scale

    def risk_at(self, at: Instance) -> Any:
        """The risk as it is claimed exactly, or that of the claimed weight."""
        asked = self.of_risk
        if asked is None:
            return self.record.derivation.plain.risk_of(self.weight_at(at), at)
        value = self._claimed(asked.quantity, at)
        if asked.quantity is not Quantity.EXCESS:
            return value
        noise = self.design.noise_variance_of_query
        return value + scalar_value(noise, at.scalars, at.arithmetic)

    def _claimed(self, quantity: Quantity, at: Instance) -> Any:
        (asked,) = (q for q in self.questions if q.quantity is quantity)
        return _claimed(asked, at)

    @property
    def of_risk(self) -> Question | None:
        """What is claimed of the risk of PGD, or of what does no better."""
        asked = (q for q in self.questions if q.quantity not in NO_RISK and q.of_descent)
        return next(asked, None)

    @property
    def of_coefficients(self) -> tuple[Question, ...]:
        """What is claimed of the coefficients of several steps."""
        return tuple(q for q in self.questions if q.quantity is Quantity.COEFFICIENTS)

    @property
    def exact(self) -> DerivedOptimum:
        """The exact optimum, of which a limit is claimed."""
        return DerivedOptimum(self.record)

    @property
    def risk(self) -> sympy.Expr | None:
        """The claimed risk, also where the excess is claimed; None where neither is."""
        asked = self.of_risk
        if asked is None:
            return None
        claimed = asked.formula.expression
        return claimed + asked.noise if asked.quantity is Quantity.EXCESS else claimed

    @property
    def is_of_descent(self) -> bool:
        """Whether anything is claimed of the optimum of PGD."""
        own = self.record.claim.weight is not None or self.of_risk is not None
        return own or bool(self.of_coefficients)

    @property
    def of_test(self) -> list[Question]:
        """What is claimed of the risk at test."""
        return [q for q in self.questions if isinstance(q.target, AtTest)]

    @property
    def is_over_weights(self) -> bool:
        """Whether anything is claimed of sample weights or of their least risk."""
        return any(isinstance(q.target, OfWeights | OfOmega | OfGroup) for q in self.questions)

    def omega_at(self, found: Least, at: Instance) -> tuple[Any, ...]:
        """The sample weights to sample at: those claimed, with a factor from the exact ones."""
        exact = found.of_examples(at)
        groups = [f for one, f in self.record.claim.entries if one.quantity is GROUPS]
        asked = next((q for q in self.questions if q.quantity is Quantity.OMEGA), None)
        if groups:
            pairs = zip(groups, at.rows.values(), strict=True)
            own = [value(f.tree, Floats.at(at)) for f, rows in pairs for _ in rows]
        elif asked is not None:
            own = [value(asked.formula.tree, Floats.at(one)) for one in each_example(at)]
        else:
            return exact
        overlap = sum(a * b for a, b in zip(own, exact, strict=True))
        return tuple(w * overlap / sum(v * v for v in own) for w in own)

    @property
    def has_roots(self) -> bool:
        """Whether there is a root of a scalar in it, so that values may be irrational."""
        return any(has_root(q.formula.tree, q.matrices) for q in self.questions)

    @property
    def definite(self) -> tuple[str, ...]:
        """Covariances that it is about only where they are positive definite: it inverts them."""
        found = (inverted(q.formula.tree) for q in self.questions)
        return tuple(sorted(frozenset().union(*found) & set(self.design.covariances)))

    def expected(self, at: Instance) -> Expected:
        """The claimed optimal risk, or that of the claimed weight, beside the exact one."""
        exact = self.minimum_at(at).risk
        if not self.is_of_descent:
            return Expected.of(exact)
        return Expected.claim(self.risk_at(at), exact)

    def expected_over_weights(self, found: Least, at: Instance) -> Expected:
        asked = next((q for q in self.questions if isinstance(q.target, OfWeights)), None)
        if asked is None:
            return Expected.of(found.risk)
        return Expected.claim(_claimed(asked, at), found.risk)

    def grids(self, settings: Settings) -> Iterable[Grid]:
        self.derivable()
        if self.regime is None:
            return exactly(self, settings)
        try:
            limit = followed(self, self.regime)
        except TheoryError as why:
            return self._exact_instead(settings, why)
        return chain((limit,), self.exact.grids(settings))

    def _exact_instead(self, settings: Settings, why: TheoryError) -> list[Grid]:
        """Where the limit cannot be taken, a claim in it holds where it is exact."""
        if any(question.held for question in self.questions):
            raise Incomparable(f"the limit cannot be taken: {why}")
        try:
            found = list(exactly(self, settings))
        except Falsified:
            found = []
        if not found:
            raise Incomparable(f"the limit cannot be taken: {why}")
        return found

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        self.derivable()
        if self.regime is not None:
            try:
                own = falling(self.questions, self.regime)
            except TheoryError as why:
                self._exact_instead(settings, why)
            else:
                return {**own, **self.exact.properties(settings)}
        places = instances(self.design, self.definite, most_n=8, most_d=MOST_D)
        found = behaviour(self, places) if self.is_of_descent and not self.has_roots else {}
        if self.record.claim.weight is None:
            found.pop("optimality", None)
        if self.risk is None:
            for name in ("bounds", "examples"):
                found.pop(name, None)
        found |= of_sample_weights(self, places)
        if self.of_test:
            found["price"] = Property(places, self.no_less)
        return {**found, "value": Property(places, self.value)}

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.optimum.numeric import measurements, over_weights
        from verify.quantities.shift.numeric import at_test

        if any(question.underivable for question in self.questions):
            return iter(())
        if self.regime is not None:
            beside = at_test(self, settings) if self.of_test else ()
            return chain(measurements(self.exact, settings), beside)
        both = (
            (self.is_of_descent, measurements),
            (self.is_over_weights, over_weights),
            (bool(self.of_test), at_test),
        )
        return chain.from_iterable(made(self, settings) for asked, made in both if asked)

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        from verify.quantities.optimum.numeric import runs

        if any(question.underivable for question in self.questions):
            return iter(())
        return runs(self if self.regime is None else self.exact, settings)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """What is claimed, at an instance; in a limit, to leading order far out in it."""
        if self.regime is not None:
            return far_out(self.questions, self.design, self.regime, random)
        at = anywhere(self.design, random)
        return None if at is None else tuple(Value(_told_apart(q, at)) for q in self.questions)

    def breaks(self) -> Iterator[Break]:
        return broken(self)


def _claimed(question: Question, at: Instance) -> Any:
    """What is claimed at an instance, exact or floating, in its arithmetic.

    Raises :class:`~theory.errors.Irrational` where that does not have it.
    """
    quantity, expression = question.quantity, question.formula.expression
    if not at.exact:
        if quantity is Quantity.WEIGHT:
            return Claim(expression, sympy.Integer(0)).weight_at(at)
        return Claim(sympy.Integer(0), expression).risk_at(at)
    value = question.claimed_at(at)
    if isinstance(value, flint.arb | flint.arb_mat):
        raise Irrational(f"the claimed {quantity.value} is irrational at {at}")
    return value


def _told_apart(question: Question, at: Instance) -> Any:
    """What tells claims from one another: their values, or the risk of a weight of many."""
    claimed = question.claimed_at(at)
    if question.quantity is not Quantity.WEIGHT or not question.derivation.plain.leaves_open:
        return claimed
    scale = scalar_value(question.file.scale, at.scalars, at.arithmetic)
    return question.derivation.plain.risk_of(claimed * scale, at)


def far_out(
    asked: Iterable[Question], design: Design, regime: Regime, random: Random
) -> tuple[Any, ...] | None:
    """What is claimed to leading order, far out in a limit; None for no place.

    Of a risk at a weight what is derived there as well, since the weight is part of the claim.
    """
    (far,) = growing(design, [FAR])
    drawn = (point(design, regime, _somewhere(regime, random), far) for _ in range(DRAWN))
    there = next((place for place in drawn if place is not None), None)
    claims = [
        side
        for q in asked
        for side in (q.claimed, *([q.exact] if isinstance(q.target, AtWeight) else []))
    ]
    if there is None or any(claim is None for claim in claims):
        return None
    values = [value_at(claim, there) for claim in claims]
    if not all(value.is_real and value.is_finite for value in values):
        raise ZeroDivisionError("no real number there")
    return tuple(map(LeadingTerm, values))


def _somewhere(regime: Regime, random: Random) -> Constants:
    """Random values of what stays fixed in a limit."""
    constants = {c: sympy.Rational(random.randint(1, 9), 4) ** 2 for c in regime.constants}
    sizes = {size: sympy.Integer(random.choice(STAYING)) for size in staying(regime)}
    return {**constants, **sizes} | {
        p.symbol: sympy.Rational(str(p.at(Fraction(step, 10) + ASIDE, Fraction(step, 3) + ASIDE)))
        for p in regime.fixed
        for step in (random.randint(1, 9),)
    }


Constants = dict[sympy.Symbol, sympy.Rational]


def constants_drawn(regime: Regime) -> st.SearchStrategy[Constants]:
    """Values of a limit's constants, positive squares, and of what it leaves alone."""
    root = rationals(Fraction(1, 4), Fraction(3, 2), 4)
    constants = dict.fromkeys(regime.constants, root.map(lambda f: sympy.Rational(str(f)) ** 2))
    fixed = {p.symbol: scalars(p).map(lambda f: sympy.Rational(str(f))) for p in regime.fixed}
    sizes = dict.fromkeys(staying(regime), st.sampled_from(STAYING).map(sympy.Integer))
    return st.fixed_dictionaries({**constants, **fixed, **sizes})


def falling(asked: Iterable[Question], regime: Regime) -> dict[str, Property]:
    """That the relative error of what is claimed in a limit falls.

    Raises :class:`~theory.errors.TheoryError` where the limit cannot be taken.
    """
    limits = {question: taken(question, regime)[2] for question in asked}
    return {"falling error": Property(constants_drawn(regime), partial(_falling, regime, limits))}


def _falling(
    regime: Regime,
    limits: Mapping[Question, Any],
    constants: Constants,
    data: st.DataObject,
) -> Iterator[Compared]:
    """The relative error of the claim is smaller far out than nearer."""
    for question, where in limits.items():
        sizes = growing(question.design, GROWING)
        places = along(question, regime, constants, sizes, where)
        if places is None:
            return
        at = ", ".join(f"{s} = {v}" for s, v in constants.items()) or regime.name
        yield falls(question.key, [error for _, error in places], at)


@dataclass(frozen=True, eq=False)
class Value:
    """A claimed value; another equals it where the two are not seen to differ."""

    value: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value):
            return False
        values = (self.value, other.value)
        ball = isinstance(self.value, flint.arb | flint.arb_mat)
        return not differ(*(values if ball else reversed(values)))


@dataclass(frozen=True, eq=False)
class LeadingTerm:
    """A value at the size FAR; another equals it where both have the same leading term."""

    value: sympy.Expr

    def __eq__(self, other: object) -> bool:
        near = sympy.Rational(NEAR) * abs(self.value)
        return isinstance(other, LeadingTerm) and bool(abs(self.value - other.value) <= near)
