"""Lemma 3: low-rank attention."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Rational, Trace

from theory.algebra.spectral import EIGENVALUE
from theory.algebra.whitening import Whitening
from theory.designs.predictors import att, pgd
from theory.language.gallery.designs import independent
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.symbols import d, n
from theory.text.provenance import Provenance

sigma, M = sympy.symbols("sigma M")
Sigma_x, Sigma_beta, Sigma = (MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta", "Sigma"))
half = Rational(1, 2)

lemma3 = LowRankRisk(
    id="lemma3",
    title="Optimal risk of low-rank attention",
    says=(
        "For independent data, attention whose $W_q$ and $W_k$ have rank $r$ reaches at best the "
        r"risk $L^\star_r$: it learns the $r$ largest eigenvalues "
        r"$\lambda_1 \ge \dots \ge \lambda_d$ of $\Sigma$ and none of the others."
    ),
    provenance=Provenance.FORM_RECONSTRUCTED,
    assumptions=(
        r"query and features are independent draws of $\mathcal{N}(0, \Sigma_x)$, "
        r"$\Sigma_x \succ 0$",
        r"the task is an independent draw of $\mathcal{N}(0, \Sigma_\beta)$",
        "query, features and task are independent of each other and centred Gaussian, so all their "
        "odd moments vanish (Assumption 1)",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        "there is signal or noise: $M > 0$",
    ),
    design=independent,
    predictor=pgd,
    claim=EigenvalueClaim(
        total=M,
        inside=n * EIGENVALUE**2 / ((n + 1) * EIGENVALUE + M),
        outside=sympy.Integer(0),
        start=sympy.Integer(0),
        eigenvalues=((EIGENVALUE, Sigma),),
        definitions=(
            (Sigma, Sigma_x**half * Sigma_beta * Sigma_x**half),
            (M, Trace(Sigma) + sigma**2),
        ),
    ),
    whitening=Whitening("Sigma_x", (("Sigma_beta", "Sigma"),)),
    attention=att,
)
