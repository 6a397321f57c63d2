"""Theorem 3: the optimal risk for task-aligned data, to leading order."""

from __future__ import annotations

from theory.language.gallery import designs, shipped
from theory.records.leading_order import LimitStatement

theorem3 = LimitStatement.of(
    "theorem3",
    shipped("li-2024/theorem3"),
    variants=(designs.task_aligned_normalised, designs.task_aligned_features),
    general=designs.task_aligned_general,
)
