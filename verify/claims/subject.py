"""A claim about a design on trial, right or with a slip in one of its formulas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar, Self

import flint
import sympy

from theory.algebra.values import scalar_value
from theory.algebra.words import Letter
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor, pgd
from theory.errors import Irrational
from theory.language.formulas.claims import Formula
from theory.language.formulas.degrees import has_root
from theory.language.formulas.scope import Meaning
from theory.language.formulas.tree import inverted
from theory.optima.derivation import Derivation
from theory.optima.sample_weights.weighted import Equal, Least, least, weighted
from theory.records.theorem import Theorem
from theory.risks.claim import Claim
from theory.scalars.rational import value_at
from verify.claims.equality import differ
from verify.claims.limits import point
from verify.claims.question import Quantity, Question, questions
from verify.expected import Expected
from verify.instances import anywhere

NOUGHT = sympy.Integer(0)
FAR, NEAR = 10**12, Fraction(1, 1000)
"""A size at which leading terms are all there is, and how near values are then equal to them."""


@dataclass(frozen=True)
class Asserted:
    """The optimum as it is claimed: of a weight alone its risk, of a risk alone the exact weight.

    Parameters
    ----------
    subject
        An exact claim.
    """

    subject: Subject

    def weight_at(self, at: Instance) -> Any:
        """The optimal weight as a d x d matrix, in the convention without a scale."""
        if self.subject.record.claim.weight is None:
            return self.subject.optimum_at(at)[0]
        scale = scalar_value(self.subject.record.scale, at.scalars, at.arithmetic)
        return self._claimed(Quantity.WEIGHT, at) * scale

    def risk_at(self, at: Instance) -> Any:
        """The optimal risk."""
        claim = self.subject.record.claim
        if claim.risk is not None:
            return self._claimed(Quantity.RISK, at)
        if claim.excess is None:
            return self.subject.derivation.plain.risk_of(self.weight_at(at), at)
        noise = scalar_value(self.subject.noise, at.scalars, at.arithmetic)
        return self._claimed(Quantity.EXCESS, at) + noise

    def unique_at(self, at: Instance) -> bool:
        """Whether no other weight was seen to have the optimal risk."""
        plain = self.subject.derivation.plain
        return not plain.minimum(at.scalars, at.matrices, at.arithmetic).others

    def _claimed(self, quantity: Quantity, at: Instance) -> Any:
        if not at.exact:
            formula: Formula = getattr(self.subject.record.claim, quantity.value)
            if quantity is Quantity.WEIGHT:
                return Claim(formula.expression, NOUGHT).weight_at(at)
            return Claim(NOUGHT, formula.expression).risk_at(at)
        (asked,) = (q for q in self.subject.questions if q.quantity is quantity)
        value = asked.claimed_at(at)
        if isinstance(value, flint.arb | flint.arb_mat):
            raise Irrational(f"the claimed {quantity.value} is irrational at {at}")
        return value


@dataclass(frozen=True)
class Subject:
    """A claim on trial.

    Parameters
    ----------
    record
        The claim, with its design and all that is derived from it.
    """

    record: Theorem

    predictor: ClassVar[Predictor] = pgd

    @classmethod
    def of(cls, statement: Theorem) -> Self:
        """The subject of a record."""
        return cls(statement)

    @property
    def design(self) -> Design:
        return self.record.design

    @property
    def derivation(self) -> Derivation:
        """What the engine derives in the claim's place."""
        return self.record.derivation

    @property
    def weight(self) -> Letter:
        """The one d x d weight the risk is minimised in."""
        return self.derivation.plain.variable

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is claimed, formula by formula."""
        return questions(self.record.file, self.record.claim)

    @property
    def noise(self) -> sympy.Expr:
        """The variance of the query's noise, by which risk and excess differ."""
        return (self.design.noise_of_query**2).xreplace(self.design.settled)

    @property
    def risk(self) -> sympy.Expr | None:
        """The claimed risk, also where the excess is claimed; None where neither is."""
        claim = self.record.claim
        if claim.risk is not None:
            return claim.risk.expression
        return None if claim.excess is None else claim.excess.expression + self.noise

    @property
    def claim(self) -> Asserted:
        """The optimum as it is claimed, for a claim that is exact."""
        return Asserted(self)

    @property
    def has_roots(self) -> bool:
        """Whether there is a root of a scalar in it, so that values may be irrational."""
        return any(has_root(q.formula.tree, q.matrices) for q in self.questions)

    @property
    def definite(self) -> tuple[str, ...]:
        """Covariances that it is about only where they are positive definite: it inverts them."""
        found = (inverted(q.formula.tree) for q in self.questions)
        return tuple(sorted(frozenset().union(*found) & set(self.design.covariances)))

    @property
    def as_exact(self) -> Self:
        """The same, claimed of exact values."""
        exact = replace(self.record.claim, limit=None)
        return replace(self, record=replace(self.record, claim=exact))

    @property
    def names(self) -> dict[str, Meaning]:
        """What may stand in its formulas: the design's names, and the claim's own."""
        own = {one.name: one.meaning for one in self.record.claim.where}
        return self.questions[0].names | own

    def optimum_at(self, at: Instance) -> tuple[Any, Any]:
        """Optimal weight (d x d, without a scale) and risk, solved for at an instance.

        Raises ZeroDivisionError where they are not unique.
        """
        weight, risk = self.derivation.plain.at(at.scalars, at.matrices, at.arithmetic)
        if not hasattr(weight, "transpose"):
            weight = at.arithmetic.identity(at.d) * weight
        return weight, risk

    def expected(self, at: Instance) -> Expected:
        """The claimed optimal risk, or that of the claimed weight, beside the exact one."""
        return Expected.claim(self.claim.risk_at(at), self.optimum_at(at)[1])

    def weighted_at(self, at: Instance) -> Least | None:
        """The optimum of WPGD; None where it is that of PGD."""
        kind = weighted(self.design)
        return None if isinstance(kind, Equal) else least(kind, at)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """What is claimed, at an instance; in a limit, to leading order far out in it."""
        if self.record.claim.limit is not None:
            return self._far(random)
        at = anywhere(self.design, random)
        return None if at is None else tuple(Value(q.claimed_at(at)) for q in self.questions)

    def _far(self, random: Random) -> tuple[Any, ...] | None:
        regime = self.record.claim.limit
        assert regime is not None
        constants = {c: sympy.Rational(random.randint(1, 9), 4) ** 2 for c in regime.constants}
        constants |= {
            p.symbol: sympy.Rational(str(p.at(Fraction(step, 10), Fraction(step, 3))))
            for p in regime.fixed
            for step in (random.randint(1, 9),)
        }
        there = point(self.design, regime, constants, FAR)
        claims = [q.claimed for q in self.questions]
        if there is None or any(claim is None for claim in claims):
            return None
        values = [value_at(claim, there) for claim in claims]
        if not all(value.is_real and value.is_finite for value in values):
            raise ZeroDivisionError("no real number there")
        return tuple(map(LeadingTerm, values))


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
