"""Equal gradient steps of the best size, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any, NamedTuple

import flint
from hypothesis import strategies as st

from theory.designs.instance import Instance
from theory.designs.predictors import equal_steps
from theory.errors import Irrational
from theory.optima.steps.equal import ball, best_equal, risk_in_size
from theory.records.derived import Derived
from theory.risks.coordinates import risk_at
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared, Grid, Mutant, Node, OnTrial, Property
from verify.counterexamples import Incomparable
from verify.instances import anywhere, defined_instance, is_defined
from verify.quantities.claim import MOST_D, SIZES
from verify.quantities.optimum.grids import TERMS, terms_at
from verify.settings import Settings
from verify.strategies import instances, rationals

NEAR = Fraction(1, 10**9)
"""How far two sizes are moved apart, relative to them, to see what that does."""


class Best(NamedTuple):
    """Balls around the best size, its risk, and the slope of that where two sizes move apart."""

    size: flint.arb
    risk: flint.arb
    apart: flint.arb


@dataclass(frozen=True)
class EqualOnTrial(OnTrial):
    """The best size and its risk, right or with a slip put into them.

    Parameters
    ----------
    examples
        How many examples are counted too many.
    size, risk, apart
        Factors put to the best size, to its risk and to the slope of that.
    """

    record: Derived
    examples: int = 0
    size: Fraction = Fraction(1)
    risk: Fraction = Fraction(1)
    apart: Fraction = Fraction(1)

    @property
    def predictor(self) -> Any:
        return self.record.file.predictor

    @property
    def design(self) -> Any:
        return self.record.design

    def polynomial_at(self, at: Instance) -> flint.fmpq_poly:
        """The risk as a polynomial in the size."""
        plain = self.record.derivation.plain
        assert plain.coefficients is not None
        there = at.with_examples(at.n + self.examples)
        return risk_in_size(plain.coefficients, plain.values(there))

    def risk_of(self, sizes: Sequence[flint.fmpq], at: Instance) -> flint.fmpq:
        """The risk of gradient steps of these sizes."""
        left = flint.fmpq_poly([1])
        for size in sizes:
            left *= flint.fmpq_poly([1, -size])
        column = EXACT.matrix([[-left[k + 1]] for k in range(len(sizes))])
        return self.record.derivation.plain.risk_of(column, at)

    def best_at(self, at: Instance) -> Best:
        """The best size, with what belongs to it."""
        plain = self.record.derivation.plain
        assert plain.coefficients is not None
        there = at.with_examples(at.n + self.examples)
        found = best_equal(plain.coefficients, plain.values(there))
        return Best(
            *(
                ball(value) * flint.arb(EXACT.number(by))
                for value, by in (
                    (found.size, self.size),
                    (found.risk, self.risk),
                    (found.apart, self.apart),
                )
            )
        )

    def grids(self, settings: Settings) -> Iterator[Grid]:
        """At small sizes, by coordinates at more sizes of a step than the degree of the risk."""
        random = Random(settings.seed)
        nodes = []
        for n, d in SIZES:
            at = defined_instance(self.design, n, d, random, 9)
            if at is not None and terms_at(self, n, d) <= TERMS:
                nodes.append(Node(at, tuple(self._compared(at, random))))
        nodes = [node for node in nodes if node.compared]
        if not nodes:
            raise Incomparable("no size is small enough for this design")
        said = "the risk as a polynomial in the size of a step, and its minimum, at {}"
        yield Grid.of_instances("small sizes", nodes, said)

    def _compared(self, at: Instance, random: Random) -> Iterator[Compared]:
        steps = self.record.file.steps
        try:
            polynomial, best = self.polynomial_at(at), self.best_at(at)
            for k in range(2 * steps + 1):
                size = flint.fmpq(k - steps, 7)
                exact = risk_at(equal_steps(steps), {"s": flint.fmpq_mat([[size]])}, at)
                what = "the risk of equal steps is another one"
                yield Compared(what, at, exact, polynomial(size))
        except (ArithmeticError, Irrational):
            return
        yield from _is_least(polynomial, best, at)

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        places = instances(self.design, most_n=8, most_d=MOST_D)
        return {
            "least": Property(places, partial(_least, self)),
            "unequal": Property(places, partial(_unequal, self)),
        }

    def values(self, random: Random) -> tuple[Any, ...] | None:
        at = anywhere(self.design, random)
        if at is None:
            return None
        found = self.best_at(at)
        return tuple(float(v.mid()) for v in found)

    def mutants(self) -> Iterator[Mutant]:
        yield Mutant("n -> n + 1 in the optimum", replace(self, examples=1))
        yield Mutant("1 % above the best size", replace(self, size=Fraction(101, 100)))
        yield Mutant("the size with the other sign", replace(self, size=Fraction(-1)))
        yield Mutant("1 % above the least risk", replace(self, risk=Fraction(101, 100)))
        yield Mutant("1 % below the least risk", replace(self, risk=Fraction(99, 100)))
        yield Mutant("a saddle for none, or none for one", replace(self, apart=Fraction(-1)))


def _is_least(polynomial: flint.fmpq_poly, best: Best, at: Instance) -> Iterator[Compared]:
    """That a polynomial has a value and no slope at the best size."""
    value, slope = (flint.arb_poly(p)(best.size) for p in (polynomial, polynomial.derivative()))
    yield Compared("the slope at the best size is not zero", at, 0, slope, slope.contains(0))
    what = "the risk at the best size is another one"
    yield Compared(what, at, value, best.risk, value.overlaps(best.risk))


def _defined(subject: EqualOnTrial, at: Instance) -> Best | None:
    try:
        return subject.best_at(at) if is_defined(at) else None
    except (ZeroDivisionError, Irrational):
        return None


def _least(subject: EqualOnTrial, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """No other size of equal steps does better, by the risk polynomial of the design itself."""
    best = _defined(subject, at)
    if best is None:
        return
    true = replace(subject, examples=0).polynomial_at(at)
    other = EXACT.number(data.draw(rationals(Fraction(-1), Fraction(1), 40)))
    value = true(other)
    worse = not flint.arb(value) < best.risk
    yield Compared("another size does better", at, value, best.risk, worse)
    yield from _is_least(true, best, at)


def _unequal(subject: EqualOnTrial, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """Unequal steps do no worse."""
    best = _defined(subject, at)
    if best is None:
        return
    free = subject.record.derivation.plain.minimum(at).risk
    yield Compared("unequal steps do worse", at, free, best.risk, not best.risk < flint.arb(free))
    true = replace(subject, examples=0)
    size = EXACT.number(Fraction(float(best.size.mid())))
    near, rest = size * EXACT.number(NEAR), [size] * (subject.record.file.steps - 2)
    apart = true.risk_of([size + near, size - near, *rest], at)
    apart -= true.risk_of([size, size, *rest], at)
    seen = not best.apart * flint.arb(apart) < 0
    yield Compared("moving two sizes apart does the opposite", at, apart, best.apart, seen)
