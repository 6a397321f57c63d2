"""Lemma 4: adapting attention to a new task by an update of low rank (LoRA)."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Rational, Trace

from theory.algebra.spectral import EIGENVALUE
from theory.algebra.whitening import Whitening
from theory.catalogue.stated import stated
from theory.designs.predictors import att, pgd
from theory.language.gallery.designs import retasked
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.symbols import d, n

sigma, M, M_old, nu, w, b = sympy.symbols("sigma M M_old nu w b")
Sigma_x, Sigma_beta, Sigma_beta_old, Sigma, Sigma_old = (
    MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta", "Sigma_beta_old", "Sigma", "Sigma_old")
)
half = Rational(1, 2)

lemma4 = LowRankRisk(
    **stated("lemma4"),
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
