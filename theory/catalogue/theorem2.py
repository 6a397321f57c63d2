"""Theorem 2: the optimal risk for retrieval-augmented data, to leading order."""

from __future__ import annotations

from theory.language.gallery import designs
from theory.records.leading_order import LimitStatement

theorem2 = LimitStatement.shipped(
    "li-2024/theorem2", variants=(designs.rag_unit,), general=designs.rag_general
)
