"""A statement at many places: its values as a table, and as curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np

from theory.errors import InputError, UnknownName
from theory.records.evaluated import Evaluated, number, rounded
from theory.text.plots import Plot, Series, plot
from theory.text.sheets import Sheet, Shown

MOST = 2000
"""Places of a grid."""
SHORT = 9
"""Characters of a fraction up to which it stands in a table as it is."""
KINDS = {"risk": "exact", "pgd": "exact", "claimed": "claimed"}
"""How a value is drawn, by its name."""


@dataclass(frozen=True, repr=False)
class Evaluations(Shown):
    """Values of a statement at the places of a grid.

    Parameters
    ----------
    title
        Of what.
    varied
        The names that take several values.
    places
        Their values at each place, in the order of the grid.
    found
        What the statement is at each place.

    Examples
    --------
    >>> import theory
    >>> found = theory.statement("corollary1").over(n=[5, 10], d=2)
    >>> print(found)
    corollary1
      n   risk = att = wpgd = ssm = claimed  weight
      5   3/4                                1/8
      10  6/13                               1/13
    with d = 2
    """

    title: str
    varied: tuple[str, ...]
    places: tuple[tuple[Any, ...], ...]
    found: tuple[Evaluated, ...]

    @property
    def values(self) -> dict[str, tuple[Any, ...]]:
        """The numbers at each place, by their names; matrices are left out."""
        rows = [one.numbers() for one in self.found]
        return {name: tuple(row[name] for row in rows) for name in rows[0]}

    @property
    def columns(self) -> dict[tuple[str, ...], tuple[Any, ...]]:
        """The same, what is equal everywhere together under all of its names."""
        found: dict[tuple[Any, ...], list[str]] = {}
        for name, values in self.values.items():
            if any(value is not None for value in values):
                found.setdefault(values, []).append(name)
        return {tuple(names): values for values, names in found.items()}

    def sheet(self) -> Sheet:
        fixed = {k: v for k, v in self.found[0].at.items() if k not in self.varied}
        fixed = {k: v for k, v in fixed.items() if all(one.at.get(k) == v for one in self.found)}
        place = ", ".join(f"{name} = {value}" for name, value in fixed.items())
        return Sheet(
            self.title,
            head=(*self.varied, *map(" = ".join, self.columns)),
            rows=tuple(
                (*map(str, place), *cells)
                for place, *cells in zip(
                    self.places, *map(_cells, self.columns.values()), strict=True
                )
            ),
            notes=(f"with {place}",) if place else (),
        )

    def plot(self, over: str | None = None) -> Plot:
        """Its risks as curves over one of the names that vary, the first if none is given.

        One curve for each value of the others. Raises :class:`~theory.errors.InputError`.
        """
        over = self.varied[0] if over is None else over
        if over not in self.varied:
            raise UnknownName(f"name that varies in {self.title}", over, self.varied)
        axis = self.varied.index(over)
        curves = []
        drawn = {called: v for called, v in self.columns.items() if "weight" not in called}
        both = sum(bool(KINDS.keys() & called) for called in drawn) > 1
        for group, rest in enumerate(dict.fromkeys(_without(place, axis) for place in self.places)):
            here = [k for k, place in enumerate(self.places) if _without(place, axis) == rest]
            names = [name for name in self.varied if name != over]
            which = ", ".join(f"{name} = {v}" for name, v in zip(names, rest, strict=True))
            for called, values in drawn.items():
                if any(values[k] is None for k in here):
                    continue
                kind = next((KINDS[name] for name in called if name in KINDS), "")
                alone = which and len(drawn) == 1
                label = which if alone else ", ".join(filter(None, [_label(called, both), which]))
                x = [_axis(over, self.places[k][axis]) for k in here]
                curves.append(Series(label, x, [float(values[k]) for k in here], kind, group))
        return plot(curves, over, "risk")

    def __repr__(self) -> str:
        return self.sheet().plain


def over(title: str, evaluate: Callable[..., Evaluated], values: Mapping[str, Any]) -> Evaluations:
    """A statement's values where some of its arguments take several values.

    Raises :class:`~theory.errors.InputError` where none does, or the grid is too large.
    """
    varied = {name: tuple(value) for name, value in values.items() if _several(value)}
    if not varied:
        raise InputError(f"{title}: give several values for a name, such as n=[10, 20, 40]")
    if not 0 < (size := prod(map(len, varied.values()))) <= MOST:
        raise InputError(f"{title}: expected 1 to {MOST} places, got {size}")
    places = tuple(product(*varied.values()))
    found = (evaluate(**{**values, **dict(zip(varied, p, strict=True))}) for p in places)
    return Evaluations(title, tuple(varied), places, tuple(found))


def _several(value: Any) -> bool:
    """Whether it is a row of numbers or words; a matrix is one value."""
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return isinstance(value, (range, list, tuple)) and not any(np.ndim(one) for one in value)


def _without(place: tuple[Any, ...], axis: int) -> tuple[Any, ...]:
    return place[:axis] + place[axis + 1 :]


def _axis(name: str, value: Any) -> float:
    if isinstance(value, str):
        raise InputError(f"{name} = {value!r} is no number to draw over: give numbers, or over=...")
    return float(value)


def _label(names: tuple[str, ...], both: bool) -> str:
    """What a curve is called: exact or claimed where there are both, else whose risk it is."""
    kinds = [KINDS[name] for name in names if name in KINDS]
    if both and kinds:
        return kinds[0]
    owners = {"risk": "PGD", "claimed": "claimed"}
    owners |= {"test_risk": "at test", "least_at_test": "least at test"}
    return " = ".join(owners.get(name, name.upper()) for name in names)


def _cells(values: tuple[Any, ...]) -> list[str]:
    """A column: as it is where all of it is short, else rounded."""
    exact = ["" if value is None else str(value) for value in values]
    floating = any(isinstance(value, float) for value in values)
    if not floating and max(map(len, exact)) <= SHORT:
        return exact
    return ["" if value is None else rounded(number(value)) for value in values]
