"""The checks that compute in exact arithmetic: what wrong claims are put before."""

from __future__ import annotations

from verify.checks import derivation, interpolation, properties
from verify.checks.check import Witness
from verify.checks.on_trial import OnTrial
from verify.settings import Level

EXACT_CHECKS = (
    Witness(
        Level.QUICK,
        "derives from the design what is claimed, and compares",
        "equalities",
        derivation,
        "proved",
        "comparisons",
    ),
    Witness(
        Level.QUICK,
        "exact values coordinate by coordinate on a grid",
        "grids",
        interpolation,
        "established",
        "exact values",
    ),
    Witness(
        Level.QUICK,
        "Hypothesis looks for an instance where the claim fails",
        "properties",
        properties,
        "tested",
        "comparisons",
    ),
)
EXACT = tuple(check.name for check in EXACT_CHECKS)


def exact_witnesses(subject: OnTrial | type[OnTrial]) -> list[Witness]:
    """Those that can say something about what is on trial."""
    return [w for w in EXACT_CHECKS if w.applies(subject)]
