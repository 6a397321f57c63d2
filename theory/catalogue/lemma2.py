"""Lemma 2: the risk of preconditioned gradient descent is strongly convex."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Trace

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
from theory.text.provenance import Provenance

sigma = sympy.Symbol("sigma")
Sigma_x, Sigma_beta = (MatrixSymbol(k, d, d) for k in ("Sigma_x", "Sigma_beta"))

lemma2 = StrongConvexity(
    id="lemma2",
    title="The risk of preconditioned gradient descent is strongly convex",
    says=(
        "The risk of one step of preconditioned gradient descent is strongly convex in its weight, "
        "so that its minimiser is unique. For the retrieval-augmented design this needs "
        r"$\alpha < 1$ (or $d = 1$): at $\alpha = 1$ all features equal the query, and an "
        "antisymmetric part of the weight does nothing."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        r"independent design (independent): $\Sigma_x \succ 0$, and there is signal or noise, "
        r"$\operatorname{tr}(\Sigma_\beta \Sigma_x) + \sigma^2 > 0$",
        r"retrieval-augmented designs: $\alpha < 1$ (rag); with features that keep unit covariance "
        r"around the query, $\alpha \le 1$ (rag-unit)",
        r"task-aligned designs: $\alpha \le 1$ (task-aligned, task-aligned-features)",
    ),
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
