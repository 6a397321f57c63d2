"""A claim about an optimal weight or risk, on trial.

Its checks are its own: the judge may find it right in a limit alone, and says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from verify.checks.on_trial import Break, Mutant, OnTrial
from verify.claims import derivation, interpolation, mutants, properties
from verify.claims.subject import Subject


@dataclass(frozen=True)
class ClaimedOptimum(Subject, OnTrial):
    """A claim of a file or of the command line."""

    @classmethod
    def own(cls, check: str) -> ModuleType | None:
        if check == "sampling":
            from verify.claims import sampling

            return sampling
        if check == "training":
            from verify.claims import training

            return training
        exact = (derivation, interpolation, properties)
        return {module.NAME: module for module in exact}.get(check)

    def mutants(self) -> Iterator[Mutant]:
        return mutants.mutants(self)

    def truths(self) -> Iterator[Mutant]:
        return mutants.truths(self)

    def breaks(self) -> Iterator[Break]:
        return mutants.breaks(self)
