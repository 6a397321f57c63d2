"""What a panel shows, as frozen records: curves of trained models and of theory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import inf, isnan

from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from verify.figures.adapted import Adapted

Outcomes = Mapping[Run, Outcome]


class LineKind(Enum):
    """What a line of theory is: ``alone`` is the optimum of each prompt length by itself."""

    EXACT = "exact"
    CLAIMED = "claimed"
    ALONE = "alone"


@dataclass(frozen=True)
class Theory:
    """A line of theory.

    Parameters
    ----------
    x, y
        Along the axis, and the risks (not divided by d).
    """

    kind: LineKind
    x: tuple[int, ...]
    y: tuple[float, ...]

    @classmethod
    def along(cls, kind: LineKind, xs: Iterable[int], risk: Callable[[int], float]) -> Theory:
        """The line of a function.

        >>> Theory.along(LineKind.EXACT, [1, 2], lambda x: 1 / x).y
        (1.0, 0.5)
        """
        x = tuple(xs)
        return cls(kind, x, tuple(float(risk(at)) for at in x))


@dataclass(frozen=True)
class TrainedPoint:
    """A trained model beside theory.

    Parameters
    ----------
    exact
        The exact least risk (not divided by d); with ``length``, the exact risk at that length of
        what is optimal for the average over lengths.
    claimed
        The paper's expression for it, where it is another.
    length
        Of a run over lengths: the one looked at, instead of the mean over all.
    adapted
        For an adapter: what it cannot go below, given how ``run.base`` ended.
    """

    x: int
    run: Run
    exact: float
    claimed: float | None = None
    length: int | None = None
    adapted: Adapted | None = None

    def risks(self, outcomes: Outcomes) -> tuple[float, ...]:
        """The trained risk of every restart."""
        outcome = outcomes[self.run]
        if self.length is None:
            return outcome.risks
        return tuple(row[self.length - 1] for row in outcome.by_length)

    def best(self, outcomes: Outcomes) -> int:
        """Which restart ended with the least risk; what is not a number is never less."""
        risks = outcomes[self.run].risks
        return min(range(len(risks)), key=lambda k: inf if isnan(risks[k]) else risks[k])

    @property
    def judged(self) -> bool:
        """Whether the risk is the one trained on, so that ``exact`` is the least there is."""
        return self.length is None


@dataclass(frozen=True)
class TrainedLine:
    """One kind of model along the axis."""

    model: str
    points: tuple[TrainedPoint, ...]


@dataclass(frozen=True)
class Curve:
    """One value of a panel's parameter: trained models, and the theory for them.

    Parameters
    ----------
    name
        In tables, such as ``alpha = 2/5``.
    """

    name: str
    label: str
    trained: tuple[TrainedLine, ...]
    theory: tuple[Theory, ...]


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Parameters
    ----------
    symbol, axis
        What is along the x axis, in tables and in the picture.
    d
        Risks are divided by it.
    curves
        From first to last in one order: colours and labels follow it.
    parameter
        Whether curves differ in a parameter; otherwise they differ in the model.
    beside
        Trained models that are judged and not drawn here, such as those that adapters start from.
    """

    id: str
    title: str
    symbol: str
    axis: str
    d: int
    curves: tuple[Curve, ...]
    parameter: bool = True
    beside: tuple[TrainedPoint, ...] = ()

    @property
    def points(self) -> Iterator[TrainedPoint]:
        """Every trained point that is drawn."""
        return (p for curve in self.curves for one in curve.trained for p in one.points)

    @property
    def judged(self) -> tuple[TrainedPoint, ...]:
        """The trained points that are compared with the least risk."""
        return tuple(p for p in (*self.points, *self.beside) if p.judged)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs behind it, each once; a base comes before its adapters."""
        found: dict[Run, None] = {}
        for point in (*self.beside, *self.points):
            if point.run.base is not None:
                found[point.run.base] = None
            found[point.run] = None
        return tuple(found)


def runs_of(panels: Iterable[Panel]) -> tuple[Run, ...]:
    """The runs behind several panels, each once."""
    return tuple(dict.fromkeys(run for panel in panels for run in panel.runs))
