"""The closed forms of mean square errors are what automatic differentiation finds."""

import pytest
import torch

from numerics import Training, squares
from numerics.models import Model
from numerics.training.loop import Batch
from theory.designs.instance import instance
from theory.language.gallery import designs


@pytest.mark.parametrize("runs", [1, 2])
@pytest.mark.parametrize("queries", [None, 1, 3])
@pytest.mark.parametrize("name", ["att", "low-rank-att", "ssm"])
def test_value_and_gradient(
    name: str, queries: int | None, runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(squares, "BLOCK", 100)  # three prompts of one run of H3, one of two
    at = instance(designs.independent, n=4, d=3, scalars={"sigma": 1})
    rank = 2 if name == "low-rank-att" else None
    training = Training(
        name, at, rank=rank, restarts=2, batch=5, queries=queries, dtype=torch.float64
    )
    batch = Batch([training] * runs)
    prompt = next(batch.prompts)
    assert type(batch.model).mean_square is not Model.mean_square
    ours, plain = batch.model.mean_square(prompt), Model.mean_square(batch.model, prompt)
    assert torch.allclose(ours, plain, rtol=1e-12)
    weights = torch.arange(1.0, 1 + ours.numel(), dtype=torch.float64).reshape(ours.shape)
    by_ours, by_plain = (
        torch.autograd.grad((found * weights).sum(), batch.parameters) for found in (ours, plain)
    )
    assert all(torch.allclose(a, b, rtol=1e-10) for a, b in zip(by_ours, by_plain, strict=True))
