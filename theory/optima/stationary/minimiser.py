"""A minimiser at numbers, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from theory.algebra.whitening import Whitening

SEVERAL = "the stationarity equation leaves some of the weight open"


@dataclass(frozen=True)
class Minimiser:
    """An optimal weight (d x d).

    Parameters
    ----------
    weight
        The weight, in the arithmetic of what was given.
    gain
        How far the risk of a weight of zero is above the least one.
    how
        How it was found.
    others
        Why others have the same risk, where this was seen; else empty.
    """

    weight: Any
    gain: Any
    how: str
    others: str = ""


def outside(name: str) -> str:
    """Why others have the same risk where a covariance is singular that is whitened by."""
    return f"{name} is singular: what the weight does outside of its range has no effect"


def after(whitening: Whitening) -> str:
    """How a weight was found in whitened coordinates."""
    return f"closed form after whitening by {whitening.covariance}"
