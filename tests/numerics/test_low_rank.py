"""Thin factors and adapters: shapes, ranks, predictions, and descent on the exact risk."""

import pytest
import torch

from numerics import Training, naive, train
from numerics.low_rank import AdaptedATT, LowRankATT, step_of
from numerics.models import ATT
from theory.designs.instance import instance
from theory.designs.prompt import Prompt
from theory.errors import ShapeError
from theory.language.gallery import designs


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def prompts(n, d, batch=2):
    draw = generator(7)
    x = torch.randn(batch, d, 1, generator=draw)
    X = torch.randn(batch, n, d, generator=draw)
    y = torch.randn(batch, n, 1, generator=draw)
    return Prompt(x, X, y, y[:, :1])


@pytest.mark.parametrize("rank", [1, 2, 3, 4])
def test_the_extra_coordinate_gains_no_rank(rank):
    model = LowRankATT(5, 3, rank=rank, restarts=6, generator=generator())
    assert model.W_k.shape == (6, 4, rank)
    for W in model.effective()["W"]:
        assert torch.linalg.matrix_rank(W) == min(rank, 3)


@pytest.mark.parametrize("rank", [1, 2])
def test_an_adapter_changes_the_step_by_its_rank(rank):
    base = ATT(5, 3, restarts=4, generator=generator()).double()
    model = AdaptedATT(base, rank=rank, generator=generator(1))
    assert torch.equal(model.effective()["W"], base.effective()["W"])
    with torch.no_grad():
        model.W_down.copy_(torch.randn(4, 4, rank, generator=generator(2)))
    for W in model.effective()["W"] - base.effective()["W"]:
        assert torch.linalg.matrix_rank(W, rtol=1e-9) == rank
    assert not torch.equal(base.W_q, torch.zeros(4)) and not model.W_q.requires_grad


def test_an_adapter_begins_as_large_as_what_it_is_added_to():
    """Both factors together, of which one is zero at first."""
    base = ATT(9, 20, restarts=8, generator=generator())
    model = AdaptedATT(base, rank=20, generator=generator(1))
    size = base.acting(torch.float64).square().mean().sqrt()
    assert abs(model.W_up.square().mean() / size - 1) < 0.1


def test_predictions_are_those_of_the_naive_twin():
    n, d = 3, 2
    prompt = prompts(n, d)
    thin = LowRankATT(n, d, rank=1, restarts=2, generator=generator())
    adapted = AdaptedATT(thin, rank=2, generator=generator(1))
    with torch.no_grad():
        adapted.W_down.normal_(generator=generator(2))
    for model, product in (
        (thin, thin.W_q @ thin.W_k.mT),
        (adapted, thin.W_q @ thin.W_k.mT + adapted.W_up @ adapted.W_down.mT),
    ):
        found = model(prompt)
        for r in range(2):
            for b in range(2):
                expected = naive.att(
                    prompt.query[b, :, 0],
                    prompt.features[b],
                    prompt.labels[b, :, 0],
                    product[r],
                    torch.eye(d + 1),
                    model.W_v[r],
                    model.h[r],
                )
                torch.testing.assert_close(found[r, b], expected)


def test_given_steps():
    W = torch.randn(3, 3, generator=generator())
    model = step_of(W, n=4, restarts=2)
    prompt = prompts(4, 3)
    expected = (prompt.query.mT @ W @ prompt.features.mT @ prompt.labels)[:, 0, 0]
    torch.testing.assert_close(model(prompt), expected.expand(2, -1))


@pytest.mark.parametrize("rank", [0, 5])
def test_ranks_out_of_range(rank):
    with pytest.raises(ShapeError, match="rank must lie from 1 to d \\+ 1 = 4"):
        LowRankATT(2, 3, rank=rank, restarts=1, generator=generator())
    base = ATT(2, 3, restarts=1, generator=generator())
    with pytest.raises(ShapeError, match="rank must lie from 1"):
        AdaptedATT(base, rank=rank, generator=generator())


def test_training_an_adapter_leaves_what_is_frozen():
    at = instance(designs.isotropic_noiseless, n=4, d=2)
    base = step_of(torch.zeros(2, 2), n=4, restarts=2)
    training = Training("lora-att", at, rank=1, base=base, source="risk", restarts=2, steps=300)
    found = train(training)
    assert torch.equal(found.model.W_v, base.W_v.double())
    torch.testing.assert_close(found.risks, torch.full((2,), 2 - 4 / 7, dtype=torch.float64))
