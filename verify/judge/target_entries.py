"""What is derived in the place of a claim of one entry: a coefficient, the weight of a group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import sympy

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import Irrational
from theory.language.formulas.quantities import Quantity
from theory.optima.sample_weights.weighted import WRITTEN_OUT, InGroups, least
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import factored
from verify.judge.target import OfDescent, Target, are_best, diagonal_of


@dataclass(frozen=True)
class OfCoefficient(OfDescent):
    """One of the best coefficients of several steps.

    Parameters
    ----------
    place
        Which, from zero on.
    """

    place: int

    @cached_property
    def formula(self) -> sympy.Expr | None:
        best = self.derivation.plain.value
        if best is None:
            return None
        return factored(best.at[self.place] / self.file.scale).xreplace(self.design.settled)

    def at(self, at: Instance) -> Any:
        best = self.derivation.plain.minimum(at)
        if best.others:
            raise ZeroDivisionError(best.others)
        return best.matrix(at)[self.place, 0] / scalar_value(self.file.scale, at.scalars, EXACT)

    def number(self, at: Instance) -> Any:
        best = self.derivation.plain.minimum(at)
        scale = scalar_value(self.file.scale, at.scalars, at.arithmetic)
        return best.matrix(at)[self.place, 0] / scale

    def confirmed(self, at: Instance) -> bool | None:
        """That the coefficients it is one of have the least risk."""
        return OfDescent(Quantity.RISK, self.file).confirmed(at)


@dataclass(frozen=True)
class OfGroup(Target):
    """The best sample weight of a group of examples, in units of that of another.

    Parameters
    ----------
    kind
        How they are found.
    group, unit
        The names of both.
    """

    kind: InGroups
    group: str
    unit: str

    no_formula = "the best sample weights of so many groups are not written out"

    @property
    def places(self) -> tuple[int, int]:
        """Of both among the groups."""
        names = self.kind.form.names
        return names.index(self.group), names.index(self.unit)

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        return diagonal_of(self.kind)

    @cached_property
    def formula(self) -> sympy.Expr | None:
        form = self.kind.form
        if len(form.counts) > WRITTEN_OUT:
            return None
        weights = form.system.adjugate() * sympy.Matrix(form.linear)
        own, unit = (factored(weights[place]) for place in self.places)
        return None if unit == 0 else factored(own / unit).xreplace(self.design.settled)

    def at(self, at: Instance) -> Any:
        found = self.number(at)
        if not isinstance(found, flint.fmpq):
            raise Irrational(f"the best sample weights are not rational at {at}")
        return found

    def number(self, at: Instance) -> Any:
        rows = at.rows
        if not (rows[self.group] and rows[self.unit]):
            raise ZeroDivisionError("any sample weight of a group without examples is as good")
        weights = least(self.kind, at).omega
        own, unit = (weights[place] for place in self.places)
        return own / unit

    def confirmed(self, at: Instance) -> bool | None:
        return are_best(self.kind, at)
