"""Claimed moments of Gaussian vectors and matrices, on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import sympy
from hypothesis import strategies as st

from theory.language.formulas.definitions import written_out
from theory.language.formulas.parser import parse
from theory.records.gaussian_moment import MomentStatement
from theory.records.moment_powers import INDEX, ORDER, ORDERS, Powers
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import (
    Break,
    Equality,
    Grid,
    Measurement,
    Mutant,
    Node,
    OnTrial,
    Property,
)
from verify.quantities.moment.behaviour import BEHAVIOUR
from verify.quantities.moment.case import MomentCase
from verify.quantities.moment.coordinates import coordinate_value
from verify.quantities.moment.grids import grid
from verify.quantities.moment.places import FactoredPoint, matrices, random_place
from verify.quantities.moment.slips import slipped
from verify.settings import Settings
from verify.strategies import sizes

MOST = {"n": 3, "d": 3, ORDER: 6}
"""The largest sizes and order at which everything is multiplied out."""
SLIPS = 28
"""How many slips in a formula are put before the checks."""


@dataclass(frozen=True)
class Moments(OnTrial):
    """Moments with what is claimed of them."""

    cases: tuple[MomentCase, ...]

    measured = "claimed moments in random directions"
    drawn = "draws"

    @staticmethod
    def of(statement: MomentStatement) -> Moments:
        """Those of a statement."""
        return Moments(tuple(map(MomentCase, statement.moments)))

    def equalities(self, settings: Settings) -> Iterator[Equality]:
        """Polynomials in words of matrices that need not commute or be symmetric, and in traces.

        The claim for a power is compared factor by factor with the recursion.
        """
        for case in self.cases:
            powers = isinstance(case.moment, Powers)
            orders = ORDERS if powers else (1,)
            proved = all(case.of_order(k).claim.value == case.derived(k) for k in orders)
            yield Equality(
                case.moment.id,
                proved and (not isinstance(case.moment, Powers) or _same_factors(case.moment)),
                f"{case.moment.id}: {EQUAL_FACTORS if powers else EQUAL_WORDS}",
                lambda random, case=case: (  # type: ignore[misc]
                    Node(at, case.compare_derived(at)) for at in _small_places(case, random)
                ),
                len(orders),
            )

    def grids(self, settings: Settings) -> Iterator[Grid]:
        random = Random(settings.seed)
        for case in self.cases:
            yield grid(case, random)

    def properties(self, settings: Settings) -> dict[str, Property]:
        return {
            f"{name} ({case.moment.id})": Property(_places(case), partial(compared, case))
            for case in self.cases
            for name, (compared, applies) in BEHAVIOUR.items()
            if applies(case)
        }

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.moment.sampling import measurements

        for case in self.cases:
            yield from measurements(case, settings)

    def values(self, random: Random) -> tuple[Any, ...]:
        """Every moment as claimed and as derived, at sizes and orders from 2 to 4."""
        found: list[Any] = []
        for case in self.cases:
            numbers = {p: random.randint(2, 4) for p in case.parameters}
            at = random_place(case.of_order(1), numbers, random, 50)
            compared = case.compare_derived(at)
            found += [value for one in compared for value in (one.claimed, one.exact)]
        return tuple(found)

    def mutants(self) -> Iterator[Mutant]:
        for case in self.cases:
            for name, wrong in slipped(case, SLIPS):
                told = f"{case.moment.id}: {name}" if len(self.cases) > 1 else name
                yield Mutant(told, Moments((wrong,)), Moments((case,)))

    def truths(self) -> Iterator[Mutant]:
        """The same claims written differently: without abbreviations, or with factors reversed."""
        for case in self.cases:
            moment = case.moment
            if isinstance(moment, Powers):
                turned = {INDEX: parse(f"{moment.low} + {ORDER} + {moment.more} - {INDEX}")}
                name = "the factors in reverse"
                other: Any = replace(moment, factor=written_out(moment.factor, turned))
            elif moment.definitions:
                name, other = "without abbreviations", moment.with_claim(moment.claim.whole, ())
            else:
                continue
            yield Mutant(f"{moment.id}: {name}", Moments((replace(case, moment=other),)))

    def breaks(self) -> Iterator[Break]:
        return map(_sign_break, self.cases)


EQUAL_WORDS = "equal as polynomials in words and traces, for all sizes and matrices"
EQUAL_FACTORS = (
    f"each factor equals that of the recursion, so every order {ORDER} >= 1 at all d; orders "
    f"{ORDERS[0]} to {ORDERS[-1]} also one by one"
)


def _same_factors(moments: Powers) -> bool:
    """Whether a claimed product over 1..k has the factors of the recursion.

    Both are 1 at k = 0, so they are equal for every k if and only if their last factors are.
    """
    factor = moments.factor_expression
    if (moments.low, moments.more) != (1, 0) or factor.has(moments.symbol):
        return False
    last = factor.subs(sympy.Symbol(INDEX), moments.symbol)
    return bool(sympy.expand(last - moments.recursion.factor) == 0)


@st.composite
def _places(draw: st.DrawFn, case: MomentCase) -> FactoredPoint:
    """A place small enough to multiply everything out."""
    numbers = {p: draw(sizes(MOST[p])) for p in case.parameters}
    return case.place(numbers, lambda rows, columns: draw(matrices(rows)))


def _small_places(case: MomentCase, random: Random) -> Iterator[FactoredPoint]:
    """Small readable places, in which to look for a counterexample; all parameters from 1 to 3."""
    free = [p for p in case.parameters if p != "d"]
    for d in (1, 2, 3):
        for value in (1, 2, 3) if free else (1,):
            numbers = {**dict.fromkeys(free, value), "d": d}
            yield random_place(case.of_order(1), numbers, random, 2)


def _sign_break(case: MomentCase) -> Break:
    """Signs in place of Gaussian numbers, at a small place, where the claim should fail."""
    drawn = random_place(case.of_order(1), dict.fromkeys(case.parameters, 2), Random(1), 3)
    one = dict.fromkeys(drawn.factors, EXACT.identity(2))
    at = FactoredPoint(replace(drawn.at, matrices={**drawn.at.matrices, **one}), one)
    record = case.record(at.at)
    exact = coordinate_value(record, record.tree, at, even=lambda k: 1)
    claimed, name = case.claimed_at(at.at), case.moment.id
    return Break(
        f"signs instead of Gaussian numbers, {name}",
        exact != claimed,
        "with independent signs in place of Gaussian numbers, which have the same covariance, "
        f"the {name} moment is another one",
        {"at": str(at), "exact": str(exact), "claimed": str(claimed)},
    )
