"""Which runs are trained together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from numerics.sweeps.run import Run

ELEMENTS = 2**19
"""Runs go together up to so many numbers in a batch of prompts; beyond, nothing is gained."""


def batches(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Put runs together that are quicker as one: those that differ in the design's numbers alone.

    A run's outcome does not depend on its company, up to rounding.

    Examples
    --------
    >>> runs = [Run("att", "independent", n, 2, (("sigma", s),)) for n in (3, 4) for s in "012"]
    >>> [len(batch) for batch in batches(runs)]
    [3, 3]
    """
    groups: dict[Run, list[Run]] = {}
    for run in dict.fromkeys(runs):
        company = replace(run, scalars=(), covariances=())
        alone = run.lengths or run.base is not None
        groups.setdefault(run if alone else company, []).append(run)
    found = []
    for group in groups.values():
        size = max(1, ELEMENTS // (group[0].batch * group[0].n * (group[0].d + 1)))
        found += [tuple(group[k : k + size]) for k in range(0, len(group), size)]
    return found
