"""How many prompts are sampled where means are compared."""

from __future__ import annotations

from theory.designs.instance import Instance

SMALL, LARGE = 600_000, 150_000
"""At sizes of fewer than :data:`MANY` features, and of as many or more."""
MANY = 10
ENTRIES = 400_000
"""Of features in one batch."""


def draws(at: Instance) -> tuple[int, int]:
    """How many prompts are sampled at a place, and how many of them at once.

    >>> from theory.designs.instance import instance
    >>> from theory.language.gallery.designs import isotropic_noiseless
    >>> draws(instance(isotropic_noiseless, n=10, d=4))
    (600000, 10000)
    """
    return SMALL if at.d < MANY else LARGE, batch(at.n, at.d)


def batch(n: int, d: int) -> int:
    """How many prompts of these sizes are sampled at once."""
    return max(1, ENTRIES // (n * d))
