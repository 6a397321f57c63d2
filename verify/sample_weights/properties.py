"""Witness: Hypothesis looks for sizes and weights at which the claim fails.

Every property is exact rational arithmetic. The risk of drawn weights is the engine's polynomial,
summed over the examples; the derived quadratic form and its optimum are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import flint
from hypothesis import strategies as st

from theory.algebra.values import scalar_value
from theory.algebra.words import D
from theory.designs.design import Design
from theory.designs.predictors import wpgd
from theory.optima.sample_weights.form import Numbers
from theory.records.sample_weights_gain import Relation, Variant
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.sample_weights.subject import Subject, claimed_at, claimed_equal_risk, shown
from verify.settings import Level, Settings
from verify.strategies import rationals
from verify.verdict import Finding

LARGEST = {Level.QUICK: 15, Level.STANDARD: 40, Level.FULL: 60}
FEATURES, LOUDEST = 12, Fraction(3)
Weights = Sequence[flint.fmpq]


@dataclass(frozen=True)
class Place:
    """A variant at drawn sizes and noise."""

    variant: Variant
    size: int
    d: int
    sigma: Fraction

    def __str__(self) -> str:
        return shown(self.variant, self.size, self.d, self.sigma)

    @property
    def claimed(self) -> Numbers:
        """The claimed quadratic form here."""
        return claimed_at(self.variant, self.size, self.d, self.sigma)

    @property
    def claimed_equal_risk(self) -> flint.fmpq:
        """The claimed least risk of equal weights here."""
        return claimed_equal_risk(self.variant, self.size, self.d, self.sigma)

    def risk(self, weights: Weights) -> flint.fmpq:
        """The exact risk of sample weights, or of a filter where lengths are averaged over."""
        if not self.variant.lengths:
            return _risk(self.variant.design, weights, self.d, self.sigma)
        prompts = (weights[:length][::-1] for length in range(1, self.size + 1))
        risks = (_risk(self.variant.design, omega, self.d, self.sigma) for omega in prompts)
        return sum(risks, flint.fmpq(0)) / self.size

    def equal_risk(self) -> flint.fmpq:
        """The least risk of equal weights, from the parabola through three of them."""
        zero, one, two = (self.risk([flint.fmpq(w)] * self.size) for w in range(3))
        curvature = (two - 2 * one + zero) / 2
        slope = one - zero - curvature
        return zero - slope**2 / (4 * curvature)


def examine(subject: Subject, settings: Settings) -> Finding:
    """Run every property on drawn sizes of every variant."""
    places = st.builds(
        Place,
        st.sampled_from(subject.variants),
        st.integers(1, LARGEST[settings.level]),
        st.integers(1, FEATURES),
        rationals(Fraction(0), LOUDEST, 4),
    )
    return hunt(CHECKS, places, settings)


def value(at: Place, data: st.DataObject) -> None:
    """The claimed form is the risk, at drawn weights."""
    weights = data.draw(_weights(at.size))
    exact, claimed = at.risk(weights), at.claimed.value(weights)
    if exact != claimed:
        raise Falsified("the quadratic form is wrong", f"{at}, weights {weights}", exact, claimed)


def optimality(at: Place, data: st.DataObject) -> None:
    """No other weights do better, and steps either way cost the same."""
    best = at.claimed.minimise()
    step = data.draw(_weights(at.size).filter(any))
    ahead, behind = (
        at.risk([w + sign * s for w, s in zip(best, step, strict=True)]) for sign in (1, -1)
    )
    here = at.risk(best)
    if not ahead > here:
        raise Falsified("other weights do at least as well", at, ahead, here)
    if ahead != behind:
        raise Falsified("the slope at the best weights is not zero", at, ahead - behind, 0)


def equal_weights(at: Place, data: st.DataObject) -> None:
    """The least risk of equal weights is the claimed one."""
    exact, claimed = at.equal_risk(), at.claimed_equal_risk
    if exact != claimed:
        raise Falsified("the risk of equal weights is wrong", at, exact, claimed)


def relation(at: Place, data: st.DataObject) -> None:
    """The risk of the claimed best weights stands to that of equal weights as claimed."""
    least, equal = at.risk(at.claimed.minimise()), at.equal_risk()
    found, claimed = Relation.of(least, equal), at.variant.claim.at(at.size)
    if found is not claimed:
        exact = f"{least} {found.value} {equal}"
        raise Falsified("the best weights do not do as claimed", at, exact, claimed.value)


def more_features(at: Place, data: st.DataObject) -> None:
    """The least excess per feature is higher with one feature more, where there is signal."""
    here, there = (
        (one.claimed.minimum() - EXACT.number(at.sigma) ** 2) / one.d
        for one in (at, replace(at, d=at.d + 1))
    )
    if there < here or (here < 1 and there == here):
        raise Falsified("one more feature lowers the least excess per feature", at, there, here)


def _weights(size: int) -> st.SearchStrategy[list[flint.fmpq]]:
    """Up to six weights, repeated over and over."""
    entry = rationals(Fraction(-1), Fraction(1), 4).map(EXACT.number)
    few = st.lists(entry, min_size=1, max_size=min(size, 6))
    return few.map(lambda pattern: [pattern[at % len(pattern)] for at in range(size)])


def _risk(design: Design, weights: Weights, d: int, sigma: Fraction) -> flint.fmpq:
    """The engine's polynomial at ``W = I`` and given sample weights."""
    squares = [w * w for w in weights]
    powers = {1: weights, 2: squares}
    total = flint.fmpq(0)
    for coefficient, sums in _compiled(design, len(weights), d, sigma):
        value = coefficient
        for order, entries in sums:
            pairs = zip(powers[order], entries, strict=True)
            value *= sum((w * e for w, e in pairs), flint.fmpq(0))
        total += value
    return total


Compiled = list[tuple[flint.fmpq, list[tuple[int, list[flint.fmpq]]]]]


@cache
def _compiled(design: Design, count: int, d: int, sigma: Fraction) -> Compiled:
    """Coefficients, with the sums over the examples that each one multiplies."""
    found: Compiled = []
    scalars = {"n": count, "d": d, "sigma": EXACT.number(sigma)}
    for monomial, c in population_risk(design, wpgd).terms.items():
        coefficient = scalar_value(c, scalars, EXACT)
        sums = []
        for trace in monomial:
            if trace.word[0].rows == D:
                coefficient *= d  # tr W and tr W W' at W = I
                continue
            letters = [f.letter for f in trace.word]
            entries = [flint.fmpq(1)] * count
            for a in letters:
                if a.entry is not None:
                    values = (
                        scalar_value(a.entry, {**scalars, "i": at}, EXACT)
                        for at in range(1, count + 1)
                    )
                    entries = [e * value for e, value in zip(entries, values, strict=True)]
            sums.append((sum(a.entry is None for a in letters), entries))
        found.append((coefficient, sums))
    return found


CHECKS: dict[str, Callable[[Place, st.DataObject], None]] = {
    "relation": relation,
    "equal weights": equal_weights,
    "value": value,
    "optimality": optimality,
    "more features": more_features,
}
