"""What sample weights gain over equal ones, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from itertools import product
from random import Random
from typing import Any

import sympy

from theory.designs.design import Design
from theory.language.gallery.designs import isotropic
from theory.optima.sample_weights.strictness import derive_weights
from theory.records.sample_weights_gain import (
    Relation,
    SampleWeights,
    WeightedVariant,
    WeightsClaim,
)
from theory.scalars import symbols
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
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
from verify.quantities.neighbours import neighbours
from verify.quantities.sample_weights.behaviour import BEHAVIOUR, drawn_places
from verify.quantities.sample_weights.dense import DenseForm
from verify.quantities.sample_weights.grids import grid
from verify.quantities.sample_weights.place import SizedVariant
from verify.settings import Level, Settings

OF_CLAIM = {
    "equal_risk": "the risk of equal weights",
    "relation": "the relation of the two",
    "equal_at": "the sizes where both are equal",
}
OF_FORM = {
    "constant": "the constant of the risk",
    "linear": "its linear part",
    "pairs": "its part of two examples",
    "diagonal": "its part of one example",
}
"""What parts of a claim are called, and those of the risk as a quadratic form."""
SIZES, FEATURES, NOISES = range(1, 5), range(1, 4), (Fraction(0), Fraction(3, 2))
SMALL, LARGE = (6, 3), (20, 5)
SILENT, NOISY = Fraction(0), Fraction(1, 2)
SLIPS = 3
"""About how many slips are made of each formula of a claim."""


@dataclass(frozen=True)
class WeightsGain(OnTrial):
    """Designs, and what is claimed of each."""

    variants: tuple[WeightedVariant, ...]

    measured = "risk of the best weights, of equal weights, and their gap"

    @staticmethod
    def of(statement: SampleWeights) -> WeightsGain:
        """Those of a statement."""
        return WeightsGain(statement.variants)

    def equalities(self, settings: Settings) -> Iterator[Equality]:
        """Quadratic form, optimum of equal weights, and where it can be improved."""
        for v in self.variants:
            derived, (wrong, looked) = v.derivation, _wrong_formula(v.design, v.lengths)
            told = f"{v.name}: " if v.name else ""
            formula = f"{told}the formula of the least risk"
            yield Equality(formula, not wrong, nodes=partial(_given, wrong), counts=looked)
            differs = _differences(v)
            terms = derived.cross_terms
            yield Equality(
                f"{told}{', '.join(differs) or 'form, equal weights and gain'}",
                not differs,
                f"{told}quadratic form and optimum of equal weights, as rational functions; "
                f"{_improved(v)}; attention and H3 get no lower, as all {terms} terms of the cross "
                "moments with their remainders vanish",
                partial(_at_small_sizes, v),
                6 + terms,
                {"slope": str(derived.strictness.slope), "cross_terms": terms},
            )

    def grids(self, settings: Settings) -> Iterator[Grid]:
        return (grid(v, settings.seed) for v in self.variants)

    def properties(self, settings: Settings) -> dict[str, Property]:
        places = drawn_places(self.variants, settings)
        return {name: Property(places, compared) for name, compared in BEHAVIOUR.items()}

    def places(
        self, settings: Settings, noises: Sequence[Fraction] = (SILENT,)
    ) -> Iterator[SizedVariant]:
        """Where prompts are sampled and models trained; without noise as the paper's were."""
        for n, d in [SMALL, LARGE] if settings.level is Level.FULL else [SMALL]:
            for v in self.variants:
                yield from (SizedVariant(v, n, d, sigma) for sigma in noises)

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.sample_weights.numeric import measurement

        return (measurement(at, settings) for at in self.places(settings, (SILENT, NOISY)))

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        from verify.quantities.sample_weights.numeric import runs

        for at in self.places(settings):
            yield from runs(at, settings)

    def values(self, random: Random) -> tuple[Any, ...]:
        """Of every design the form and the risk of equal weights, and how the risks stand."""
        found: list[Any] = []
        for v in self.variants:
            sigma = Fraction(random.randint(1, 9), 4)
            at = SizedVariant(v, random.randint(3, 6), random.randint(1, 4), sigma)
            claimed = DenseForm.of(at.claimed)
            found += [claimed.constant, list(claimed.linear), claimed.matrix]
            found += [at.claimed_equal, v.claim.relation, v.claim.equal_at]
        return tuple(found)

    def mutants(self) -> Iterator[Mutant]:
        """Slips in the claim: all of them for the first variant, then in relations."""
        several = len(self.variants) > 1
        for k, v in enumerate(self.variants):
            for name, claim in _slips(v.claim, forms=k == 0):
                told = f"{v.name}: {name}" if several else name
                yield Mutant(told, self._with(k, replace(v, claim=claim)))
        if several:
            first, second, *_ = self.variants
            yield Mutant(
                "the query's task exchanged", self._with(0, replace(first, claim=second.claim))
            )

    def _with(self, at: int, variant: WeightedVariant) -> WeightsGain:
        kept = list(self.variants)
        kept[at] = variant
        return WeightsGain(tuple(kept))

    def truths(self) -> Iterator[Mutant]:
        """No gain where the examples are alike."""
        yield Mutant("no gain at one length", WeightsGain((alike(),)))

    def breaks(self) -> Iterator[Break]:
        """Examples that are alike: then the weights gain nothing, as they should not."""
        slope = alike().derivation.strictness.slope
        what = "identically distributed examples at one length"
        yield Break(
            f"{what}, where nothing should be gained",
            slope == 0,
            f"with {what} sample weights gain nothing at any size",
            {"slope": str(slope)},
        )


def _slips(claim: WeightsClaim, forms: bool) -> Iterator[tuple[str, WeightsClaim]]:
    """Other relations and risks of equal weights, and also other quadratic forms."""
    yield from neighbours(claim, OF_CLAIM, most=SLIPS)
    if forms:
        for what, form in neighbours(claim.form, OF_FORM, most=SLIPS):
            yield what, replace(claim, form=form)


def alike() -> WeightedVariant:
    """Identically distributed examples at one length, where weights gain nothing."""
    found = derive_weights(isotropic, lengths=False)
    claim = WeightsClaim(found.form, found.equal_risk, Relation.EQUAL, sympy.S.Naturals)
    return WeightedVariant("identically distributed examples at one length", isotropic, claim)


def _at_small_sizes(v: WeightedVariant, random: Random) -> Iterator[Node]:
    """The derived form beside the claim."""
    for place in product(SIZES, FEATURES, NOISES):
        at = SizedVariant(v, *place)
        yield Node(at, at.compare(DenseForm.of(at.form(v.derivation.form))))


def _given(nodes: list[Node], random: Random) -> list[Node]:
    return nodes


def _differences(v: WeightedVariant) -> list[str]:
    """What is not equal to what was derived, as rational functions."""
    derived, claim = v.derivation, v.claim
    found = claim.form.differs(derived.form)
    if not is_zero(claim.equal_risk - derived.equal_risk):
        found.append("risk of equal weights")
    if derived.strictness.equal_at != claim.equal_at:
        found.append("sizes at which equal weights are optimal")
    if claim.relation is not Relation.BELOW and derived.strictness.slope != 0:
        found.append("relation at all other sizes")
    return found


def _improved(v: WeightedVariant) -> str:
    size, found = v.claim.form.size, v.derivation.strictness
    if found.slope == 0:
        return f"strictly improved at no {size}"
    but = ", ".join(map(str, found.equal_at))
    return f"strictly improved, for all d and sigma, at every {size} but {but}"


@cache
def _wrong_formula(design: Design, lengths: bool) -> tuple[list[Node], int]:
    """Where the derived formula of the least risk is not what elimination gives; of how many."""
    found = derive_weights(design, lengths)
    wrong, looked = [], 0
    for size, d, sigma in product(SIZES, FEATURES, NOISES):
        at = {found.form.size: size, symbols.d: d, symbols.sigma: sympy.Rational(sigma)}
        sums = {
            name: sympy.Add(
                *(meaning.function.subs({**at, symbols.i: k}) for k in range(1, size + 1))
            )
            for name, meaning in found.best.definitions
        }
        formula = found.best.risk.subs({**sums, **at})
        scalars = {"d": d, "sigma": EXACT.number(sigma)}
        _, exact = DenseForm.of(found.form.at(size, scalars)).optimum()
        where = f"{found.form.size} = {size}, d = {d}, sigma = {sigma}"
        looked += 1
        if str(formula) != str(exact):
            what = "the derived formula of the least risk is wrong"
            wrong.append(Node(where, [Compared(what, where, exact, formula)]))
    return wrong, looked
