"""A claim about the optimal weight and risk of a predictor under a design, on trial."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from theory.algebra.words import Letter
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.optima.derivation import Derivation
from theory.records.optimal_risk import OptimalRisk
from theory.risks.claim import Claim
from verify.expected import Expected
from verify.instances import anywhere, random_matrix


@dataclass(frozen=True)
class Subject:
    """A claim on trial.

    Parameters
    ----------
    design, predictor
        What the claim is about.
    claim
        The claimed optimal weight and risk.
    derivation
        What the engine derived in its place.
    regular
        Covariances that the statement assumes positive definite.
    derived
        Whether ``claim`` is what was derived, the exact optimum.
    approximation
        What is claimed of it to leading order, where something is.
    """

    design: Design
    predictor: Predictor
    claim: Claim
    derivation: Derivation
    regular: tuple[str, ...] = ()
    derived: bool = False
    approximation: Claim | None = None

    kind: ClassVar[str] = "optimum"

    @staticmethod
    def of(statement: OptimalRisk) -> Subject:
        """The subject of a statement."""
        regular = () if statement.whitening is None else (statement.whitening.covariance,)
        return Subject(
            statement.design, statement.predictor, statement.claim, statement.derivation, regular
        )

    @property
    def weight(self) -> Letter:
        """The one d x d weight the risk is minimised in."""
        return self.derivation.plain.variable

    def expected(self, at: Instance) -> Expected:
        """The optimal risk at an instance: claimed, or exact where it was derived."""
        if not self.derived:
            return Expected.claim(self.claim.risk_at(at), self.derived_at(at)[1])
        beside = None if self.approximation is None else self.approximation.risk_at(at)
        return Expected.of(self.claim.risk_at(at), beside)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Claimed weight and risk, and the derived risk of a random weight."""
        at = anywhere(self.design, random)
        if at is None:
            return None
        risk = self.derivation.plain.risk_of(random_matrix(random, at.d, 9), at)
        return self.claim.weight_at(at), self.claim.risk_at(at), risk

    def derived_at(self, at: Instance) -> tuple[Any, Any]:
        """Derived optimal weight, as a d x d matrix, and risk."""
        weight, risk = self.derivation.plain.at(at.scalars, at.matrices, at.arithmetic)
        if not self.design.covariances:
            weight = at.arithmetic.identity(at.d) * weight
        return weight, risk
