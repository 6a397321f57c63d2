"""The closed form of attention's mean square error is what automatic differentiation finds."""

import pytest
import torch

from numerics import Training
from numerics.models import ATT, Model
from numerics.training.loop import Batch
from theory.designs.instance import instance
from theory.language.gallery import designs


@pytest.mark.parametrize("runs", [1, 2])
@pytest.mark.parametrize("queries", [None, 1, 3])
@pytest.mark.parametrize("rank", [None, 2])
def test_value_and_gradient(queries: int | None, runs: int, rank: int | None) -> None:
    at = instance(designs.independent, n=4, d=3, scalars={"sigma": 1})
    name = "att" if rank is None else "low-rank-att"
    training = Training(
        name, at, rank=rank, restarts=2, batch=5, queries=queries, dtype=torch.float64
    )
    batch = Batch([training] * runs)
    prompt = next(batch.prompts)
    assert isinstance(batch.model, ATT)
    ours, plain = batch.model.mean_square(prompt), Model.mean_square(batch.model, prompt)
    assert torch.allclose(ours, plain, rtol=1e-12)
    weights = torch.arange(1.0, 1 + ours.numel(), dtype=torch.float64).reshape(ours.shape)
    by_ours, by_plain = (
        torch.autograd.grad((found * weights).sum(), batch.parameters) for found in (ours, plain)
    )
    assert all(torch.allclose(a, b, rtol=1e-10) for a, b in zip(by_ours, by_plain, strict=True))
