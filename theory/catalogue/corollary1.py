"""Corollary 1: the isotropic, noiseless case of Theorem 1."""

from __future__ import annotations

from theory.language.gallery import shipped
from theory.records.optimal_risk import OptimalRisk

corollary1 = OptimalRisk.of("corollary1", shipped("li-2024/corollary1"))
