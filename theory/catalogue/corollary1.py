"""Corollary 1: the isotropic, noiseless case of Theorem 1."""

from __future__ import annotations

from theory.designs.predictors import pgd
from theory.language.gallery.designs import isotropic_noiseless
from theory.records.optimal_risk import OptimalRisk
from theory.records.statement import Provenance
from theory.risks.claim import Claim
from theory.scalars.symbols import d, n

corollary1 = OptimalRisk(
    id="corollary1",
    title="Optimal risk for isotropic data without noise",
    says=(
        "With isotropic features and task and no label noise, the optimal weight is the "
        r"multiple $W^\star = w I$ of the identity, and the optimal risk is $L^\star$."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        r"query, features and task are independent draws of $\mathcal{N}(0, I)$",
        r"labels carry no noise: $\sigma = 0$",
    ),
    design=isotropic_noiseless,
    predictor=pgd,
    claim=Claim(weight=1 / (n + d + 1), risk=d - n * d / (n + d + 1)),
)
