"""Where an assumption fails, models do better than the step they contain."""

from __future__ import annotations

from collections.abc import Iterator

from theory.designs.instance import instance
from theory.language.gallery import designs
from theory.optima.equivalence.comparisons import attention
from theory.optima.equivalence.parity import cross_moments
from verify.checks.on_trial import Break
from verify.quantities.equivalence.gain import advantage_of_weights
from verify.quantities.equivalence.odd_moments import advantage_of_attention
from verify.quantities.readable import sizes


def breaks(weights: bool) -> Iterator[Break]:
    """A task with a mean; and, if ``weights``, examples that are not alike."""
    gap = advantage_of_attention()
    yield Break(
        "a task of non-zero mean, where attention should beat PGD",
        gap.seen,
        f"with a task of non-zero mean (Assumption 1 broken; {sizes(gap.at)}) attention beats PGD "
        f"by {gap.difference} exactly",
        gap.as_data(),
    )
    if not weights:
        return
    for what, at in (
        (
            "noise that grows along 2 examples",
            instance(designs.growing_noise, n=2, d=1, scalars={"sigma": 1}),
        ),
        ("a task that drifts along 3 examples", instance(designs.drifting, n=3, d=2)),
    ):
        found = advantage_of_weights(at)
        moments = cross_moments(at.design, attention)
        attention_is_pgd = not moments.label and not moments.step
        yield Break(
            f"{what}, where sample weights should help",
            found.seen and attention_is_pgd,
            f"with {what} ({sizes(at)}; they are not identically distributed) H3 beats PGD, and so "
            f"attention, by {found.difference} exactly or more: the best sample weights beside a "
            "multiple of I are in proportion "
            f"{', '.join(str(w / found.omega[0]) for w in found.omega)}",
            found.as_data(),
        )
