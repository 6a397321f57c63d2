"""A design at given sizes and noise, and what is claimed there of its sample weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance, instance
from theory.optima.sample_weights.form import NumericForm, QuadraticForm
from theory.records.sample_weights_gain import Relation, WeightedVariant
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
