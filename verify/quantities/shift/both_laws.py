"""What was derived of a design with another law at test, on trial: both optima, and the price."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from random import Random
from typing import Any

from theory.designs.law_at_test import alone
from theory.language.files.reading import DesignFile
from theory.records.derived import Derived
from verify.checks.on_trial import Grid, Measurement, Mutant, OnTrial, Property, TrainingRun
from verify.quantities.optimum.derived import DerivedOptimum
from verify.quantities.shift.price import PriceOnTrial
from verify.settings import Settings


@dataclass(frozen=True)
class BothLaws(OnTrial):
    """The optima under both laws, each as if it were alone, and the risk at test."""

    training: DerivedOptimum
    own: DerivedOptimum
    price: PriceOnTrial

    @staticmethod
    def of(statement: Derived) -> BothLaws:
        """That of a record of a design with another law at test."""
        law = statement.design.test
        assert law is not None
        training, own = (
            DerivedOptimum(Derived.of(DesignFile(alone(one), steps=statement.file.steps)))
            for one in (statement.design, law.design)
        )
        return BothLaws(training, own, PriceOnTrial(statement))

    @property
    def measured(self) -> str:  # type: ignore[override]
        return f"{self.training.measured}; {self.price.measured}"

    @property
    def unanswered(self) -> Collection[str]:
        return self.training.unanswered

    def grids(self, settings: Settings) -> Iterator[Grid]:
        proved = set()
        for grid in self.training.grids(settings):
            proved.add(grid.proves)
            yield grid
        for grid in self.own.grids(settings):
            said = "the same with the law at test in training's place"
            proves = said if grid.proves in proved else f"at test {grid.proves}"
            yield replace(grid, name=f"law at test: {grid.name}", proves=proves)
        yield from self.price.grids(settings)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        at_test = self.own.properties(settings).items()
        return {
            **self.training.properties(settings),
            **{f"{name} at test": one for name, one in at_test},
            **self.price.properties(settings),
        }

    def measurements(self, settings: Settings) -> Iterable[Measurement]:
        both = (self.training, self.price)
        return chain.from_iterable(one.measurements(settings) for one in both)

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        return self.training.runs(settings)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        return self.price.values(random)

    def mutants(self) -> Iterator[Mutant]:
        for mutant in self.training.mutants():
            yield replace(mutant, of=self.training)
        yield from self.price.mutants()
