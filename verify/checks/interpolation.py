"""Check: exact values, coordinate by coordinate, at enough places to be a proof where it can be.

Coordinates know nothing of words or of the moment engine. Values are polynomials of known degree
in the sizes and in the numbers drawn, so those on a large enough grid determine them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from verify.checks.on_trial import OnTrial
from verify.counterexamples import Falsified, Incomparable
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings

NAME = "interpolation"


def above(chance: Fraction) -> str:
    """A power of ten that is not below a probability.

    >>> above(Fraction(3, 10**8))
    '1e-7'
    """
    return f"1e{math.ceil(math.log10(chance))}"


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Compare what is claimed with exact values at every node of every grid."""
    said: dict[str, None] = {}
    grids: dict[str, Any] = {}
    values = points = 0
    worst = Fraction(0)
    try:
        for grid in subject.grids(settings):
            before = points
            for node in grid.nodes:
                settings.progress(f"interpolation: {grid.name}", points, points + 1)
                seen = node.judge()
                values, points = values + seen, points + (seen > 0)
            said[grid.proves] = None
            worst = max(worst, grid.error)
            grids[grid.name] = {"points": points - before, **grid.data}
            if grid.error:
                grids[grid.name]["error_probability"] = str(grid.error)
    except Falsified as found:
        return found.finding(NAME, points + 1)
    except Incomparable as why:
        return Finding(NAME, Verdict.UNDECIDED, str(why), values)
    if not values:
        return Finding(NAME, Verdict.UNDECIDED, "no place is small enough", 0)
    chance = f" (error probability below {above(worst)})" if worst else ""
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"{values} exact values at {points} places: {'; '.join(said)}{chance}",
        examined=values,
        data={"points": points, "error_probability": str(worst), "grids": grids},
    )
