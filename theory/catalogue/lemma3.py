"""Lemma 3: low-rank attention."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Rational, Trace

from theory.algebra.spectral import EIGENVALUE
from theory.algebra.whitening import Whitening
from theory.catalogue.stated import stated
from theory.designs.predictors import att, pgd
from theory.language.gallery.designs import independent
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.symbols import d, n

sigma, M = sympy.symbols("sigma M")
Sigma_x, Sigma_beta, Sigma = (MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta", "Sigma"))
half = Rational(1, 2)

lemma3 = LowRankRisk(
    **stated("lemma3"),
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
