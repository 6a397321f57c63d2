"""A design at given sizes and noise: what is claimed there of its sample weights, and the risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import flint

from theory.algebra.values import scalar_value
from theory.algebra.words import D
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.predictors import wpgd
from theory.optima.sample_weights.form import NumericForm, QuadraticForm
from theory.records.sample_weights_gain import Relation, WeightedVariant
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared
from verify.quantities.sample_weights.dense import DenseForm


@dataclass(frozen=True)
class SizedVariant:
    """A variant at given sizes and noise."""

    variant: WeightedVariant
    size: int
    d: int
    sigma: Fraction

    def __str__(self) -> str:
        told = f"{self.variant.name}: " if self.variant.name else ""
        size = self.variant.claim.form.size
        return f"{told}{size} = {self.size}, d = {self.d}, sigma = {self.sigma}"

    @property
    def instance(self) -> Instance:
        return instance(self.variant.design, n=self.size, d=self.d, scalars={"sigma": self.sigma})

    def form(self, form: QuadraticForm) -> NumericForm:
        """A quadratic form in numbers."""
        return form.at(self.size, {"d": self.d, "sigma": EXACT.number(self.sigma)})

    @property
    def claimed(self) -> NumericForm:
        """The claimed quadratic form."""
        return self.form(self.variant.claim.form)

    @property
    def claimed_equal(self) -> Any:
        """The claimed least risk of equal weights."""
        claim = self.variant.claim
        sizes = {claim.form.size.name: self.size, "d": self.d}
        return scalar_value(claim.equal_risk, {**sizes, "sigma": EXACT.number(self.sigma)}, EXACT)

    def compare(self, exact: DenseForm) -> Iterator[Compared]:
        """All that is claimed here beside an exact form."""
        numbers = self.claimed
        claimed = DenseForm.of(numbers)
        weights, least = exact.optimum()
        equal = exact.equal()
        for what, right, said in (
            ("the risk without weights", exact.constant, claimed.constant),
            ("the linear part", list(exact.linear), list(claimed.linear)),
            ("the matrix", exact.matrix.tolist(), claimed.matrix.tolist()),
            ("the risk of equal weights", equal, self.claimed_equal),
            ("the best weights", weights, numbers.minimise()),
        ):
            yield Compared(f"{what} is wrong", self, right, said)
        yield self.stand(least, equal, "the least risks do not stand as claimed")

    def stand(self, least: Any, equal: Any, what: str) -> Compared:
        """How two least risks stand to each other, as claimed or not."""
        found, claimed = Relation.of(least, equal), self.variant.claim.at(self.size)
        shown = f"{least} {found.value} {equal}"
        return Compared(what, self, shown, claimed.value, found is claimed)


Weights = Sequence[flint.fmpq]


def risk(at: SizedVariant, weights: Weights) -> flint.fmpq:
    """The exact risk of sample weights, or of a filter where lengths are averaged over."""
    design = at.variant.design
    if not at.variant.lengths:
        return _of_prompt(design, weights, at.d, at.sigma)
    prompts = (weights[:length][::-1] for length in range(1, at.size + 1))
    risks = (_of_prompt(design, omega, at.d, at.sigma) for omega in prompts)
    return sum(risks, flint.fmpq(0)) / at.size


def equal_risk(at: SizedVariant) -> flint.fmpq:
    """The least risk of equal weights, from the parabola through three of them."""
    zero, one, two = (risk(at, [flint.fmpq(w)] * at.size) for w in range(3))
    curvature = (two - 2 * one + zero) / 2
    slope = one - zero - curvature
    return zero - slope**2 / (4 * curvature)


def _of_prompt(design: Design, weights: Weights, d: int, sigma: Fraction) -> flint.fmpq:
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
