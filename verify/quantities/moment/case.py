"""A claimed moment beside the derived one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from theory.algebra.polynomials import TracePolynomial
from theory.language.moments.algebras import Polynomial
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import value_at
from theory.records.expectation_numbers import Point
from theory.records.gaussian_moment import Moment, sizes
from theory.records.moment_powers import ORDER, Powers
from verify.checks.on_trial import Compared
from verify.quantities.moment.coordinates import coordinate_value
from verify.quantities.moment.places import Draw, FactoredPoint, place


@dataclass(frozen=True)
class MomentCase:
    """What is claimed of a moment, and what the engine derived in its place."""

    moment: Moment
    lost: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The sizes and the order that it depends on, by name."""
        order = (ORDER,) if isinstance(self.moment, Powers) else ()
        return (*sizes(self.moment), *order)

    def of_order(self, order: int) -> ClaimedExpectation:
        """That of one order; the same for each, where there are no powers."""
        return self.moment.order(order) if isinstance(self.moment, Powers) else self.moment

    def record(self, at: Point) -> ClaimedExpectation:
        """That of the order there."""
        return self.of_order(at.scalars.get(ORDER, 1))

    def derived(self, order: int = 1) -> Polynomial:
        """The derived moment of an order."""
        value = self.of_order(order).value
        return shortened(value) if self.lost else value

    def claimed_at(self, at: Point) -> Any:
        """The claimed moment at a point, of the order there."""
        return value_at(self.record(at).claim.value, at)

    def place(self, numbers: dict[str, int], draw: Draw) -> FactoredPoint:
        """The place with given sizes and order, singular matrices among those drawn."""
        return place(self.of_order(1), numbers, draw, tries=1)

    def compare(self, at: FactoredPoint) -> Iterator[Compared]:
        """Claimed and derived moment beside what the coordinates give, where there are inverses."""
        record = self.record(at.at)
        try:
            exact, claimed = (
                coordinate_value(record, tree, at) for tree in (record.tree, record.claim.whole)
            )
            derived = value_at(self.derived(at.at.scalars.get(ORDER, 1)), at.at)
        except ZeroDivisionError:
            return
        yield Compared(f"the claimed {self} is wrong", at, exact, claimed)
        yield Compared(f"the derived {self} is wrong", at, exact, derived)

    def compare_derived(self, at: FactoredPoint) -> Iterator[Compared]:
        """The claimed moment beside the derived one."""
        exact = value_at(self.derived(at.at.scalars.get(ORDER, 1)), at.at)
        yield Compared(f"derived and claimed {self} differ", at, exact, self.claimed_at(at.at))

    def __str__(self) -> str:
        return self.moment.id if self.moment.id == "moment" else f"{self.moment.id} moment"


def shortened(value: Polynomial) -> Polynomial:
    """A derivation gone wrong: the last term is lost."""
    if isinstance(value, TracePolynomial):
        monomial, c = value.sorted_terms()[-1]
        return value - TracePolynomial({monomial: c})
    word, front = value.sorted_terms()[-1]
    return value - type(value)(value.rows, value.cols, {word: front})
