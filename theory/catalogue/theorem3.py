"""Theorem 3: the optimal risk for task-aligned data, to leading order."""

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

theorem3 = LimitStatement(
    id="theorem3",
    title="Optimal risk for task-aligned data, to leading order",
    says=(
        "With features and query drawn around a multiple of the task, for large $d$, with "
        "$\\alpha$ of order $1/\\sqrt{d}$ and $d/n$ bounded, the optimal weight and risk are "
        "$W^\\star$ and $L^\\star$ up to a vanishing relative error."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        r"the task is a draw of $\mathcal{N}(0, I)$",
        r"given the task $\beta$, query and features are independent draws of "
        r"$\mathcal{N}(\alpha \beta, I)$",
        r"labels are $\gamma\, x_i^\top \beta + \sigma \xi_i$ with $\gamma^2 = 1 / \kappa$, and "
        "the same for the query",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        r"$d$ is large, $\alpha = a / \sqrt{d}$, $n = d / \nu$, $\sigma^2 = s d$ with $a$, $\nu$, "
        r"$s$ fixed",
    ),
    design=designs.task_aligned,
    predictor=pgd,
    claim=Claim(
        weight=1 / (kappa * n + (d + sigma**2) / kappa),
        risk=d + sigma**2 - kappa * n * d / (kappa * n + (d + sigma**2) / kappa),
        definitions=((kappa, alpha**2 * d + 1),),
    ),
    regime=proportional,
    variants=(designs.task_aligned_normalised, designs.task_aligned_features),
    general=designs.task_aligned_general,
)
