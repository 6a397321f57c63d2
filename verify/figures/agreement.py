"""Whether trained models and exact theory agree, point by point."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from verify.expected import Expected
from verify.figures.panel import LineKind, Outcomes, Panel, TrainedPoint
from verify.outcome.verdict import Verdict, join
from verify.tolerances import EXCESS, ROUNDING
from verify.trained import judged, least

TOLERANCES = (EXCESS, ROUNDING)


@dataclass(frozen=True)
class JudgedPoint:
    """One trained point, judged.

    Parameters
    ----------
    excess
        Of every restart, relative to the exact optimum.
    floor
        For an adapter: what each restart cannot go below (see
        :class:`~verify.figures.adapted.Adapted`); else empty.
    verdict
        ``holds`` where the best restart is within the tolerance above the optimum, ``refuted``
        where one is below what is possible, else ``undecided``.
    """

    panel: str
    point: TrainedPoint
    excess: tuple[float, ...]
    floor: tuple[float, ...]
    verdict: Verdict

    @property
    def best(self) -> float:
        """The least excess; infinite where no restart ended in a number."""
        return least(self.excess)


def row(panel: str, point: TrainedPoint, outcomes: Outcomes) -> JudgedPoint:
    """Judge one point by the exact risk of every restart."""
    risks = point.risks(outcomes)
    excess = tuple((risk - point.exact) / point.exact for risk in risks)
    floor: tuple[float, ...] = ()
    if point.adapted is not None and point.run.base is not None:
        floor = point.adapted.floor(outcomes[point.run.base])
    spared = [
        # below the optimum, yet not below what is possible from a base that is off its own
        max(risk, point.exact) if risk >= least * (1 - ROUNDING.value) else risk
        for risk, least in zip(risks, floor or (math.inf,) * len(risks), strict=True)
    ]
    outcome = outcomes[point.run]
    found = judged(
        point.run.model,
        panel,
        str(point.run),
        Expected.of(point.exact),
        spared,
        steps=outcome.steps,
        seconds=outcome.seconds,
    )
    return JudgedPoint(panel, point, excess, floor, Verdict(found["verdict"]))


@dataclass(frozen=True)
class Off:
    """Where the paper's expression is furthest from the exact risk, and how far, relatively."""

    relative: float
    curve: str
    x: int


@dataclass(frozen=True)
class Agreement:
    """All points of a picture, judged."""

    panels: tuple[Panel, ...]
    outcomes: Outcomes

    @cached_property
    def rows(self) -> tuple[JudgedPoint, ...]:
        """Every judged point."""
        found = ((p.id, point) for p in self.panels for point in p.judged)
        return tuple(row(id, point, self.outcomes) for id, point in found)

    @property
    def verdict(self) -> Verdict:
        """Of all points together."""
        return join(row.verdict for row in self.rows)

    @property
    def largest(self) -> float:
        """The largest excess of the best restart of a point, relative."""
        return max(row.best for row in self.rows)

    @property
    def along(self) -> float | None:
        """The largest relative distance, at one length, of the best restart of what is trained over
        lengths from what is optimal for their mean; no verdict rests on it."""
        return max(self._distances(), default=None)

    def _distances(self) -> Iterable[float]:
        for point in (point for panel in self.panels for point in panel.points):
            if not point.judged:
                risk = point.risks(self.outcomes)[point.best(self.outcomes)]
                yield abs(risk - point.exact) / point.exact

    @property
    def off(self) -> Off | None:
        """Where the paper's approximation is drawn: its largest error."""
        found = None
        for curve in (curve for panel in self.panels for curve in panel.curves):
            lines = {line.kind: line for line in curve.theory}
            if LineKind.CLAIMED not in lines:
                continue
            claimed, exact = lines[LineKind.CLAIMED], lines[LineKind.EXACT]
            for x, y, true in zip(claimed.x, claimed.y, exact.y, strict=True):
                one = Off((y - true) / true, curve.name, x)
                if found is None or abs(one.relative) > abs(found.relative):
                    found = one
        return found
