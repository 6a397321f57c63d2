"""What is derived in the place of a claim: a formula, values, and coordinates that confirm them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import flint
import numpy as np
import sympy
from sympy import MatrixSymbol

from theory.algebra.values import scalar_value
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.errors import Irrational
from theory.language.files.reading import DesignFile
from theory.language.formulas.claims import ClaimedFormula
from theory.language.formulas.expressions import FREE
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.values import Floats, exact_or_ball, value
from theory.optima.derivation import Derivation, derive
from theory.optima.optimum import named
from theory.risks.coordinates import risk_at
from theory.risks.per_example import along_identity
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import factored
from theory.scalars.symbols import d
from verify.instances import random_matrix
from verify.judge.confirmation import basis, is_least

BRUTE = 6
"""The largest ``n d`` at which something is confirmed coordinate by coordinate; of L steps the L-th
part of it."""
ANY_WEIGHT = MatrixSymbol(FREE, d, d)


@dataclass(frozen=True)
class Target(ABC):
    """A quantity of a design, as the engine has it."""

    quantity: Quantity
    file: DesignFile

    @property
    @abstractmethod
    def no_formula(self) -> str:
        """Why there is no formula, where there is none."""

    @property
    def design(self) -> Design:
        return self.file.design

    @property
    @abstractmethod
    def formula(self) -> sympy.Expr | None:
        """A scalar formula in sizes and parameters; None for no such."""

    @property
    def leading(self) -> tuple[sympy.Expr, ...]:
        """What has to have a leading term in a limit, besides the formula."""
        return ()

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        """What must not vanish, so that the optimum is unique; in ``i`` for i = 1 to n."""
        return self.leading

    @property
    def is_least(self) -> bool:
        """Whether it is a least risk, which has a value also where several weights have it."""
        return False

    @abstractmethod
    def number(self, at: Instance) -> Any:
        """The value in the arithmetic of an instance; the factor of a multiple of the identity.

        Raises ZeroDivisionError where it is not unique.
        """

    def at(self, at: Instance) -> Any:
        """The same at an exact instance: a number, or a d x d matrix for a weight.

        Raises :class:`~theory.errors.Irrational` where it is not rational.
        """
        found = self.number(at)
        if not isinstance(found, flint.fmpq | flint.fmpq_mat):
            raise Irrational(f"{self.quantity.words} is not rational at {at}")
        return found

    def least_at(self, at: Instance) -> Any:
        """The least risk at an exact instance, beside one that need not be it; else None."""
        return None

    def out_of_reach(self, claimed: ClaimedFormula) -> str:
        """Why nothing is known of such a claim; empty where something is."""
        return ""

    @abstractmethod
    def confirmed(self, at: Instance) -> bool | None:
        """Whether coordinates give the same at an instance; None where that was not tried."""

    @property
    def noise(self) -> sympy.Expr:
        """The part of a risk that no predictor removes: the variance of the query's noise."""
        return self.design.noise_variance_of_query.xreplace(self.design.settled)

    def of_risk(self, risk: Any, at: Instance) -> Any:
        """A risk at an instance, or the excess where that is claimed."""
        if self.quantity is not Quantity.EXCESS:
            return risk
        return risk - scalar_value(self.noise, at.scalars, at.arithmetic)


@dataclass(frozen=True)
class OfDescent(Target):
    """The optimal weight of PGD, its risk or its excess; the risk of what does no better.

    Of several steps the risk of the best coefficients, or its excess.
    """

    @property
    def no_formula(self) -> str:
        if self.isotropic:
            return "a sum over the examples has no closed form"
        return "the exact optimum depends on covariances, and what becomes of them is not said"

    @cached_property
    def derivation(self) -> Derivation:
        """What the engine derives, without the scale."""
        return derive(self.design, self.file.predictor)

    @cached_property
    def formula(self) -> sympy.Expr | None:
        plain = self.derivation.plain
        optimum = plain.value
        if optimum is None or (self.quantity is Quantity.WEIGHT and plain.scalar is None):
            return None
        if self.quantity is Quantity.WEIGHT:
            (weight,) = optimum.at
            found = weight / self.file.scale
        elif self.quantity is Quantity.EXCESS:
            found = optimum.value - self.noise
        else:
            found = optimum.value
        named = {name for name, _ in plain.sums.entries}
        return None if named & found.free_symbols else found.xreplace(self.design.settled)

    @property
    def isotropic(self) -> bool:
        """Whether the optimum is a function of sizes and parameters alone."""
        return self.derivation.plain.scalar is not None

    @property
    def leading(self) -> tuple[sympy.Expr, ...]:
        """There is none where every weight is optimal."""
        optimum = self.derivation.plain.scalar
        return () if optimum is None else (optimum.determinant,)

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        """The same, where beside a projection formulas are in its rank as well."""
        return self.derivation.plain.regular

    @property
    def is_least(self) -> bool:
        return self.quantity.is_risk or self.quantity is Quantity.EXCESS

    def at(self, at: Instance) -> Any:
        best = self.derivation.plain.minimum(at)
        if self.quantity is not Quantity.WEIGHT:
            return self.of_risk(best.risk, at)
        if best.others:
            raise ZeroDivisionError(best.others)
        return best.matrix(at) * (1 / scalar_value(self.file.scale, at.scalars, EXACT))

    def number(self, at: Instance) -> Any:
        best = self.derivation.plain.minimum(at)
        if self.quantity is not Quantity.WEIGHT:
            return self.of_risk(best.risk, at)
        if best.others and not best.outside:
            raise ZeroDivisionError(best.others)
        return best.weight / scalar_value(self.file.scale, at.scalars, at.arithmetic)

    def confirmed(self, at: Instance) -> bool | None:
        """By its risk there, and no slope in any direction.

        In each direction the risk is a parabola, so that no slope in a basis of directions is
        enough.
        """
        if at.n * at.d > BRUTE // self.file.steps:
            return None
        plain = self.derivation.plain
        best = plain.minimum(at)
        weight, risk = best.matrix(at), best.risk
        rows, columns = weight.nrows(), weight.ncols()
        drawn = random_matrix(Random(0), rows, 9, columns)
        moves = (named(plain.variables, m) for m in (*basis(rows, columns), drawn))
        found = is_least(self.file.predictor, named(plain.variables, weight), moves, risk, at)
        if not found:
            return found
        if self.quantity is Quantity.WEIGHT:
            scale = scalar_value(self.file.scale, at.scalars, EXACT)
            return bool(self.at(at) * scale == weight)
        return bool(self.at(at) == self.of_risk(risk, at))


@dataclass(frozen=True)
class OfCoefficient(OfDescent):
    """One of the best coefficients of several steps; its place is counted from zero."""

    place: int

    @cached_property
    def formula(self) -> sympy.Expr | None:
        best = self.derivation.plain.value
        if best is None:
            return None
        return factored(best.at[self.place] / self.file.scale).xreplace(self.design.settled)

    def number(self, at: Instance) -> Any:
        best = self.derivation.plain.minimum(at)
        if best.others:
            raise ZeroDivisionError(best.others)
        scale = scalar_value(self.file.scale, at.scalars, at.arithmetic)
        return best.matrix(at)[self.place, 0] / scale

    def at(self, at: Instance) -> Any:
        return self.number(at)

    def confirmed(self, at: Instance) -> bool | None:
        """That the coefficients it is one of have the least risk."""
        return OfDescent(Quantity.RISK, self.file).confirmed(at)


@dataclass(frozen=True)
class AtWeight(Target):
    """The risk of PGD at a given weight, or its excess there.

    Parameters
    ----------
    weight
        The weight, in the convention of the file's scale; W for any, which an instance then holds.
    """

    weight: ClaimedFormula

    @cached_property
    def derivation(self) -> Derivation:
        """The risk as a polynomial in the weight, and its minimum."""
        return derive(self.design, pgd)

    @property
    def no_formula(self) -> str:
        return "the risk at this weight depends on covariances, or on a sum without a closed form"

    @cached_property
    def formula(self) -> sympy.Expr | None:
        plain, weight = self.derivation.plain, self.weight.expression
        if self.design.covariances or self.design.means or weight.has(MatrixSymbol):
            return None
        constant, slope, square = along_identity(plain.polynomial, plain.variable)
        own = weight * self.file.scale
        found = constant + slope * own + square * own**2
        if {name for name, _ in plain.sums.entries} & found.free_symbols:
            return None
        less = self.noise if self.quantity is Quantity.EXCESS else 0
        return factored((found - less).xreplace(self.design.settled))

    def weight_at(self, at: Instance) -> Any:
        """The weight in the convention without a scale, d x d."""
        exact, tree = at.exact, self.weight.tree
        found = exact_or_ball(tree, at) if exact else value(tree, Floats.at(at))
        if isinstance(found, flint.arb | flint.arb_mat):
            raise Irrational(f"the weight is irrational at {at}")
        whole = isinstance(found, flint.fmpq_mat | np.ndarray)
        matrix = found if whole else at.arithmetic.identity(at.d) * found
        return matrix * scalar_value(self.file.scale, at.scalars, at.arithmetic)

    def number(self, at: Instance) -> Any:
        return self.of_risk(self.derivation.plain.risk_of(self.weight_at(at), at), at)

    def least_at(self, at: Instance) -> Any:
        least = self.derivation.plain.minimum(at).risk
        return self.of_risk(least, at)

    def confirmed(self, at: Instance) -> bool | None:
        if at.n * at.d > BRUTE:
            return None
        name = self.derivation.plain.variable.name
        try:
            found = risk_at(pgd, {name: self.weight_at(at)}, at)
        except ArithmeticError:  # a risk that is not rational
            return None
        return bool(self.of_risk(found, at) == self.at(at))
