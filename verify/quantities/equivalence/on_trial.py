"""Models compared with the gradient steps they contain, on trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import Containment
from theory.records.equal_predictors import Equivalence
from verify.checks.on_trial import (
    Break,
    Compared,
    Equality,
    Grid,
    Measurement,
    Mutant,
    Node,
    OnTrial,
    Property,
    TrainingRun,
)
from verify.instances import random_instance
from verify.outcome.verdict import Vacuous
from verify.quantities.equivalence import coordinates, engine
from verify.quantities.equivalence.behaviour import (
    family,
    inclusion,
    never_below,
    patterns,
    permuted,
    split,
)
from verify.quantities.equivalence.equalities import contained_and_split, families, order_of_weights
from verify.quantities.equivalence.gains import breaks
from verify.quantities.equivalence.slips import relatives, slips
from verify.quantities.equivalence.written import contained
from verify.settings import Level, Settings
from verify.strategies import instances

HEIGHT, LOW = 10**4, 3
SIZES = ((1, 1), (2, 1), (1, 2), (2, 2))
LARGER = {Level.QUICK: (), Level.STANDARD: ((3, 1), (1, 3)), Level.FULL: ((3, 2), (2, 3))}
COSTLY = {"task-aligned-features": Level.FULL, "task-aligned": Level.FULL}
"""Designs whose full risk polynomials take seconds to derive, and the level that waits for them."""


@dataclass(frozen=True, eq=False)
class EqualPredictors(OnTrial):
    """Models claimed to be no better than the steps they contain.

    Parameters
    ----------
    comparisons
        The models, and how they are claimed to split and to contain the step.
    exchangeable
        Designs under which uniform sample weights are claimed to be optimal.
    forms
        Families of weights of the first model, and what is claimed of them.
    """

    designs: tuple[Design, ...]
    comparisons: tuple[Containment, ...]
    exchangeable: tuple[Design, ...] = ()
    forms: tuple[Form, ...] = ()

    measured = "cross moments and split"

    def __post_init__(self) -> None:
        if not (self.designs and self.comparisons):
            raise Vacuous("a claim about no design or no model says nothing")

    @staticmethod
    def of(statement: Equivalence) -> EqualPredictors:
        """Those of a statement."""
        return EqualPredictors(
            statement.designs, statement.comparisons, statement.exchangeable, statement.forms
        )

    def equalities(self, settings: Settings) -> Iterator[Equality]:
        """Split, inclusion and cross moments of every model, sample weights, and families."""
        for c in self.comparisons:
            yield from contained_and_split(c, self.designs)
        for design in self.exchangeable:
            yield order_of_weights(design)
        if self.forms:
            yield from families(self.comparisons[0], self.forms, self.designs)

    def grids(self, settings: Settings) -> Iterator[Grid]:
        """Risks of models and of their steps at random exact weights."""
        random, sizes = Random(settings.seed), (*SIZES, *LARGER[settings.level])
        shown = ", ".join(f"({n}, {d})" for n, d in sizes)
        proves = (
            f"the split, the inclusion{' and the forms' if self.forms else ''} at (n, d) = {shown} "
            f"in {len(self.designs)} designs, at weights and parameters drawn at random from "
            f"integers up to {HEIGHT:.0e}; other sizes are not decided here"
        )
        data = {"sizes": [list(s) for s in sizes], "height": HEIGHT}
        for design in self.designs:
            drawn = (random_instance(design, n, d, random, HEIGHT) for n, d in sizes)
            nodes = (Node(at, self._compared(at, random)) for at in drawn)
            yield Grid(design.name, nodes, proves, data=data)
        for design in self.exchangeable:
            drawn = (
                random_instance(design, n, d, random, HEIGHT) for n, d in ((2, 1), (3, 1), (2, 2))
            )
            nodes = (Node(at, permuted(at, random, HEIGHT, coordinates)) for at in drawn)
            yield Grid(f"{design.name}, sample weights", nodes, proves, data={"height": HEIGHT})

    def _compared(self, at: Instance, random: Random) -> Iterator[Compared]:
        for c in self.comparisons:
            yield from split(c, at, random, HEIGHT, coordinates)
            yield from inclusion(c, at, random, HEIGHT)
            if self.forms and at.d > 1:
                for form in self.forms:
                    yield from family(c, form, at, random, HEIGHT, coordinates)
                yield from patterns(c, self.forms, at, random, HEIGHT)

    def properties(self, settings: Settings) -> dict[str, Property]:
        """The same at drawn places, by the engine's polynomials; and the formulas as written."""

        def affordable(designs: tuple[Design, ...]) -> list[Design]:
            return [d for d in designs if settings.level >= COSTLY.get(d.name, Level.QUICK)]

        # pairs of channels are many: (d + 1)^2
        most_d = 2 if any(c.model.channels for c in self.comparisons) else 3
        places = _drawn(affordable(self.designs), most_d)
        checks: dict[str, Any] = {"forms": self._forms} if self.forms else {}
        checks["split"] = lambda c, at, random: split(c, at, random, LOW, engine)
        if self.exchangeable or not all(c.model.channels for c in self.comparisons):
            checks["never below"] = self._never_below
        checks["contained, as written"] = contained
        found = {name: Property(places, self._each(check)) for name, check in checks.items()}
        if exchangeable := affordable(self.exchangeable):
            places = _drawn(exchangeable, most_d)
            found["order of sample weights"] = Property(
                places, lambda at, data: permuted(at[0], at[1], LOW, engine)
            )
        return found

    def _each(self, compared: Callable[[Containment, Instance, Random], Iterator[Compared]]) -> Any:
        """What is compared for every model."""

        def check(at: tuple[Instance, Random], data: st.DataObject) -> Iterator[Compared]:
            for c in self.comparisons:
                yield from compared(c, *at)

        return check

    def _never_below(self, c: Containment, at: Instance, random: Random) -> Iterator[Compared]:
        if not c.model.channels or at.design in self.exchangeable:
            yield from never_below(c, at, random, LOW)

    def _forms(self, c: Containment, at: Instance, random: Random) -> Iterator[Compared]:
        for form in self.forms:
            yield from family(c, form, at, random, LOW, engine)

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.equivalence.numeric import measurement

        for design in self.designs:
            for c in self.comparisons:
                yield measurement(design, c, settings)

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        from verify.quantities.equivalence.numeric import runs

        return runs(self.designs, self.comparisons, settings)

    def values(self, random: Random) -> tuple[Any, ...]:
        """All of it: polynomials in normal form, which are equal where their values are."""
        return self.designs, self.comparisons, self.exchangeable, self.forms

    def mutants(self) -> Iterator[Mutant]:
        for name, wrong, right in slips(self.comparisons, self.forms, bool(self.exchangeable)):
            yield Mutant(name, replace(self, **wrong), right and replace(self, **right))

    def truths(self) -> Iterator[Mutant]:
        for name, changed in relatives(self.forms):
            yield Mutant(name, replace(self, **changed))

    def breaks(self) -> Iterator[Break]:
        return breaks(weights=bool(self.exchangeable))


@st.composite
def _drawn(draw: st.DrawFn, designs: Sequence[Design], most_d: int) -> tuple[Instance, Random]:
    at = draw(instances(draw(st.sampled_from(designs)), most_n=4, most_d=most_d))
    return at, Random(draw(st.integers(0, 10**6)))
