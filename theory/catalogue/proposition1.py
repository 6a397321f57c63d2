"""Proposition 1: attention and H3 are no better than the gradient steps they contain."""

from __future__ import annotations

from theory.catalogue.stated import stated
from theory.language.gallery import designs
from theory.optima.equivalence.comparisons import attention, h3
from theory.records.equal_predictors import Equivalence

DESIGNS = (
    designs.independent,
    designs.rag,
    designs.rag_unit,
    designs.task_aligned,
    designs.task_aligned_features,
)

proposition1 = Equivalence(
    **stated("proposition1"),
    designs=DESIGNS,
    comparisons=(attention, h3),
    exchangeable=DESIGNS,
)
