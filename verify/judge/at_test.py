"""The risk at test, as what is derived in the place of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from theory.designs.instance import Instance
from theory.language.formulas.quantities import Quantity
from theory.optima.derivation import Derivation
from theory.optima.optimum import named
from theory.optima.shifted import Shifted
from theory.risks.coordinates import risk_at
from verify.judge.target import BRUTE, OfDescent, Target


@dataclass(frozen=True)
class AtTest(Target):
    """The risk under the law at test of what is optimal in training."""

    shifted: Shifted

    @property
    def derivation(self) -> Derivation:
        """What is optimal in training, without the scale."""
        return self.shifted.training

    @cached_property
    def training(self) -> OfDescent:
        """Its risk there."""
        return OfDescent(Quantity.RISK, self.file)

    @property
    def may_have_others(self) -> bool:
        """Whether beside a weight that solves the stationarity equation others may, at any place.

        As where prompts stay in a subspace in training, and leave it at test.
        """
        kinds = (*self.design.projections, *self.design.means)
        return self.derivation.plain.equation is not None and bool(kinds)

    @property
    def is_summed(self) -> bool:
        """Whether it holds sums over the examples without a closed form."""
        both = (self.shifted.training, self.shifted.own)
        return any(found.plain.sums.entries for found in both)

    @property
    def no_formula(self) -> str:
        return (
            "the risk at test depends on covariances, and what becomes of them is not said, or on "
            "a sum without a closed form, or its formula is too long"
        )

    @cached_property
    def formula(self) -> sympy.Expr | None:
        found = self.shifted.formula
        return None if found is None else found.xreplace(self.design.settled)

    @property
    def leading(self) -> tuple[sympy.Expr, ...]:
        return self.training.leading

    @property
    def noise(self) -> sympy.Expr:
        law = self.shifted.shift
        return law.put(law.design.noise_of_query**2).xreplace(self.design.settled)

    def number(self, at: Instance) -> Any:
        return self.shifted.at(at).risk

    def least_at(self, at: Instance) -> Any:
        return self.shifted.at(at).least

    def confirmed(self, at: Instance) -> bool | None:
        """By coordinates under both laws: the optimum in training, and its risk at test."""
        there = at.at_test
        if there.n * there.d > BRUTE // self.file.steps:
            return None
        best = self.training.confirmed(at)
        if not best:
            return best
        weight = self.shifted.weight_at(at) * self.shifted.ratio_at(at)
        weights = named(self.derivation.plain.variables, weight)
        try:
            found = risk_at(self.file.predictor, weights, there)
        except ArithmeticError:  # a risk that is not rational
            return None
        return bool(found == self.at(at))
