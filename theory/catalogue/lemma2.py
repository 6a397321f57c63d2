"""Lemma 2: the risk of preconditioned gradient descent is strongly convex."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Trace

from theory.catalogue.stated import stated
from theory.language.gallery.designs import (
    alpha,
    independent,
    rag,
    rag_unit,
    task_aligned,
    task_aligned_features,
)
from theory.optima.curvature.definiteness import Domain
from theory.records.strong_convexity import StrongConvexity
from theory.scalars.symbols import d

sigma = sympy.Symbol("sigma")
Sigma_x, Sigma_beta = (MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta"))

lemma2 = StrongConvexity(
    **stated("lemma2"),
    domains=(
        Domain(
            independent,
            definite=("Sigma_x",),
            positive=(Trace(Sigma_beta * Sigma_x) + sigma**2,),
        ),
        Domain(rag, positive=(1 - alpha,)),
        Domain(rag_unit),
        Domain(task_aligned),
        Domain(task_aligned_features),
    ),
)
