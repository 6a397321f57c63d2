"""What was derived from a design, on trial, right or with a slip put into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, ClassVar, Protocol, Self

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.words import Letter
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor, pgd
from theory.optima.derivation import Derivation
from theory.optima.minimisation import Minimum
from theory.optima.sample_weights.weighted import Equal, Least, least, weighted
from theory.records.derived import Derived
from theory.records.theorem import Theorem
from verify.expected import Expected, Weighed
from verify.instances import anywhere, random_matrix


@dataclass(frozen=True)
class Slip:
    """A mistake put into a derivation.

    Parameters
    ----------
    name
        In words.
    instance
        What is done to the instance at which the optimum is evaluated.
    weight, risk
        What is done to the optimal weight (d x d) and to the optimal risk, at an instance.
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


class Optimal(Weighed, Protocol):
    """An optimum that can be trained for as well: derived, or claimed."""

    @property
    def design(self) -> Design: ...
    def weighted_at(self, at: Instance) -> Least | None:
        """The optimum of WPGD; None where it is that of PGD."""


@dataclass(frozen=True)
class Found:
    """The derived optimum, as a claim that can be evaluated."""

    derivation: Derivation
    slip: Slip

    def weight_at(self, at: Instance) -> Any:
        """An optimal weight as a d x d matrix, in the convention without a scale."""
        weight = self._minimum(at).weight
        if not hasattr(weight, "transpose"):
            weight = at.arithmetic.identity(at.d) * weight
        return self.slip.weight(weight, at)

    def risk_at(self, at: Instance) -> Any:
        """The optimal risk."""
        return self.slip.risk(self._minimum(at).risk, at)

    def unique_at(self, at: Instance) -> bool:
        """Whether no other weight was seen to have the optimal risk."""
        return not self._minimum(at).others

    def _minimum(self, at: Instance) -> Minimum:
        there = self.slip.instance(at)
        return self.derivation.plain.minimum(there.scalars, there.matrices, there.arithmetic)


@dataclass(frozen=True)
class Subject:
    """What was derived from a design, on trial.

    Parameters
    ----------
    record
        The design, with all that is derived from it.
    slip
        What is wrong on purpose; nothing, where the derivation itself is on trial.
    """

    record: Derived
    slip: Slip = RIGHT

    predictor: ClassVar[Predictor] = pgd
    regular: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, statement: Derived) -> Self:
        """The subject of a record."""
        return cls(statement)

    @property
    def design(self) -> Design:
        return self.record.design

    @property
    def derivation(self) -> Derivation:
        """What was derived for PGD, with the slip in its risk polynomial."""
        found = self.record.derivation
        changed = self.slip.polynomial(found.plain.polynomial)
        return replace(found, plain=replace(found.plain, polynomial=changed))

    @property
    def claim(self) -> Found:
        """The derived optimum."""
        return Found(self.derivation, self.slip)

    @property
    def weight(self) -> Letter:
        """The one d x d weight the risk is minimised in."""
        return self.record.derivation.plain.variable

    def expected(self, at: Instance) -> Expected:
        """The derived optimal risk, beside what a theorem claims of it to leading order."""
        claimed = self.record.claimed_risk_at(at) if isinstance(self.record, Theorem) else None
        return Expected.of(self.claim.risk_at(at), claimed)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Optimal weight and risk, and the risk of a random weight."""
        at = anywhere(self.design, random)
        if at is None:
            return None
        risk = self.derivation.plain.risk_of(random_matrix(random, at.d, 9), at)
        return self.claim.weight_at(at), self.claim.risk_at(at), risk

    def weighted_at(self, at: Instance) -> Least | None:
        """The optimum of WPGD; None where it is that of PGD."""
        kind = weighted(self.design)
        return None if isinstance(kind, Equal) else least(kind, at)
