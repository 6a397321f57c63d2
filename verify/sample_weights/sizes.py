"""The sizes at which prompts are sampled and models are trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.designs.instance import Instance, instance
from theory.records.sample_weights_gain import Variant
from theory.scalars.arithmetic import FLOATING, fraction
from verify.sample_weights.subject import Subject, claimed_at, claimed_equal_risk, shown
from verify.settings import Level, Settings

SMALL, LARGE = (6, 3), (20, 5)
SILENT, NOISY = Fraction(0), Fraction(1, 2)


@dataclass(frozen=True)
class Place:
    """A variant at a size and noise, with its claimed least risks as floats.

    Parameters
    ----------
    at
        The design there.
    weights
        The claimed best weights, in the order of the examples.
    least, equal
        The claimed least risks with all weights and with equal ones.
    equal_weight
        The best equal weight.
    """

    variant: Variant
    at: Instance
    weights: tuple[float, ...]
    least: float
    equal: float
    equal_weight: float

    def __str__(self) -> str:
        return shown(self.variant, self.at.n, self.at.d, fraction(self.at.scalars["sigma"]))


def places(
    subject: Subject, settings: Settings, noises: Sequence[Fraction] = (SILENT,)
) -> list[Place]:
    """What sampling and training look at, by level; without noise are the paper's experiments."""
    sizes = [SMALL, LARGE] if settings.level is Level.FULL else [SMALL]
    return [_place(v, n, d, s) for n, d in sizes for v in subject.variants for s in noises]


def _place(v: Variant, n: int, d: int, sigma: Fraction) -> Place:
    claimed = claimed_at(v, n, d, sigma)
    found = [FLOATING.number(w) for w in claimed.minimise()]
    slope = sum(map(FLOATING.number, claimed.linear))
    curvature = sum(FLOATING.number(entry) for row in claimed.matrix().tolist() for entry in row)
    return Place(
        v,
        instance(v.design, n=n, d=d, scalars={"sigma": sigma}),
        tuple(found[::-1] if v.lengths else found),
        FLOATING.number(claimed.minimum()),
        FLOATING.number(claimed_equal_risk(v, n, d, sigma)),
        slope / curvature,
    )
