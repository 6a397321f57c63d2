"""Models compared with the gradient steps they contain, on trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from random import Random
from typing import Any

from hypothesis import strategies as st

from theory.algebra.calculus import substitute, substitute_matrix
from theory.algebra.polynomials import letter
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.predictors import att, wpgd
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import (
    Comparison,
    abstract_prompt,
    cross_moments,
    factors_of_remainder,
    is_definite,
    is_exchangeable,
    left_over,
    missing,
    sample_weights,
    splits,
)
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
    Run,
)
from verify.instances import random_instance
from verify.quantities.equivalence import coordinates, engine
from verify.quantities.equivalence.behaviour import (
    family,
    inclusion,
    never_below,
    patterns,
    permuted,
    split,
    zeros,
)
from verify.quantities.equivalence.breaks import breaks
from verify.quantities.equivalence.gain import advantage_of_weights
from verify.quantities.equivalence.slips import relatives, slips
from verify.quantities.equivalence.written import contained
from verify.settings import Level, Settings
from verify.strategies import instances
from verify.verdict import Vacuous

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
    designs
        Where.
    comparisons
        The models, and how they are claimed to split and to contain the step.
    exchangeable
        Designs under which uniform sample weights are claimed to be optimal.
    forms
        Families of weights of the first model, and what is claimed of them.
    """

    designs: tuple[Design, ...]
    comparisons: tuple[Comparison, ...]
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
            yield Equality.in_words(
                f"{c.name}, the step contained",
                f"{c.name}: the weights given do not make it the step",
                lost := (missing(c), left_over(c)),
                tuple(rest * 0 for rest in lost),
            )
            for design in self.designs:
                proved = c.square == 1 and splits(design, c)
                terms = cross_moments(design, c).odd if proved else 1
                says = (
                    f"{c.name} in {len(self.designs)} designs: every step is contained, and the "
                    "risk is that of the step plus a mean square, as the cross moments vanish "
                    "term by term"
                )
                yield Equality(
                    f"{c.name} in {design.name}, the split",
                    proved,
                    says if design == self.designs[0] else "",
                    partial(_gap, design, c),
                    terms,
                    {"cross_terms": terms},
                )
        for design in self.exchangeable:
            alike = is_exchangeable(sample_weights(design, wpgd))
            says = "sample weights enter through two symmetric traces alone"
            yield Equality(
                f"{design.name}, order of sample weights",
                alike,
                says if design == self.exchangeable[0] else "",
                partial(_unequal, design),
            )
        if self.forms:
            yield from self._families()

    def _families(self) -> Iterator[Equality]:
        """The remainder vanishes on the families claimed, and on no others."""
        (c,) = self.comparisons
        for form in self.forms:
            table = {w: form.weights.get(w.name, letter(w)) for w in c.model.weights}
            if form.vanishes:
                rest = substitute(c.remainder(abstract_prompt(), c.model.words()), table)
                wrong = f"on the form {form.name} a remainder is left"
                yield Equality.in_words(f"no remainder on {form.name}", wrong, rest, rest * 0)
            if form.optimal:
                step = substitute_matrix(c.effective, table)
                wrong = f"the form {form.name} has another step"
                yield Equality.in_words(f"the step of {form.name}", wrong, step, form.step)
        claimed = {zeros(form) for form in self.forms if form.vanishes and not form.optimal}
        for needed in map(frozenset, product(*factors_of_remainder(c))):
            shown = f"zero: {', '.join(sorted(needed))}"
            wrong = "a form is missing on which the remainder vanishes"
            known = any(zero <= needed for zero in claimed)
            yield Equality.in_words(shown, wrong, shown, shown if known else "not claimed")
        for k, design in enumerate(self.designs):
            says = (
                "the remainder vanishes where (C_xx = 0 or v_x = 0) and (C_xy = 0 or v_y = 0), "
                "and nowhere else"
            )
            what = f"{design.name}, mean squares visibly positive"
            yield Equality(what, is_definite(design, att), "" if k else says)

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
        found = {
            "split": Property(places, self._each(lambda c, at, r: split(c, at, r, LOW, engine))),
            "never below": Property(places, self._each(self._never_below)),
            "contained, as written": Property(places, self._each(contained)),
        }
        if self.forms:
            found = {"forms": Property(places, self._each(self._forms)), **found}
        if exchangeable := affordable(self.exchangeable):
            places = _drawn(exchangeable, most_d)
            found["order of sample weights"] = Property(
                places, lambda at, data: permuted(at[0], at[1], LOW, engine)
            )
        return found

    def _each(self, compared: Callable[[Comparison, Instance, Random], Iterator[Compared]]) -> Any:
        """What is compared for every model."""

        def check(at: tuple[Instance, Random], data: st.DataObject) -> Iterator[Compared]:
            for c in self.comparisons:
                yield from compared(c, *at)

        return check

    def _never_below(self, c: Comparison, at: Instance, random: Random) -> Iterator[Compared]:
        if not c.model.channels or at.design in self.exchangeable:
            yield from never_below(c, at, random, LOW)

    def _forms(self, c: Comparison, at: Instance, random: Random) -> Iterator[Compared]:
        for form in self.forms:
            yield from family(c, form, at, random, LOW, engine)

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.equivalence.numeric import measurement

        for design in self.designs:
            for c in self.comparisons:
                yield measurement(design, c, settings)

    def runs(self, settings: Settings) -> Iterator[Run]:
        from verify.quantities.equivalence.numeric import runs

        return runs(self.designs, self.comparisons, settings)

    def values(self, random: Random) -> tuple[Any, ...]:
        """All of it: polynomials in normal form, which are equal where their values are."""
        return self.designs, self.comparisons, self.exchangeable, self.forms

    def _of(self, changed: dict[str, Any]) -> EqualPredictors:
        own = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return EqualPredictors(**{**own, **changed})

    def mutants(self) -> Iterator[Mutant]:
        for name, wrong, right in slips(self.comparisons, self.forms, bool(self.exchangeable)):
            yield Mutant(name, self._of(wrong), self._of(right) if right else None)

    def truths(self) -> Iterator[Mutant]:
        for name, changed in relatives(self.forms):
            yield Mutant(name, self._of(changed))

    def breaks(self) -> Iterator[Break]:
        return breaks(weights=bool(self.exchangeable))


def _gap(design: Design, c: Comparison, random: Random) -> Iterator[Node]:
    """Small instances at which the risk may not be that of the step plus the mean square."""
    for n, d in SIZES:
        for _ in range(4):
            at = random_instance(design, n, d, random, LOW)
            yield Node(at, split(c, at, random, LOW, coordinates))


def _unequal(design: Design, random: Random) -> Iterator[Node]:
    """Small instances at which sample weights may do better than uniform ones."""
    for n in () if design.covariances else (2, 3):
        at = instance(design, n=n, d=1, scalars={p.name: 1 for p in design.parameters})
        gap = advantage_of_weights(at)
        what = f"{design.name}: uniform sample weights are not optimal"
        yield Node(at, [Compared(what, at, gap.least, gap.pgd, gap.difference <= 0)])


@st.composite
def _drawn(draw: st.DrawFn, designs: Sequence[Design], most_d: int) -> tuple[Instance, Random]:
    at = draw(instances(draw(st.sampled_from(designs)), most_n=4, most_d=most_d))
    return at, Random(draw(st.integers(0, 10**6)))
