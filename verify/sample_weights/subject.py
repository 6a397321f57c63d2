"""A claim about the gain from sample weights, on trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, ClassVar

import flint

from theory.algebra.values import scalar_value
from theory.optima.sample_weights.form import Numbers
from theory.records.sample_weights_gain import Relation, SampleWeights, Variant
from theory.scalars.arithmetic import EXACT
from verify.falsified import Falsified


@dataclass(frozen=True)
class Subject:
    """Designs and what is claimed of each.

    Parameters
    ----------
    variants
        As in the statement.
    """

    variants: tuple[Variant, ...]

    kind: ClassVar[str] = "sample_weights"

    @staticmethod
    def of(statement: SampleWeights) -> Subject:
        """The subject of a statement."""
        return Subject(statement.variants)

    def values(self, random: Random) -> tuple[Any, ...]:
        """Of every design the form and the risk of equal weights, and how the risks stand."""
        found: list[Any] = []
        for v in self.variants:
            at = random.randint(3, 6), random.randint(1, 4), Fraction(random.randint(1, 9), 4)
            claimed = Values.of(claimed_at(v, *at))
            found += [claimed.constant, list(claimed.linear), claimed.matrix]
            found += [claimed_equal_risk(v, *at), v.claim.relation, v.claim.equal_at]
        return tuple(found)


def shown(v: Variant, size: int, d: int, sigma: Fraction) -> str:
    """Where a claim is looked at."""
    told = f"{v.name}: " if v.name else ""
    return f"{told}{v.claim.form.size} = {size}, d = {d}, sigma = {sigma}"


def claimed_at(v: Variant, size: int, d: int, sigma: Fraction) -> Numbers:
    """The claimed quadratic form in numbers."""
    return v.claim.form.at(size, {"d": d, "sigma": EXACT.number(sigma)})


def claimed_equal_risk(v: Variant, size: int, d: int, sigma: Fraction) -> Any:
    """The claimed least risk of equal weights."""
    table = {v.claim.form.size.name: size, "d": d, "sigma": EXACT.number(sigma)}
    return scalar_value(v.claim.equal_risk, table, EXACT)


@dataclass(frozen=True)
class Values:
    """A quadratic form at given sizes entry by entry: what a claim is compared with.

    Parameters
    ----------
    constant, linear, matrix
        Of ``constant - 2 c'w + w'A w``.
    """

    constant: flint.fmpq
    linear: Sequence[flint.fmpq]
    matrix: flint.fmpq_mat

    @staticmethod
    def of(numbers: Numbers) -> Values:
        """A form whose matrix is known by its pairs."""
        return Values(numbers.constant, numbers.linear, numbers.matrix())

    def optimum(self) -> tuple[list[flint.fmpq], flint.fmpq]:
        """The best weights by elimination in the full matrix, and their risk."""
        column = flint.fmpq_mat([[c] for c in self.linear])
        weights = [row[0] for row in self.matrix.solve(column).tolist()]
        gain = sum((c * w for c, w in zip(self.linear, weights, strict=True)), flint.fmpq(0))
        return weights, self.constant - gain

    def equal(self) -> flint.fmpq:
        """The least risk of equal weights."""
        slope = sum(self.linear, flint.fmpq(0))
        curvature = sum((sum(row) for row in self.matrix.tolist()), flint.fmpq(0))
        return self.constant - slope**2 / curvature

    def judge(self, v: Variant, size: int, d: int, sigma: Fraction) -> None:
        """Compare everything that is claimed at these sizes and this noise.

        Raises :class:`~verify.falsified.Falsified` where it differs.
        """
        at, place = shown(v, size, d, sigma), (v, size, d, sigma)
        claimed = Values.of(claimed_at(*place))
        weights, least = self.optimum()
        equal = self.equal()
        for what, exact, said in (
            ("the risk without weights", self.constant, claimed.constant),
            ("the linear part", list(self.linear), list(claimed.linear)),
            ("the matrix", self.matrix.tolist(), claimed.matrix.tolist()),
            ("the risk of equal weights", equal, claimed_equal_risk(*place)),
            ("the best weights", weights, claimed_at(*place).minimise()),
        ):
            if exact != said:
                raise Falsified(f"{what} is wrong", at, exact, said)
        relation = Relation.of(least, equal)
        if relation is not v.claim.at(size):
            raise Falsified(
                "the least risks do not stand as claimed",
                at,
                f"{least} {relation.value} {equal}",
                v.claim.at(size).value,
            )
