"""Lemma 4: adapting attention to a new task by an update of low rank (LoRA)."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Rational, Trace

from theory.algebra.spectral import EIGENVALUE
from theory.algebra.whitening import Whitening
from theory.designs.predictors import att, pgd
from theory.language.gallery.designs import retasked
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.symbols import d, n
from theory.text.provenance import Provenance

sigma, M, M_old, nu, w, b = sympy.symbols("sigma M M_old nu w b")
Sigma_x, Sigma_beta, Sigma_beta_old, Sigma, Sigma_old = (
    MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta", "Sigma_beta_old", "Sigma", "Sigma_old")
)
half = Rational(1, 2)

lemma4 = LowRankRisk(
    id="lemma4",
    title="Risk of attention adapted to a new task by LoRA",
    says=(
        r"Attention is optimal for an old task covariance $\Sigma_{\beta old}$; a new one comes, "
        r"such that $\Sigma$ and $\Sigma_{old}$ commute, with eigenvalues $\nu_i$ and $\lambda_i$ "
        r"at common eigenvectors. With an adapter of rank $r$ it reaches at most $L_I$ for every "
        r"set $I$ of at most $r$ indices. ($L_I$ is the risk of the old weight with eigenvalues in "
        "$I$ corrected. That the best of these sets gives the least risk of all is more than "
        "the upper bound that is stated; it is on trial here too.) The exact least risk and the "
        "weight that has it are derived with no assumption on how old and new task relate."
    ),
    provenance=Provenance.UPPER_BOUND,
    assumptions=(
        r"query and features are independent draws of $\mathcal{N}(0, \Sigma_x)$, "
        r"$\Sigma_x \succ 0$, for the old task as for the new one",
        r"the task is an independent draw of $\mathcal{N}(0, \Sigma_\beta)$, and was one of "
        r"$\mathcal{N}(0, \Sigma_{\beta old})$",
        r"for the claim alone: $\Sigma$ and $\Sigma_{old}$ commute (the derivation does not assume "
        "it: the derived optimum holds for any two)",
        "query, features and task are independent of each other and centred Gaussian, so all their "
        "odd moments vanish (Assumption 1)",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        "there is signal or noise, for both tasks: $M > 0$ and $M_{old} > 0$",
    ),
    design=retasked,
    predictor=pgd,
    claim=EigenvalueClaim(
        total=M,
        inside=n * nu**2 / b,
        outside=n * (2 * nu * w - w**2 * b),
        start=w,
        eigenvalues=((nu, Sigma), (EIGENVALUE, Sigma_old)),
        definitions=(
            (Sigma, Sigma_x**half * Sigma_beta * Sigma_x**half),
            (Sigma_old, Sigma_x**half * Sigma_beta_old * Sigma_x**half),
            (M, Trace(Sigma) + sigma**2),
            (M_old, Trace(Sigma_old) + sigma**2),
        ),
        abbreviations=(
            (w, EIGENVALUE / ((n + 1) * EIGENVALUE + M_old)),
            (b, (n + 1) * nu + M),
        ),
        indices=Indices.BEST,
    ),
    whitening=Whitening("Sigma_x", (("Sigma_beta", "Sigma"),)),
    attention=att,
    old="Sigma_beta_old",
)
