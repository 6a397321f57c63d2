"""An optimum as it is derived, and as it is claimed: values that everything else compares."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import Any

import flint
import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.values import scalar_value
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.errors import Irrational
from theory.language.formulas.quantities import Quantity
from theory.optima.derivation import Derivation
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.optimum import Minimum, named
from theory.optima.sample_weights.weighted import Equal, Least, least, weighted
from theory.records.derived import Derived
from theory.records.theorem import Theorem
from theory.risks.claim import Claim
from verify.expected import Expected
from verify.instances import random_matrix
from verify.judge.question import Question

NO_RISK = (Quantity.WEIGHT, Quantity.COEFFICIENTS)
"""What has a risk, and is none."""


class Optimal:
    """What has an optimum to be looked at: derived from its design, or claimed of it."""

    record: Derived

    @property
    def design(self) -> Design:
        return self.record.design

    @property
    def predictor(self) -> Predictor:
        """What predicts: its free parameters are one d x d weight, or several scalars."""
        return self.record.file.predictor

    def named(self, weight: Any) -> dict[str, Any]:
        """The free parameters by name, from a d x d weight or from a column of scalars."""
        return named(self.predictor.weights, weight)

    def random_weight(self, random: Random, d: int, height: int) -> flint.fmpq_mat:
        """A d x d matrix, or a column of scalars, of integers in ``[-height, height]``."""
        if self.predictor.scalars:
            return random_matrix(random, len(self.predictor.weights), height, columns=1)
        return random_matrix(random, d, height)

    @property
    @abstractmethod
    def derivation(self) -> Derivation:
        """What the engine derives."""

    @property
    @abstractmethod
    def claim(self) -> Found | Asserted:
        """The optimum in question: its weight, in the convention without a scale, and its risk."""

    @abstractmethod
    def expected(self, at: Instance) -> Expected:
        """The optimal risk, called what it is: claimed, or exact."""

    @property
    def unanswered(self) -> Collection[str]:
        """No models are trained where it is not derived how low they get."""
        steps = self.predictor.scalars or models_are_steps(self.design).holds
        return () if steps else ("runs",)

    def weighted_at(self, at: Instance) -> Least | None:
        """The optimum of WPGD; None where it is that of PGD, and for other predictors."""
        if self.predictor.scalars:
            return None
        kind = weighted(self.design)
        return None if isinstance(kind, Equal) else least(kind, at)

    def omega_at(self, found: Least, at: Instance) -> tuple[Any, ...]:
        """The sample weights in question; ``found`` are the exact ones."""
        return found.of_examples(at)

    def expected_over_weights(self, found: Least, at: Instance) -> Expected:
        """The least risk over sample weights, called what it is; ``found`` is the exact one."""
        return Expected.of(found.risk)


@dataclass(frozen=True)
class Slip:
    """A mistake put into a derivation.

    Parameters
    ----------
    instance
        What is done to the instance at which the optimum is evaluated.
    weight, risk
        What is done to the optimal weight and to the optimal risk, at an instance.
    polynomial
        What is done to the risk polynomial.
    """

    name: str = "none"
    instance: Callable[[Instance], Instance] = lambda at: at
    weight: Callable[[Any, Instance], Any] = lambda weight, at: weight
    risk: Callable[[Any, Instance], Any] = lambda risk, at: risk
    polynomial: Callable[[TracePolynomial], TracePolynomial] = lambda polynomial: polynomial


RIGHT = Slip()
"""No mistake."""


@dataclass(frozen=True)
class Found:
    """The derived optimum, with a slip put into it."""

    derivation: Derivation
    slip: Slip = RIGHT

    def weight_at(self, at: Instance) -> Any:
        return self.slip.weight(self._minimum(at).matrix(at), at)

    def risk_at(self, at: Instance) -> Any:
        return self.slip.risk(self._minimum(at).risk, at)

    def unique_at(self, at: Instance) -> bool:
        return not self._minimum(at).others

    def _minimum(self, at: Instance) -> Minimum:
        there = self.slip.instance(at)
        return self.derivation.plain.minimum(there)


@dataclass(frozen=True)
class Asserted:
    """The optimum as it is claimed: of a weight alone its risk, of a risk the exact weight."""

    record: Theorem
    questions: tuple[Question, ...]

    def weight_at(self, at: Instance) -> Any:
        coefficients = [[claimed(q, at)] for q in self.of_coefficients]
        if coefficients:
            scale = scalar_value(self.record.scale, at.scalars, at.arithmetic)
            return at.arithmetic.matrix(coefficients) * scale
        if self.record.claim.weight is None:
            return Found(self.record.derivation).weight_at(at)
        scale = scalar_value(self.record.scale, at.scalars, at.arithmetic)
        return self._claimed(Quantity.WEIGHT, at) * scale

    def risk_at(self, at: Instance) -> Any:
        asked = self.of_risk
        if asked is None:
            return self.record.derivation.plain.risk_of(self.weight_at(at), at)
        value = self._claimed(asked.quantity, at)
        if asked.quantity is not Quantity.EXCESS:
            return value
        return value + scalar_value(
            self.record.design.noise_variance_of_query, at.scalars, at.arithmetic
        )

    @property
    def of_risk(self) -> Question | None:
        """What is claimed of the risk of PGD, or of what does no better."""
        asked = (q for q in self.questions if q.quantity not in NO_RISK and q.of_descent)
        return next(asked, None)

    @property
    def of_coefficients(self) -> tuple[Question, ...]:
        """What is claimed of the coefficients of several steps."""
        return tuple(q for q in self.questions if q.quantity is Quantity.COEFFICIENTS)

    def unique_at(self, at: Instance) -> bool:
        return Found(self.record.derivation).unique_at(at)

    def _claimed(self, quantity: Quantity, at: Instance) -> Any:
        (asked,) = (q for q in self.questions if q.quantity is quantity)
        return claimed(asked, at)


def claimed(question: Question, at: Instance) -> Any:
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
