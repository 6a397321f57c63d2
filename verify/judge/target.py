"""What is derived in the place of a claim: a formula, values, and coordinates that confirm them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
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
from theory.designs.predictors import pgd, wpgd
from theory.errors import Irrational
from theory.language.files.reading import DesignFile
from theory.language.formulas.claims import ClaimedFormula
from theory.language.formulas.expressions import FREE
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.values import Floats, exact_or_ball, value
from theory.optima.derivation import Derivation, derive
from theory.optima.optimum import named
from theory.optima.sample_weights.form import NumericForm
from theory.optima.sample_weights.stationary import is_stationary
from theory.optima.sample_weights.weighted import InGroups, InWeights, least
from theory.risks.coordinates import risk_at
from theory.risks.per_example import along_identity
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import d, i
from verify.instances import random_matrix
from verify.judge.confirmation import basis, is_least

BRUTE = 6
"""The largest ``n d`` at which something is confirmed coordinate by coordinate; of L steps the L-th
part of it."""
ANY_WEIGHT = MatrixSymbol(FREE, d, d)


@dataclass(frozen=True)
class Target(ABC):
    """A quantity of a design, as the engine has it.

    Parameters
    ----------
    quantity, file
        Which, and of what.
    """

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

    @abstractmethod
    def at(self, at: Instance) -> Any:
        """The value at an exact instance: a number, or a d x d matrix for a weight.

        Raises ZeroDivisionError where it is not unique, and
        :class:`~theory.errors.Irrational` where it is not rational.
        """

    @abstractmethod
    def number(self, at: Instance) -> Any:
        """The same in the arithmetic of any instance; the factor of a multiple of the identity."""

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
        """The same, where beside a projection formulas are in its rank as well.

        In a span of I and an outer product, the determinant in an orthonormal basis.
        """
        best, span = self.derivation.plain.value, self.derivation.plain.span
        if best is None:
            return ()
        return (best.determinant if span is None else best.determinant / span.gram,)

    def at(self, at: Instance) -> Any:
        best = self.derivation.plain.minimum(at)
        if self.quantity is not Quantity.WEIGHT:
            return self.of_risk(best.risk, at)
        if best.others:
            raise ZeroDivisionError(best.others)
        return best.matrix(at) * (1 / scalar_value(self.file.scale, at.scalars, EXACT))

    def number(self, at: Instance) -> Any:
        plain, arithmetic = self.derivation.plain, at.arithmetic
        if self.quantity is not Quantity.WEIGHT:
            return self.of_risk(plain.minimum(at).risk, at)
        scale = scalar_value(self.file.scale, at.scalars, arithmetic)
        if not at.matrices:
            return plain.minimum(at).weight / scale
        return plain.at(at)[0] / scale

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
class OfWeights(Target):
    """The least risk over sample weights, where some optimal W is a multiple of the identity."""

    kind: InWeights | InGroups
    """How they are found."""

    no_formula = "the best sample weights have no formula, or a sum over them has no closed form"

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        return diagonal_of(self.kind)

    @cached_property
    def formula(self) -> sympy.Expr | None:
        found = self.kind.risk
        return None if found is None else found.xreplace(self.design.settled)

    def at(self, at: Instance) -> Any:
        found = least(self.kind, at).risk
        if not isinstance(found, flint.fmpq):
            raise Irrational(f"the least risk of WPGD is not rational at {at}")
        return found

    def number(self, at: Instance) -> Any:
        return least(self.kind, at).risk

    def confirmed(self, at: Instance) -> bool | None:
        return are_best(self.kind, at)


@dataclass(frozen=True)
class OfOmega(Target):
    """The best sample weights, up to a factor; the last that is not zero is put to one.

    Parameters
    ----------
    kind
        How they are found; None where they are equal, and whether others are as good is not known.
    equal
        Whether equal ones are optimal.
    """

    kind: InWeights | None
    equal: bool

    formula = None

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        return () if self.kind is None else diagonal_of(self.kind)

    @property
    def no_formula(self) -> str:
        return "sample weights have no closed form here that could be compared for all examples"

    def at(self, at: Instance) -> Any:
        if self.kind is None:
            return normalised([flint.fmpq(1)] * at.n)
        found = least(self.kind, at).omega
        if all(w == 0 for w in found):
            raise ZeroDivisionError("nothing can be learned, so that any weights are as good")
        if not all(isinstance(w, flint.fmpq) for w in found):
            raise Irrational(f"the best sample weights are not rational at {at}")
        return normalised(found)

    def number(self, at: Instance) -> Any:
        return (1,) * at.n if self.kind is None else least(self.kind, at).omega

    def confirmed(self, at: Instance) -> bool | None:
        return None if self.kind is None else are_best(self.kind, at)

    def out_of_reach(self, claimed: ClaimedFormula) -> str:
        if self.kind is not None or _is_constant(claimed.expression):
            return ""
        return (
            "equal sample weights are optimal; whether others are as good is not derived where "
            "there are covariances"
        )

    def is_met(self, claimed: sympy.Expr) -> bool:
        """Whether a formula is seen to be optimal for every example, at all sizes."""
        if claimed.has(sympy.Trace) or is_zero(claimed):
            return False
        if self.equal:
            return _is_constant(claimed)
        assert self.kind is not None  # or else equal ones are optimal
        return is_stationary(self.kind.form, claimed)


def _is_constant(expr: sympy.Expr) -> bool:
    """Whether an expression does not depend on the index of the example."""
    return is_zero(expr - expr.subs(i, i + 1))


def normalised(weights: Sequence[Any]) -> Any:
    """Sample weights as a column, the last that is not zero put to one; balls where they are.

    Where all are zero they stay so; raises ZeroDivisionError where that is not seen of balls.

    >>> normalised([flint.fmpq(2), flint.fmpq(4), flint.fmpq(0)])
    [1/2]
    [  1]
    [  0]
    """
    balls = not all(isinstance(w, flint.fmpq) for w in weights)
    matrix = flint.arb_mat if balls else flint.fmpq_mat
    if all(w == 0 for w in weights):
        return matrix([[w] for w in weights])
    kept = [w for w in weights if not (w.contains(0) if isinstance(w, flint.arb) else w == 0)]
    if not kept:
        raise ZeroDivisionError("it is not seen whether all sample weights are zero")
    return matrix([[w / kept[-1]] for w in weights])


def diagonal_of(kind: InWeights | InGroups) -> tuple[sympy.Expr, ...]:
    """The diagonal part of the form in sample weights.

    Where examples of a group add nothing of their own, the group weighs the same however large it
    is: it must not be empty, and no combination of such groups may be without effect.
    """
    if not isinstance(kind, InGroups):
        return (kind.form.diagonal,)
    form = kind.form
    if not any(map(is_zero, form.diagonal)):
        return form.diagonal
    both = zip(form.diagonal, form.counts, strict=True)
    return (*(count if is_zero(own) else own for own, count in both), form.system.det())


def are_best(kind: InWeights | InGroups, at: Instance) -> bool | None:
    """Whether coordinates give the least risk, and no slope in weight or sample weights."""
    if at.n * at.d > BRUTE:
        return None
    best = least(kind, at)
    one = EXACT.identity(at.d)
    start = {"W": one, "Omega": EXACT.diagonal(best.of_examples(at))}
    still = {name: matrix * 0 for name, matrix in start.items()}
    moves = [still | {"W": m} for m in basis(at.d)]
    units = ([int(k == example) for k in range(at.n)] for example in range(at.n))
    moves += [still | {"Omega": EXACT.diagonal(unit)} for unit in units]
    return is_least(wpgd, start, moves, best.risk, at)


def form_at(kind: InWeights | InGroups, at: Instance) -> NumericForm:
    """The risk in the sample weights at an exact instance."""
    if isinstance(kind, InGroups):
        return kind.form.numbers(at)
    scalars = {k: v for k, v in at.scalars.items() if k != kind.form.size.name}
    return kind.form.at(at.n, scalars)


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
        if at.exact:
            found = exact_or_ball(self.weight.tree, at)
            if isinstance(found, flint.arb | flint.arb_mat):
                raise Irrational(f"the weight is irrational at {at}")
            whole = isinstance(found, flint.fmpq_mat)
        else:
            found = value(self.weight.tree, Floats.at(at))
            whole = isinstance(found, np.ndarray)
        matrix = found if whole else at.arithmetic.identity(at.d) * found
        return matrix * scalar_value(self.file.scale, at.scalars, at.arithmetic)

    def at(self, at: Instance) -> Any:
        return self.number(at)

    def number(self, at: Instance) -> Any:
        return self.of_risk(self.derivation.plain.risk_of(self.weight_at(at), at), at)

    def confirmed(self, at: Instance) -> bool | None:
        if at.n * at.d > BRUTE:
            return None
        name = self.derivation.plain.variable.name
        try:
            found = risk_at(pgd, {name: self.weight_at(at)}, at)
        except ArithmeticError:  # a risk that is not rational
            return None
        return bool(self.of_risk(found, at) == self.at(at))
