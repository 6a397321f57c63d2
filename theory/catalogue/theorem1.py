"""Theorem 1: the optimal risk for independent data."""

from __future__ import annotations

from theory.algebra.whitening import Whitening
from theory.language.gallery import shipped
from theory.records.optimal_risk import OptimalRisk

theorem1 = OptimalRisk.of(
    "theorem1",
    shipped("li-2024/theorem1"),
    whitening=Whitening("Sigma_x", (("Sigma_beta", "Sigma"),)),
)
