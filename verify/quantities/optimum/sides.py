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
from theory.risks.claim import Claim
from verify.expected import Expected
from verify.instances import random_matrix
from verify.judge.question import Question


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

    @abstractmethod
    def weight_at(self, at: Instance) -> Any:
        """The weight in question, d x d or a column, in the convention without a scale."""

    @abstractmethod
    def risk_at(self, at: Instance) -> Any:
        """The risk in question."""

    def minimum_at(self, at: Instance) -> Minimum:
        """What the engine derives at an instance."""
        return self.derivation.plain.minimum(at)

    def unique_at(self, at: Instance) -> bool:
        """Whether no other weight was seen to have the optimal risk."""
        return not self.minimum_at(at).others

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
