"""The checks that compute in exact arithmetic: what wrong claims are put before."""

from __future__ import annotations

from typing import Any

from verify.checks import derivation, interpolation, properties
from verify.checks.check import Witness
from verify.settings import Level

EXACT_CHECKS = (
    Witness(
        derivation.NAME,
        Level.QUICK,
        "derives from the design what is claimed, and compares",
        "equalities",
        derivation.examine,
    ),
    Witness(
        interpolation.NAME,
        Level.QUICK,
        "exact values coordinate by coordinate on a grid",
        "grids",
        interpolation.examine,
    ),
    Witness(
        properties.NAME,
        Level.QUICK,
        "Hypothesis looks for an instance where the claim fails",
        "properties",
        properties.examine,
    ),
)
EXACT = tuple(check.name for check in EXACT_CHECKS)


def exact_witnesses(subject: Any) -> list[Witness]:
    """Those that can say something about what is on trial."""
    return [w for w in EXACT_CHECKS if w.applies(subject)]
