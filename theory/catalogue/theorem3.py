"""Theorem 3: the optimal risk for task-aligned data, to leading order."""

from __future__ import annotations

from theory.language.gallery import designs
from theory.records.leading_order import LimitStatement

theorem3 = LimitStatement.shipped(
    "li-2024/theorem3",
    variants=(designs.task_aligned_normalised, designs.task_aligned_features),
    general=designs.task_aligned_general,
)
