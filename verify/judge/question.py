"""A claimed formula beside what is derived in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Any

import flint
import sympy
from sympy import MatrixExpr, Trace

from theory.algebra import symbolic
from theory.algebra.values import scalar_value
from theory.designs.design import IDENTITY, Design
from theory.designs.instance import Instance
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.language.formulas.claims import (
    ClaimedFormula,
    excess_formula,
    risk_formula,
    weight_formula,
)
from theory.language.formulas.scope import Meaning
from theory.language.formulas.tree import Tree, names
from theory.language.formulas.values import exact_or_ball
from theory.optima.derivation import Derivation, derive
from theory.records.statement import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.scalars.arithmetic import EXACT
from theory.text.account import Formula
from theory.text.rows import grouped, row


class Quantity(Enum):
    """What a formula is claimed of."""

    WEIGHT = "weight"
    RISK = "risk"
    EXCESS = "excess"
    """The risk less the noise of the query's label, which no predictor removes."""


@dataclass(frozen=True)
class Question:
    """A formula for the optimal weight, risk or excess risk of PGD under a design.

    Parameters
    ----------
    quantity
        Which of them.
    formula
        What is claimed.
    file
        The design, with its limits and the scale of its predictions.
    """

    quantity: Quantity
    formula: ClaimedFormula
    file: DesignFile

    @property
    def design(self) -> Design:
        return self.file.design

    @cached_property
    def derivation(self) -> Derivation:
        """What the engine derives, without the scale."""
        return derive(self.design, self.file.predictor)

    @property
    def latex(self) -> str:
        """The claim as it was understood."""
        return self.shown.latex

    @property
    def shown(self) -> Formula:
        """The same as a formula."""
        expr = self.formula.shown
        if self.quantity is Quantity.WEIGHT:
            return Formula(OPTIMAL_WEIGHT, symbolic.whole(expr))
        less = self.noise if self.quantity is Quantity.EXCESS else sympy.Integer(0)
        left = OPTIMAL_RISK if less == 0 else row(OPTIMAL_RISK, " - ", grouped(less))
        return Formula(left, expr)

    @property
    def claimed(self) -> sympy.Expr | None:
        """The claim as a scalar without traces; None where it is none."""
        expr = self.formula.expression
        if isinstance(expr, MatrixExpr) or expr.has(Trace):
            return None
        return expr.xreplace(self.design.settled)

    @cached_property
    def exact(self) -> sympy.Expr | None:
        """The derived quantity as a scalar formula in sizes and parameters; None for no such."""
        plain = self.derivation.plain
        optimum = plain.scalar
        if optimum is None:
            return None
        if self.quantity is Quantity.WEIGHT:
            (weight,) = optimum.at
            found = weight / self.file.scale
        elif self.quantity is Quantity.RISK:
            found = optimum.value
        else:
            found = optimum.value - self.noise
        named = {name for name, _ in plain.sums.entries}
        return None if named & found.free_symbols else found.xreplace(self.design.settled)

    @property
    def noise(self) -> sympy.Expr:
        """The part of the risk that no predictor removes: the variance of the query's noise."""
        return (self.design.noise_of_query**2).xreplace(self.design.settled)

    def exact_at(self, at: Instance) -> Any:
        """The derived quantity at an exact instance: a number, or a d x d matrix for a weight.

        Raises ZeroDivisionError where a weight is not unique, and as ``Optimum.minimum`` does.
        """
        best = self.derivation.plain.minimum(at.scalars, at.matrices, EXACT)
        if self.quantity is not Quantity.WEIGHT:
            return self.of_risk(best.risk, at)
        if best.others:
            raise ZeroDivisionError(best.others)
        return best.matrix(at) * (1 / scalar_value(self.file.scale, at.scalars, EXACT))

    def of_risk(self, risk: Any, at: Instance) -> Any:
        """A risk at an instance, or the excess where that is claimed."""
        if self.quantity is Quantity.RISK:
            return risk
        return risk - scalar_value(self.noise, at.scalars, at.arithmetic)

    def claimed_at(self, at: Instance, tree: Tree | None = None) -> Any:
        """The claimed quantity, or that of another formula, at an exact instance.

        Balls where it is irrational. Raises ZeroDivisionError where it is undefined.
        """
        found = exact_or_ball(self.formula.tree if tree is None else tree, at)
        if self.quantity is Quantity.WEIGHT and isinstance(found, flint.fmpq | flint.arb):
            one = type(found)(1)
            size = range(at.d)
            rows = [[found if r == c else found - found for c in size] for r in size]
            return _matrix_of(one)(rows)
        return found

    @property
    def names(self) -> dict[str, Meaning]:
        """The names that a formula may use, with their meaning."""
        scalars = ["n", "d", *(p.name for p in self.design.parameters)]
        found = dict.fromkeys(scalars, Meaning.SCALAR)
        return found | dict.fromkeys(self.design.covariances, Meaning.MATRIX)

    @property
    def matrices(self) -> frozenset[str]:
        """Those of them that stand for matrices, and the identity."""
        named = {name for name, meaning in self.names.items() if meaning is Meaning.MATRIX}
        return frozenset(named | {IDENTITY})

    @property
    def used(self) -> frozenset[str]:
        """The names that the formula does use."""
        return names(self.formula.tree)

    def with_formula(self, tree: Tree) -> Question:
        """The same question of another formula.

        Raises :class:`~theory.language.formulas.places.Unreadable` where it is none.
        """
        read = READ[self.quantity]
        return replace(self, formula=read(tree, self.design))


READ = {
    Quantity.WEIGHT: weight_formula,
    Quantity.RISK: risk_formula,
    Quantity.EXCESS: excess_formula,
}


def _matrix_of(number: Any) -> Any:
    import flint

    return flint.fmpq_mat if isinstance(number, flint.fmpq) else flint.arb_mat


def questions(file: DesignFile, claim: Claimed) -> tuple[Question, ...]:
    """The questions that a claim poses, the weight first."""
    return tuple(
        Question(quantity, formula, file)
        for quantity, formula in (
            (Quantity.WEIGHT, claim.weight),
            (Quantity.RISK, claim.risk),
            (Quantity.EXCESS, claim.excess),
        )
        if formula is not None
    )
