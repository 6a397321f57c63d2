"""The one table of tolerances, each with its meaning. What is not here is exact."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Tolerance:
    """A number that decides, and what it means."""

    name: str
    value: float
    meaning: str


FALSE_ALARM = 1e-6
"""With at most this probability a comparison of a mean with its right value refutes it."""
SAMPLING = Tolerance(
    "sampling",
    6.2,
    "standard errors between a Monte Carlo mean and its claimed value; for a normal mean a false "
    f"alarm has probability below {FALSE_ALARM:.0e} per comparison even if the estimated standard "
    "error is 20 % too small",
)
WIDTH = Tolerance(
    "width",
    0.005,
    "a standard error above this fraction of the value decides nothing",
)
BLOCKS = 55
"""Blocks of draws, of whose means the median is taken where tails are heavy."""
MEDIAN = Tolerance(
    "median",
    2 * BLOCKS**0.5,
    f"exact standard errors between the median of the means of {BLOCKS} blocks and its claimed "
    "value, where tails are heavy: a block's is two of its own standard errors or more above with "
    "probability at most 1/5 (Cantelli), so that half of them are, above or below, with less than "
    f"{FALSE_ALARM:.0e}",
)
EXCESS = Tolerance(
    "excess",
    0.005,
    "the best restart must end within this fraction above the claimed optimal risk; where that is "
    "zero, within this fraction of the risk it started with",
)
ROUNDING = Tolerance(
    "rounding",
    1e4 * sys.float_info.epsilon,
    "relative rounding of a population risk in double precision (1e4 eps); a trained model below "
    "the claimed optimum by more refutes it",
)

TABLE = (SAMPLING, WIDTH, MEDIAN, EXCESS, ROUNDING)
