"""What was derived from a design, on trial, and mistakes put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from random import Random
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.values import scalar_value
from theory.algebra.words import Letter
from theory.designs.instance import Instance
from theory.errors import Irrational
from theory.language.formulas.parser import parse
from theory.language.formulas.tree import Tree
from theory.language.formulas.values import Rationals, value
from theory.optima.derivation import Derivation
from theory.records.derived import Derived
from theory.records.pasted import pasted
from theory.records.theorem import Theorem
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Grid, Measurement, Mutant, OnTrial, Property, TrainingRun
from verify.expected import Expected
from verify.instances import anywhere
from verify.quantities.claim import MOST_D
from verify.quantities.optimum.behaviour import behaviour
from verify.quantities.optimum.grids import grids
from verify.quantities.optimum.optimal import Optimal
from verify.settings import Settings
from verify.strategies import instances


@dataclass(frozen=True)
class Slip:
    """A mistake put into a derivation.

    Parameters
    ----------
    instance
        What is done to the instance at which the optimum is evaluated.
    weight, risk
        What is done to the optimal weight and to the optimal risk, at an instance.
    polynomial
        What is done to the risk polynomial.
    """

    name: str = "none"
    instance: Callable[[Instance], Instance] = lambda at: at
    weight: Callable[[Any, Instance], Any] = lambda weight, at: weight
    risk: Callable[[Any, Instance], Any] = lambda risk, at: risk
    polynomial: Callable[[TracePolynomial], TracePolynomial] = lambda polynomial: polynomial


RIGHT = Slip()
"""No mistake."""


@dataclass(frozen=True)
class DerivedOptimum(Optimal, OnTrial):
    """What was derived from a design, right or with a slip put into it.

    Nothing is claimed that it could be compared with for all sizes.
    """

    record: Derived
    slip: Slip = RIGHT

    @property
    def measured(self) -> str:  # type: ignore[override]
        if self.predictor.scalars:
            return "the risk at the exact coefficients"
        return "value and slope at the exact weight"

    @property
    def is_right(self) -> bool:
        """Whether formulas are those of its values, into which a slip is put."""
        return self.slip == RIGHT

    @property
    def derivation(self) -> Derivation:
        """What was derived for the predictor, with the slip in its risk polynomial."""
        found = self.record.derivation
        changed = self.slip.polynomial(found.plain.polynomial)
        return replace(found, plain=replace(found.plain, polynomial=changed))

    @cached_property
    def printed(self) -> Mapping[str, Tree]:
        """The formulas of weight and risk that are shown; none where a slip is put into values."""
        if not self.is_right or self.predictor.scalars:
            return {}
        texts = pasted(self.record, self.record.derived)
        return {name: parse(texts[name]) for name in ("weight", "risk") if name in texts}

    def printed_at(self, at: Instance) -> Iterator[tuple[str, Any, Any]]:
        """What the formulas that are shown give at an instance, beside the values solved for."""
        if not self.printed or not self.unique_at(at):
            return
        scale = scalar_value(self.record.file.scale, at.scalars, EXACT)
        for name, tree in self.printed.items():
            try:
                found = value(tree, Rationals.at(at))
            except (Irrational, ZeroDivisionError):
                continue
            if name == "risk":
                yield name, self.risk_at(at), found
            else:
                yield name, self.weight_at(at), at.arithmetic.identity(at.d) * found * scale

    def weight_at(self, at: Instance) -> Any:
        return self.slip.weight(self.minimum_at(self.slip.instance(at)).matrix(at), at)

    def risk_at(self, at: Instance) -> Any:
        return self.slip.risk(self.minimum_at(self.slip.instance(at)).risk, at)

    def expected(self, at: Instance) -> Expected:
        """The derived optimal risk, beside what a theorem claims of it to leading order."""
        claimed = self.record.claimed_risk_at(at) if isinstance(self.record, Theorem) else None
        return Expected.of(self.risk_at(at), claimed)

    def grids(self, settings: Settings) -> Iterator[Grid]:
        return grids(self, settings)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        return behaviour(self, instances(self.design, most_n=8, most_d=MOST_D))

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.optimum.numeric import measurements

        return measurements(self, settings)

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        from verify.quantities.optimum.numeric import runs

        return runs(self, settings)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Optimal weight and risk, and the risk of a random weight."""
        at = anywhere(self.design, random)
        if at is None:
            return None
        risk = self.derivation.plain.risk_of(self.random_weight(random, at.d, 9), at)
        return self.weight_at(at), self.risk_at(at), risk

    def mutants(self) -> Iterator[Mutant]:
        for slip in mistakes(self.record):
            yield Mutant(slip.name, replace(self, slip=slip))


def mistakes(record: Derived) -> Iterator[Slip]:
    """A slip each; those that change nothing are left out later."""
    plain = record.derivation.plain
    variables = plain.variables
    yield Slip("n -> n + 1 in the optimum", lambda at: at.with_examples(at.n + 1))
    yield Slip("twice the weight", weight=lambda weight, at: weight * 2)
    yield Slip("the identity added to the weight", weight=_identity_added)
    yield Slip("the weight with the other sign", weight=lambda weight, at: weight * -1)
    yield Slip(
        "half of the linear part of the risk lost",
        polynomial=lambda p: p - p.part(1, *variables) * sympy.Rational(1, 2),
    )
    yield Slip("1 % above the optimal risk", risk=lambda risk, at: risk * 101 / 100 + _unit(risk))
    yield Slip("1 % below the optimal risk", risk=lambda risk, at: risk * 99 / 100 - _unit(risk))
    yield Slip("a term of the second-order part lost", polynomial=_without_last(variables))
    noises = frozenset().union(*(noise.free_symbols for noise in record.design.noises))
    for p in record.design.parameters:
        if p.symbol in noises and p.low == 0:
            yield Slip(f"{p.name} forgotten in the optimum", _with_scalar(p.name))
    for one, other in combinations(record.design.covariances, 2):
        yield Slip(f"{one} and {other} exchanged in the optimum", _exchanged(one, other))


def _identity_added(weight: Any, at: Instance) -> Any:
    """A slip in a weight of zero as well."""
    if weight.nrows() != weight.ncols():  # a column of scalars
        return weight + EXACT.matrix([[1]] * weight.nrows())
    return weight + at.arithmetic.identity(weight.nrows())


def _unit(risk: Any) -> Any:
    """So that a risk of zero is changed as well."""
    return 1 if risk == 0 else 0


def _without_last(variables: tuple[Letter, ...]) -> Any:
    def changed(polynomial: TracePolynomial) -> TracePolynomial:
        *_, (monomial, c) = polynomial.part(2, *variables).sorted_terms()
        return polynomial - TracePolynomial({monomial: c})

    return changed


def _with_scalar(name: str) -> Any:
    def changed(at: Instance) -> Instance:
        return replace(at, scalars={**at.scalars, name: at.scalars[name] * 0})

    return changed


def _exchanged(one: str, other: str) -> Any:
    def changed(at: Instance) -> Instance:
        def swapped(table: Any) -> dict[str, Any]:
            names = {one: other, other: one}
            return {names.get(k, k): m for k, m in table.items()}

        return replace(at, matrices=swapped(at.matrices), roots=swapped(at.roots))

    return changed
