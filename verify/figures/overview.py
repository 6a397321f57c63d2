"""Picture 1: architecture, data and low rank side by side, from the runs of their own panels."""

from __future__ import annotations

from verify.figures.alignment import retrieval
from verify.figures.rank import low_rank
from verify.figures.registry import side_by_side
from verify.figures.sample_size import isotropic

side_by_side("1", "Overview: 2a, 3a, 3c", isotropic, retrieval, low_rank)
