"""Whether weights are optimal at an instance, seen coordinate by coordinate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flint

from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.risks.coordinates import risk_along

PLACES = 4096
"""At how many places it is remembered what was found."""
_FOUND: dict[tuple[Any, ...], bool | None] = {}


def is_least(predictor: Predictor, start: Any, moves: Any, risk: Any, at: Instance) -> bool | None:
    """Whether weights have a risk, and no move has a slope; None where that is irrational.

    Moves follow from the weights' shapes. Claims about one design, and the slips in a claim, ask at
    the same places again, and are told what was found there.
    """
    place = (at.design, tuple(at.scalars.items()), _entries(at.matrices))
    key = (predictor, *place, _entries(start), risk)
    if key not in _FOUND:
        if len(_FOUND) >= PLACES:
            _FOUND.clear()
        _FOUND[key] = _has_no_slope(predictor, start, moves, risk, at)
    return _FOUND[key]


def _entries(matrices: Mapping[str, Any]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    return tuple((name, tuple(m.entries())) for name, m in matrices.items())


def _has_no_slope(
    predictor: Predictor, start: Any, moves: Any, risk: Any, at: Instance
) -> bool | None:
    for move in moves:
        try:
            line = risk_along(predictor, start, move, at)
        except ArithmeticError:  # a risk that is not rational
            return None
        value, slope, curvature = (*line, flint.fmpq(0), flint.fmpq(0))[:3]
        if value != risk or slope != 0 or curvature < 0:
            return False
    return True


def basis(rows: int, columns: int | None = None) -> list[flint.fmpq_mat]:
    """Matrices with a single one, as directions; square by default.

    >>> len(basis(2)), len(basis(3, 1))
    (4, 3)
    """
    found = []
    columns = rows if columns is None else columns
    for r in range(rows):
        for c in range(columns):
            unit = flint.fmpq_mat(rows, columns)
            unit[r, c] = 1
            found.append(unit)
    return found
