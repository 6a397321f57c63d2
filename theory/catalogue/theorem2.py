"""Theorem 2: the optimal risk for retrieval-augmented data, to leading order."""

from __future__ import annotations

import sympy

from theory.designs.predictors import pgd
from theory.language.gallery import designs
from theory.language.gallery.regimes import proportional
from theory.records.leading_order import LimitStatement
from theory.records.statement import Provenance
from theory.risks.claim import Claim
from theory.scalars.symbols import d, n

sigma, alpha, kappa = sympy.symbols("sigma alpha kappa")

theorem2 = LimitStatement(
    id="theorem2",
    title="Optimal risk for retrieval-augmented data, to leading order",
    says=(
        "With features drawn around the query, the examples count as if there were $\\kappa$ "
        "times as many: for large $d$, with $\\alpha$ of order $1/\\sqrt{d}$ and $d/n$ bounded, "
        "the optimal weight and risk are $W^\\star$ and $L^\\star$ up to a vanishing relative "
        "error."
    ),
    provenance=Provenance.APPROXIMATE,
    assumptions=(
        r"query and task are independent draws of $\mathcal{N}(0, I)$",
        r"given the query $x$, the features are independent draws of "
        r"$\mathcal{N}(\alpha x, (1 - \alpha^2) I)$",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        r"$d$ is large, $\alpha = a / \sqrt{d}$, $n = d / \nu$, $\sigma^2 = s d$ with $a$, $\nu$, "
        r"$s$ fixed",
    ),
    design=designs.rag,
    predictor=pgd,
    claim=Claim(
        weight=1 / (kappa * n + d + sigma**2),
        risk=d + sigma**2 - kappa * n * d / (kappa * n + d + sigma**2),
        definitions=((kappa, alpha**2 * d + 1),),
    ),
    regime=proportional,
    variants=(designs.rag_unit,),
    general=designs.rag_general,
)
