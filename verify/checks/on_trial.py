"""What a check asks of a quantity with its claim, and the plain data that it is given.

A quantity owns its mathematics alone. Looping, progress, errors, counting and the verdict belong to
the checks. What a quantity cannot do it leaves out, and the check that asks for it does not apply.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from hypothesis import strategies as st

from verify.counterexamples import Falsified
from verify.expected import Expected
from verify.outcome.verdict import Finding
from verify.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from numerics import Training


EVERYWHERE = "all sizes"


@dataclass(frozen=True)
class Compared:
    """An exact value beside a claimed one.

    Parameters
    ----------
    what
        What is wrong where the two do not agree.
    at
        Where: an instance, or sizes in words.
    agree
        Whether they are as they should be; by default, whether they are equal.
    """

    what: str
    at: Any
    exact: Any
    claimed: Any
    agree: bool | None = None

    def judge(self) -> None:
        """Raise :class:`~verify.counterexamples.Falsified` where the two do not agree.

        >>> Compared("the risk is wrong", "n = 1", 2, 2).judge()
        >>> Compared("the risk is below its bound", "n = 1", 2, 3, 2 >= 3).judge()
        Traceback (most recent call last):
        ...
        verify.counterexamples.Falsified: the risk is below its bound
        """
        if not (self.exact == self.claimed if self.agree is None else self.agree):
            raise Falsified(self.what, self.at, self.exact, self.claimed)


class Node(NamedTuple):
    """A place, and what is compared there, evaluated as it is asked for."""

    at: Any
    compared: Iterable[Compared]

    def judge(self) -> int:
        """How many agree; raises :class:`~verify.counterexamples.Falsified` at one that fails."""
        seen = 0
        try:
            for one in self.compared:
                one.judge()
                seen += 1
        except ZeroDivisionError:
            raise Falsified("the claim is undefined", self.at, "-", "undefined") from None
        return seen


@dataclass(frozen=True)
class Equality:
    """Something derived and what is claimed of it, compared for all sizes at once.

    Parameters
    ----------
    proved
        Whether the two are seen to be equal.
    says
        What that amounts to, for the report; empty where an earlier one says it.
    nodes
        Where to look for a counterexample if they are not.
    """

    what: str
    proved: bool
    says: str = ""
    nodes: Callable[[Random], Iterable[Node]] = lambda random: ()
    counts: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def in_words(what: str, wrong: str, exact: Any, claimed: Any, says: str = "") -> Equality:
        """Of normal forms that differ at some size if they differ at all: then ``wrong``.

        >>> Equality.in_words("the weight", "the weight is another one", 1, 1).proved
        True
        """
        shown = Compared(wrong, EVERYWHERE, exact, claimed)
        return Equality(what, bool(exact == claimed), says, lambda _: [Node(EVERYWHERE, [shown])])


@dataclass(frozen=True)
class Grid:
    """Places at which exact values, coordinate by coordinate, are compared with claimed ones.

    Parameters
    ----------
    proves
        What it amounts to that all agree; grids of one trial may say the same.
    error
        A bound on the probability that a wrong claim agrees at all of them.
    """

    name: str
    nodes: Iterable[Node]
    proves: str
    error: Fraction = Fraction(0)
    data: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def of_instances(name: str, nodes: Iterable[Node], proves: str, **data: Any) -> Grid:
        """A grid of instances; ``proves`` holds ``{}`` for their sizes."""
        every = list(nodes)
        sizes = list(dict.fromkeys(f"({node.at.n}, {node.at.d})" for node in every))
        told = proves.format(f"(n, d) = {', '.join(sizes)}")
        return Grid(name, every, told, data={"sizes": sizes, **data})


class Property(NamedTuple):
    """What holds at every drawn place: comparisons there, which may draw more."""

    places: st.SearchStrategy[Any]
    compared: Callable[[Any, st.DataObject], Iterable[Compared]]


@dataclass(frozen=True)
class Measurement:
    """Means over draws, beside the values that they should have.

    Parameters
    ----------
    sampler
        Has ``draw(batch, generator)``.
    quantity
        Of a batch of B draws, R values each: (R, B).
    expected
        For each of the R values: what it is, what it should be, and the scale of its error.
    draws, batch
        How many are drawn at least, and how many at a time.
    deviations
        Where tails are heavy, the exact standard deviation of a draw for each of the R values, or
        None where it is not derived. Left out where an estimate from the draws will do.
    """

    case: str
    at: str
    sampler: Any
    quantity: Callable[[Any], Tensor]
    expected: list[tuple[str, Expected, float]]
    draws: int
    batch: int
    numbers: Mapping[str, Any] | None = None
    deviations: Sequence[float | None] | None = None


@dataclass(frozen=True)
class TrainingRun:
    """A training run, beside the least risk that it can reach.

    Parameters
    ----------
    below
        Another risk, of ``than``, that the best restart is expected to get below.
    exactly
        The risks of weights that were learned, where double precision would lose digits on the way.
    """

    case: str
    at: str
    expected: Expected
    training: Training
    below: float | None = None
    than: str = ""
    numbers: Mapping[str, Any] | None = None
    exactly: Callable[[Mapping[str, Any]], Sequence[float]] | None = None


@dataclass(frozen=True)
class Mutant:
    """A claim with a slip in it (or a right one that must not be refuted).

    Parameters
    ----------
    of
        The right claim that it was made from, where that is not the one on trial.
    """

    name: str
    subject: Any
    of: Any = None


@dataclass(frozen=True)
class Break:
    """A design that breaks an assumption on purpose, and whether the difference was seen.

    Parameters
    ----------
    seen
        Whether the statement fails there, as it should.
    """

    name: str
    seen: bool
    says: str
    data: dict[str, Any] = field(default_factory=dict)


class OnTrial(ABC):
    """A quantity beside what is claimed of it: one method for every check.

    A check applies to those that override its method. All of them are asked anew in every trial;
    what they return is read once, in order.
    """

    measured: ClassVar[str]
    """What is sampled, for the report."""
    drawn: ClassVar[str] = "prompts"
    """What it is sampled from."""

    @property
    def unanswered(self) -> Collection[str]:
        """The methods that this one has no answer to, though others of its class have."""
        return ()

    def equalities(self, settings: Settings) -> Iterable[Equality] | Finding:
        """What is derived and claimed for all sizes; or what a judge of its own found of it."""
        raise NotImplementedError

    def grids(self, settings: Settings) -> Iterable[Grid]:
        """Exact values, coordinate by coordinate, without the moment engine."""
        raise NotImplementedError

    def properties(self, settings: Settings) -> Mapping[str, Property]:
        """How the quantity has to behave at drawn places, by name."""
        raise NotImplementedError

    def measurements(self, settings: Settings) -> Iterable[Measurement]:
        """What to sample."""
        raise NotImplementedError

    def runs(self, settings: Settings) -> Iterable[TrainingRun]:
        """What to train."""
        raise NotImplementedError

    @abstractmethod
    def values(self, random: Random) -> tuple[Any, ...] | None:
        """All that is claimed, as exact values at a place drawn at random; None for no place.

        The same random numbers give the same place, so that two claims say the same where their
        values are equal. May raise ZeroDivisionError or :class:`~theory.errors.Irrational`.
        """

    @abstractmethod
    def mutants(self) -> Iterator[Mutant]:
        """Claims with a slip in them."""

    def truths(self) -> Iterator[Mutant]:
        """Right claims that must not be refuted."""
        return iter(())

    def breaks(self) -> Iterator[Break]:
        """Designs that break an assumption."""
        return iter(())
