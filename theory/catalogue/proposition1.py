"""Proposition 1: attention and H3 are no better than the gradient steps they contain."""

from __future__ import annotations

from theory.language.gallery import designs
from theory.optima.equivalence.comparisons import attention, h3
from theory.records.equal_predictors import Equivalence
from theory.text.provenance import Provenance

DESIGNS = (
    designs.independent,
    designs.rag,
    designs.rag_unit,
    designs.task_aligned,
    designs.task_aligned_features,
)

proposition1 = Equivalence(
    id="proposition1",
    title="Attention and H3 are as good as gradient descent, and no better",
    says=(
        "One layer of linear attention reaches the optimal risk of one step of preconditioned "
        "gradient descent, and one layer of H3 that of a step with sample weights; neither gets "
        "below. If the examples are identically distributed and conditionally independent given "
        "query and task, all four optimal risks are equal."
    ),
    provenance=Provenance.STATED,
    assumptions=(
        "every joint moment of odd total degree in query, features and task vanishes "
        "(Assumption 1)",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        "for all four to be equal: the examples are identically distributed and conditionally "
        "independent given query and task",
    ),
    designs=DESIGNS,
    comparisons=(attention, h3),
    exchangeable=DESIGNS,
)
