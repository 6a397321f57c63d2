"""What derived and claimed optima have in common: what is asked of either, and answered alike."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from fractions import Fraction
from random import Random
from typing import Any

import flint
import sympy

from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.optima.derivation import Derivation
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.optimum import Minimum, named
from theory.optima.sample_weights.weighted import (
    Equal,
    InGroups,
    InWeights,
    Least,
    least,
    weighted,
)
from theory.records.derived import Derived
from theory.scalars.arithmetic import EXACT
from verify.expected import Expected
from verify.instances import random_matrix


class Optimal:
    """What has an optimum to be looked at: derived from its design, or claimed of it."""

    record: Derived

    @property
    def design(self) -> Design:
        return self.record.design

    @property
    def predictor(self) -> Predictor:
        """What predicts: its free parameters are one d x d weight, or several scalars."""
        return self.record.file.predictor

    def named(self, weight: Any) -> dict[str, Any]:
        """The free parameters by name, from a d x d weight or from a column of scalars."""
        return named(self.predictor.weights, weight)

    def random_weight(self, random: Random, d: int, height: int) -> flint.fmpq_mat:
        """A d x d matrix, or a column of scalars, of integers in ``[-height, height]``."""
        if self.predictor.scalars:
            return random_matrix(random, len(self.predictor.weights), height, columns=1)
        return random_matrix(random, d, height)

    @property
    @abstractmethod
    def derivation(self) -> Derivation:
        """What the engine derives."""

    @abstractmethod
    def weight_at(self, at: Instance) -> Any:
        """The weight in question, d x d or a column, in the convention without a scale."""

    @abstractmethod
    def risk_at(self, at: Instance) -> Any:
        """The risk in question."""

    def printed_at(self, at: Instance) -> Iterator[tuple[str, Any, Any]]:
        """What formulas that are shown give, beside the values that are solved for: of no claim."""
        return iter(())

    def minimum_at(self, at: Instance) -> Minimum:
        """What the engine derives at an instance."""
        return self.derivation.plain.minimum(at)

    def unique_at(self, at: Instance) -> bool:
        """Whether no other weight was seen to have the optimal risk."""
        return not self.minimum_at(at).others

    @abstractmethod
    def expected(self, at: Instance) -> Expected:
        """The optimal risk, called what it is: claimed, or exact."""

    @property
    def unanswered(self) -> Collection[str]:
        """No models are trained where it is not derived how low they get."""
        steps = self.predictor.scalars or models_are_steps(self.design).holds
        return () if steps else ("runs",)

    def weighted_at(self, at: Instance) -> Least | None:
        """The optimum of WPGD; None where it is that of PGD, and for other predictors."""
        if self.predictor.scalars:
            return None
        kind = weighted(self.design)
        return None if isinstance(kind, Equal) else least(kind, at)

    def weighted_formula_at(self, at: Instance) -> flint.fmpq | None:
        """What the formula of WPGD's least risk gives; None without one, or where it is irrational.

        Least risks at an instance are solved for; the formula is what is printed.
        """
        kind, scalars = weighted(self.design), at.scalars.items()
        known = {sympy.Symbol(name): sympy.Rational(str(value)) for name, value in scalars}
        if isinstance(kind, InWeights) and kind.best is not None:
            sums = {name: _added(meaning.subs(known)) for name, meaning in kind.best.definitions}
            found = kind.best.risk.subs(sums).subs(known)
        elif isinstance(kind, InGroups) and kind.risk is not None:
            found = kind.risk.subs(known)
        else:
            return None
        return EXACT.number(Fraction(str(found))) if found.is_Rational else None

    def omega_at(self, found: Least, at: Instance) -> tuple[Any, ...]:
        """The sample weights in question; ``found`` are the exact ones."""
        return found.of_examples(at)

    def expected_over_weights(self, found: Least, at: Instance) -> Expected:
        """The least risk over sample weights, called what it is; ``found`` is the exact one."""
        return Expected.of(found.risk)


def _added(value: sympy.Expr) -> sympy.Expr:
    """A value in which sums, over whole numbers, are added up one by one."""

    def terms(function: sympy.Expr, limits: tuple[sympy.Expr, ...]) -> sympy.Expr:
        index, low, high = limits
        return sympy.Add(*(function.xreplace({index: k}) for k in range(int(low), int(high) + 1)))

    return value.replace(sympy.Sum, terms).doit()
