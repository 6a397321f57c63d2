"""Theorem 1: the optimal risk for independent data."""

from __future__ import annotations

import sympy
from sympy import Identity, MatrixSymbol, Rational, Trace

from theory.algebra.whitening import Whitening
from theory.designs.predictors import pgd
from theory.language.gallery.designs import independent
from theory.records.optimal_risk import OptimalRisk
from theory.records.statement import Provenance
from theory.risks.claim import Claim
from theory.scalars.symbols import d, n

sigma, M = sympy.symbols("sigma M")
Sigma_x, Sigma_beta, Sigma = (MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta", "Sigma"))
I = Identity(d)
half = Rational(1, 2)

resolvent = ((n + 1) * I + M * Sigma**-1) ** -1

theorem1 = OptimalRisk(
    id="theorem1",
    title="Optimal risk for independent data",
    says=(
        "With features, query and task drawn independently, the risk of one step of "
        r"preconditioned gradient descent is at best $L^\star$, attained at $W^\star$. (By "
        "Proposition 1 linear attention and H3 reach the same and no less; to that, trained models "
        "testify here.)"
    ),
    provenance=Provenance.FORM_RECONSTRUCTED,
    assumptions=(
        r"query and features are independent draws of $\mathcal{N}(0, \Sigma_x)$, "
        r"$\Sigma_x \succ 0$",
        r"the task is an independent draw of $\mathcal{N}(0, \Sigma_\beta)$; a singular "
        r"$\Sigma_\beta$ is read as the limit",
        "query, features and task are independent of each other and centred Gaussian, so all their "
        "odd moments vanish (Assumption 1)",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        "there is signal or noise: $M > 0$",
    ),
    design=independent,
    predictor=pgd,
    claim=Claim(
        weight=Sigma_x**-half * resolvent * Sigma_x**-half,
        risk=M - n * Trace(Sigma * resolvent),
        definitions=(
            (Sigma, Sigma_x**half * Sigma_beta * Sigma_x**half),
            (M, Trace(Sigma) + sigma**2),
        ),
    ),
    whitening=Whitening("Sigma_x", (("Sigma_beta", "Sigma"),)),
)
