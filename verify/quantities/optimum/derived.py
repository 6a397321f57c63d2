"""What was derived from a design, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from theory.designs.instance import Instance
from theory.optima.derivation import Derivation
from theory.records.derived import Derived
from theory.records.theorem import Theorem
from verify.checks.on_trial import Grid, Measurement, Mutant, OnTrial, Property, TrainingRun
from verify.expected import Expected
from verify.instances import anywhere
from verify.quantities.optimum.behaviour import MOST_D, behaviour
from verify.quantities.optimum.grids import grids
from verify.quantities.optimum.mistakes import mistakes
from verify.quantities.optimum.sides import RIGHT, Found, Optimal, Slip
from verify.settings import Settings
from verify.strategies import instances


@dataclass(frozen=True)
class DerivedOptimum(Optimal, OnTrial):
    """What was derived from a design, right or with a slip put into it.

    Nothing is claimed that it could be compared with for all sizes.

    Parameters
    ----------
    record
        The design, with all that is derived from it.
    slip
        What is wrong on purpose; nothing, where the derivation itself is on trial.
    """

    record: Derived
    slip: Slip = RIGHT

    @property
    def measured(self) -> str:  # type: ignore[override]
        if self.predictor.scalars:
            return "the risk at the exact coefficients"
        return "value and slope at the exact weight"

    @staticmethod
    def of(statement: Derived) -> DerivedOptimum:
        """That of a record."""
        return DerivedOptimum(statement)

    @property
    def derivation(self) -> Derivation:
        """What was derived for the predictor, with the slip in its risk polynomial."""
        found = self.record.derivation
        changed = self.slip.polynomial(found.plain.polynomial)
        return replace(found, plain=replace(found.plain, polynomial=changed))

    @property
    def claim(self) -> Found:
        return Found(self.derivation, self.slip)

    def expected(self, at: Instance) -> Expected:
        """The derived optimal risk, beside what a theorem claims of it to leading order."""
        claimed = self.record.claimed_risk_at(at) if isinstance(self.record, Theorem) else None
        return Expected.of(self.claim.risk_at(at), claimed)

    def grids(self, settings: Settings) -> Iterator[Grid]:
        return grids(self, settings)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        return behaviour(self, instances(self.design, most_n=8, most_d=MOST_D))

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.optimum.numeric import measurements

        return measurements(self, settings)

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        from verify.quantities.optimum.numeric import runs

        return runs(self, settings)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Optimal weight and risk, and the risk of a random weight."""
        at = anywhere(self.design, random)
        if at is None:
            return None
        risk = self.derivation.plain.risk_of(self.random_weight(random, at.d, 9), at)
        return self.claim.weight_at(at), self.claim.risk_at(at), risk

    def mutants(self) -> Iterator[Mutant]:
        for slip in mistakes(self.record):
            yield Mutant(slip.name, replace(self, slip=slip))
