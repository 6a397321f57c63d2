"""Claimed moments of Gaussian vectors and matrices, on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import MatrixPolynomial
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import ORDERS, Moment
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
from verify.quantities.moment.grids import grid
from verify.quantities.moment.points import places, random_place, small_places
from verify.quantities.moment.signs import sign_break
from verify.quantities.moment.slips import slips
from verify.settings import Settings


@dataclass(frozen=True)
class Moments(OnTrial):
    """Moments with what is claimed of them."""

    cases: tuple[MomentCase, ...]

    measured = "claimed moments in random directions"
    drawn = "draws"

    @staticmethod
    def of(statement: MomentStatement) -> Moments:
        """Those of a statement."""
        return Moments(tuple(map(MomentCase, statement.moments, statement.derivations)))

    def equalities(self, settings: Settings) -> Iterator[Equality]:
        """Polynomials in words of matrices that need not commute or be symmetric, and in traces.

        The claim for a power is compared factor by factor with the recursion.
        """
        for case in self.cases:
            power = case.moment.power
            proved, says = (
                (case.moment.claimed() == case.derived.values[1], EQUAL_WORDS)
                if power is None
                else (_same_powers(case), EQUAL_FACTORS.format(power))
            )
            yield Equality(
                case.moment.name,
                proved,
                f"{case.moment.name}: {says}",
                lambda random, case=case: (  # type: ignore[misc]
                    Node(at, case.compare_derived(at)) for at in small_places(case.moment, random)
                ),
                len(case.derived.values),
            )

    def grids(self, settings: Settings) -> Iterator[Grid]:
        random = Random(settings.seed)
        for case in self.cases:
            yield grid(case, random)

    def properties(self, settings: Settings) -> dict[str, Property]:
        return {
            f"{name} ({case.moment.name})": Property(places(case.moment), partial(compared, case))
            for case in self.cases
            for name, (compared, applies) in BEHAVIOUR.items()
            if applies(case.moment)
        }

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.moment.sampling import measurements

        for case in self.cases:
            yield from measurements(case.moment, settings)

    def values(self, random: Random) -> tuple[Any, ...]:
        """Every moment as claimed and as derived, at sizes and orders from 2 to 4."""
        found: list[Any] = []
        for case in self.cases:
            numbers = {p: random.randint(2, 4) for p in case.moment.parameters}
            at = random_place(case.moment, numbers, random, 50).at
            found += [case.moment.claimed_at(at), case.derived_at(at)]
        return tuple(found)

    def mutants(self) -> Iterator[Mutant]:
        for case in self.cases:
            for name, slipped in slips(case):
                told = f"{case.moment.name}: {name}" if len(self.cases) > 1 else name
                yield Mutant(told, Moments((slipped,)), Moments((case,)))

    def truths(self) -> Iterator[Mutant]:
        """The same claims written differently: without abbreviations, or with factors reversed."""
        for case in self.cases:
            for name, other in _written_differently(case):
                yield Mutant(f"{case.moment.name}: {name}", Moments((replace(case, moment=other),)))

    def breaks(self) -> Iterator[Break]:
        return (sign_break(case.moment) for case in self.cases)


EQUAL_WORDS = "equal as polynomials in words and traces, for all sizes and matrices"
EQUAL_FACTORS = (
    "each factor equals that of the recursion, so every order {} >= 1 at all d; orders "
    f"{ORDERS[0]} to {ORDERS[-1]} also one by one"
)


def _same_powers(case: MomentCase) -> bool:
    """Whether a claimed product over 1..k has the factors of the recursion.

    Both are 1 at k = 0, so they are equal for every k if and only if their last factors are. That
    the engine's own moments agree at every order in ``ORDERS`` is asked for too.
    """
    found, claim, power = case.derived.recursion, case.moment.claim, case.moment.power
    if found is None or not isinstance(claim, sympy.Product) or len(claim.limits) != 1:
        return False
    index, low, high = claim.limits[0]
    if (low, high) != (1, power) or claim.function.has(power):
        return False
    last = claim.function.subs(index, found.order)
    return sympy.expand(last - found.factor) == 0 and all(
        case.moment.claimed(k) == case.derived.values[k] for k in ORDERS
    )


def _written_differently(case: MomentCase) -> Iterator[tuple[str, Moment]]:
    moment, value = case.moment, case.derived.values[1]
    if isinstance(value, MatrixPolynomial) and moment.definitions:
        yield (
            "as derived, without abbreviations",
            replace(moment, claim=symbolic.matrix(value), definitions=()),
        )
    if isinstance(moment.claim, sympy.Product):
        index, low, high = moment.claim.limits[0]
        turned = moment.claim.function.subs(index, low + high - index)
        yield (
            "the factors in reverse",
            replace(moment, claim=sympy.Product(turned, moment.claim.limits[0])),
        )
