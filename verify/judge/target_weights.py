"""What is derived in the place of a claim about sample weights, or about their least risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import sympy

from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.errors import Irrational
from theory.language.formulas.claims import ClaimedFormula
from theory.optima.sample_weights.form import NumericForm
from theory.optima.sample_weights.stationary import is_stationary
from theory.optima.sample_weights.weighted import (
    NOT_UNIQUE,
    WRITTEN_OUT,
    InGroups,
    InWeights,
    least,
)
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import i
from verify.judge.confirmation import basis, is_least
from verify.judge.target import BRUTE, Target


@dataclass(frozen=True)
class InSampleWeights(Target):
    """What is read off the best sample weights, where some optimal W is a multiple of I.

    Parameters
    ----------
    kind
        How they are found; None where they are equal, and whether others are as good is not known.
    """

    kind: InWeights | InGroups | None

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        return () if self.kind is None else self.kind.regular

    def confirmed(self, at: Instance) -> bool | None:
        return None if self.kind is None else are_best(self.kind, at)


@dataclass(frozen=True)
class OfWeights(InSampleWeights):
    """The least risk over sample weights, where some optimal W is a multiple of the identity."""

    kind: InWeights | InGroups

    no_formula = "the best sample weights have no formula, or a sum over them has no closed form"

    is_least = True

    @cached_property
    def formula(self) -> sympy.Expr | None:
        found = self.kind.risk
        return None if found is None else found.xreplace(self.design.settled)

    def number(self, at: Instance) -> Any:
        return least(self.kind, at).risk


@dataclass(frozen=True)
class OfOmega(InSampleWeights):
    """The best sample weights, up to a factor; the last that is not zero is put to one."""

    kind: InWeights | None
    equal: bool

    formula = None

    no_formula = "sample weights have no closed form here that could be compared for all examples"

    def at(self, at: Instance) -> Any:
        if self.kind is None:
            return normalised([flint.fmpq(1)] * at.n)
        found = only_weights(self.kind, at)
        if all(w == 0 for w in found):
            raise ZeroDivisionError("nothing can be learned, so that any weights are as good")
        if not all(isinstance(w, flint.fmpq) for w in found):
            raise Irrational(f"the best sample weights are not rational at {at}")
        return normalised(found)

    def number(self, at: Instance) -> Any:
        return (1,) * at.n if self.kind is None else only_weights(self.kind, at)

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


@dataclass(frozen=True)
class OfGroup(InSampleWeights):
    """The best sample weight of a group of examples, in units of that of another."""

    kind: InGroups
    group: str
    unit: str

    no_formula = "the best sample weights of so many groups are not written out"

    @property
    def places(self) -> tuple[int, int]:
        """Of both among the groups."""
        names = self.kind.form.names
        return names.index(self.group), names.index(self.unit)

    @cached_property
    def formula(self) -> sympy.Expr | None:
        form = self.kind.form
        if len(form.counts) > WRITTEN_OUT:
            return None
        weights = form.system.adjugate() * sympy.Matrix(form.linear)
        own, unit = (factored(weights[place]) for place in self.places)
        return None if unit == 0 else factored(own / unit).xreplace(self.design.settled)

    def number(self, at: Instance) -> Any:
        rows = at.rows
        if not (rows[self.group] and rows[self.unit]):
            raise ZeroDivisionError("any sample weight of a group without examples is as good")
        weights = only_weights(self.kind, at)
        own, unit = (weights[place] for place in self.places)
        return own / unit


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


def only_weights(kind: InWeights | InGroups, at: Instance) -> tuple[Any, ...]:
    """The best sample weights; raises ZeroDivisionError where others are as good."""
    found = least(kind, at)
    if not found.only:
        raise ZeroDivisionError(NOT_UNIQUE)
    return found.omega


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
