"""What comes of an optimum under another law at test, on trial: its risk there, and the price."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from random import Random
from typing import Any

import sympy
from hypothesis import strategies as st

from theory.designs.instance import Instance
from theory.optima.optimum import named
from theory.optima.shifted import Price, Shifted
from theory.records.derived import Derived
from theory.risks.coordinates import mean_at, risk_at
from theory.scalars.symbols import n
from verify.checks.on_trial import Compared, Grid, Measurement, Mutant, Node, OnTrial, Property
from verify.counterexamples import Incomparable
from verify.instances import anywhere, defined_instance, is_defined
from verify.judge.counterexample import UNDEFINED
from verify.judge.places import readable
from verify.judge.target import BRUTE
from verify.quantities.claim import LOOKED, MOST_D, SIZES
from verify.settings import Settings
from verify.strategies import instances

MOST = 12
"""At how many places of different sizes it is looked."""
HEIGHTS = (2, 9)
"""How large numbers are there: small ones, so that prompts at test are."""
ONE = sympy.Integer(1)


@dataclass(frozen=True)
class Mistake:
    """A slip in what is done at test."""

    name: str = "none"
    shifted: Callable[[Shifted], Shifted] = lambda found: found
    there: Callable[[Instance], Instance] = lambda at: at.at_test
    price: Callable[[Price], Price] = lambda price: price


RIGHT = Mistake()


@dataclass(frozen=True)
class PriceOnTrial(OnTrial):
    """The risk at test of what is optimal in training, right or with a slip put into it."""

    record: Derived
    mistake: Mistake = RIGHT

    measured = (
        "the risk at test of what is optimal in training, and its excess over the least one there"
    )

    @property
    def shifted(self) -> Shifted:
        """What is derived, without a slip."""
        found = self.record.shifted
        assert found is not None  # or else it is not on trial
        return found

    def price_at(self, at: Instance) -> Price:
        """Both risks at test, by the polynomial."""
        found = self.mistake.shifted(self.shifted)
        return self.mistake.price(found.between(at, self.mistake.there(at)))

    def difference_at(self, at: Instance) -> Any:
        """What is optimal in training less what is at test, in the convention at test."""
        found, there = self.shifted, at.at_test
        own = found.own.plain.minimum(there)
        return found.weight_at(at) * found.ratio_at(at) - own.matrix(there)

    def grids(self, settings: Settings) -> Iterator[Grid]:
        nodes = list(self._nodes(Random(settings.seed)))
        if not nodes:
            raise Incomparable("no size at test is small enough for this design")
        sizes = dict.fromkeys(f"({one.at.n}, {one.at.at_test.n}, {one.at.d})" for one in nodes)
        said = (
            "the risk at test of what is optimal in training, the least one there, and their "
            f"difference as a mean square, at (n, n at test, d) = {', '.join(sizes)}"
        )
        yield Grid("at test", iter(nodes), said, data={"sizes": list(sizes)})

    def _nodes(self, random: Random) -> Iterator[Node]:
        """Readable instances and random ones, both of whose prompts are small."""
        seen: set[tuple[int, int, int]] = set()
        most = BRUTE // self.record.file.steps
        for at in self._places(random):
            there = at.at_test
            sizes = (at.n, there.n, at.d)
            if len(seen) == MOST:
                return
            if max(at.n, there.n) * at.d > most or sizes in seen:
                continue
            compared = tuple(self._compared(at))
            if compared:
                seen.add(sizes)
                yield Node(at, compared)

    def _places(self, random: Random) -> Iterator[Instance]:
        for height in HEIGHTS:
            for count, size in SIZES:
                at = defined_instance(self.record.design, count, size, random, height)
                if at is not None:
                    yield at
        yield from islice(readable(self.record.design), LOOKED)

    def _compared(self, at: Instance) -> Iterator[Compared]:
        """Coordinates at test beside what is derived; nothing where that is undefined."""
        found, there, predictor = self.shifted, at.at_test, self.record.file.predictor
        variables = found.training.plain.variables
        try:
            price = self.price_at(at)
            weight = found.weight_at(at) * found.ratio_at(at)
            own = weight - self.difference_at(at)
            risk, least = (risk_at(predictor, named(variables, w), there) for w in (weight, own))

            def square(prompt: Any, weights: Mapping[str, Any]) -> Any:
                predicted = predictor.predict(prompt, weights)
                return predicted @ predicted

            mean = mean_at(square, named(variables, weight - own), there)
        except (ArithmeticError, *UNDEFINED):
            return
        yield Compared("the risk at test is another one", at, risk, price.risk)
        yield Compared("the least risk at test is another one", at, least, price.least)
        yield Compared("the excess at test is not the mean square", at, mean, price.price)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        places = instances(self.record.design, most_n=8, most_d=MOST_D)
        return {"excess at test": Property(places, partial(_priced, self))}

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.shift.numeric import measurements

        return measurements(self.record, settings)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        at = anywhere(self.record.design, random)
        if at is None:
            return None
        price = self.price_at(at)
        return price.risk, price.least

    def mutants(self) -> Iterator[Mutant]:
        for mistake in mistakes(self.shifted):
            yield Mutant(f"at test: {mistake.name}", replace(self, mistake=mistake), self)


def mistakes(found: Shifted) -> Iterator[Mistake]:
    """A slip each; those that change nothing are left out later."""
    if found.shift.examples != n:
        yield Mistake("as many examples as in training", there=_as_many)
    if found.ratio != 1:
        yield Mistake(
            "the scale read with the examples of training", lambda f: replace(f, ratio=ONE)
        )
    yield Mistake("the law of training", lambda f: replace(f, own=f.training))
    yield Mistake("the excess forgotten", price=lambda p: Price(p.least, p.least))
    yield Mistake("1 % above the risk", price=lambda p: Price(p.risk * 101 / 100, p.least))
    yield Mistake("1 % below the least risk", price=lambda p: Price(p.risk, p.least * 99 / 100))


def _as_many(at: Instance) -> Instance:
    return at.at_test.with_examples(at.n)


def _priced(subject: PriceOnTrial, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """The price is the mean square of a difference, so that no risk at test is below the least."""
    if not is_defined(at):
        return
    found, there = subject.shifted, at.at_test
    try:
        price, difference = subject.price_at(at), subject.difference_at(at)
        plain = found.at(at)
    except UNDEFINED:
        return
    of = found.own.plain.risk_of
    square = (of(difference, there) + of(-difference, there)) / 2 - of(difference * 0, there)
    yield Compared(
        "the excess at test is not the mean square of a difference", at, square, price.price
    )
    yield Compared("a risk below the least one", at, ">= 0", price.price, bool(price.price >= 0))
    yield Compared("the formula of the risk at test is wrong", at, plain.risk, price.risk)
