"""What is derived from a design of which nothing is claimed, on trial with checks of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from verify.checks.on_trial import Mutant, OnTrial
from verify.derived import interpolation, mutants, properties
from verify.derived.subject import Subject


@dataclass(frozen=True)
class DerivedOptimum(Subject, OnTrial):
    """The derived weight and risk of a user's design."""

    @classmethod
    def own(cls, check: str) -> ModuleType | None:
        if check == "sampling":
            from verify.derived import sampling

            return sampling
        if check == "training":
            from verify.derived import training

            return training
        return {"interpolation": interpolation, "properties": properties}.get(check)

    def mutants(self) -> Iterator[Mutant]:
        return mutants.mutants(self)
