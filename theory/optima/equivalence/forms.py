"""Families of weights of a model on which it is claimed to be its core."""

from __future__ import annotations

from dataclasses import dataclass, field

from theory.algebra.polynomials import MatrixPolynomial, letter
from theory.optima.equivalence.parity import WEIGHT


@dataclass(frozen=True)
class Form:
    """A family of weights of a model, by name; it may use the core's weight W and free letters.

    It is claimed that the remainder vanishes on the family, and that, together with the other
    families, these are all such weights.

    Parameters
    ----------
    name
        What they have in common.
    weights
        Those that are not free.
    optimal
        Whether it is claimed that the model then is the core at the weight ``step``.
    step
        That weight: W itself unless another is given.
    """

    name: str
    weights: dict[str, MatrixPolynomial]
    optimal: bool = False
    step: MatrixPolynomial = field(default_factory=lambda: letter(WEIGHT))
