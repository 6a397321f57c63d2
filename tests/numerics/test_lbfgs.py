"""L-BFGS on many problems at once, and training on the exact risk with it."""

from typing import Any

import pytest
import torch
from torch import Tensor

from numerics import MODELS, Training, train
from numerics.training.lbfgs import LBFGS
from theory.designs.instance import instance
from theory.language.gallery import designs


def rosenbrock(x: Tensor) -> Tensor:
    return (1 - x[..., 0]).square() + 100 * (x[..., 1] - x[..., 0].square()).square()


def searched(start: Tensor, unit: Tensor) -> tuple[Tensor, int]:
    x = start.clone().requires_grad_()
    search = LBFGS([x], [unit], lambda: 1 + rosenbrock(x))
    while search.moving:
        search.step()
        assert search.taken < 500
    return x.detach(), search.taken


def test_each_problem_is_searched_as_it_would_be_alone() -> None:
    starts = torch.tensor([[-1.2, 1.0], [0.0, 3.0], [1.0, 1.0]], dtype=torch.float64)
    together, most = searched(starts, torch.ones(()))
    alone = [searched(start[None], torch.ones(())) for start in starts]
    assert torch.allclose(together, torch.ones_like(together), atol=1e-6)
    assert torch.equal(together, torch.cat([x for x, _ in alone]))
    assert most == max(taken for _, taken in alone)


def test_a_parameter_and_its_unit_scale_together() -> None:
    start = torch.tensor([[-1.2, 1.0]], dtype=torch.float64)
    x = (start * 1024).requires_grad_()
    search = LBFGS([x], [torch.tensor(1024.0)], lambda: 1 + rosenbrock(x / 1024))
    while search.moving:
        search.step()
    assert torch.equal(x.detach() / 1024, searched(start, torch.ones(()))[0])


@pytest.mark.parametrize("name", MODELS)
def test_the_exact_risk_is_minimised_to_rounding(name: str) -> None:
    at = instance(designs.isotropic_noiseless, n=4, d=2)
    found: Any = train(Training(name, at, source="risk", evaluate_every=7))
    best = 2 - 4 * 2 / 7
    assert found.stopped == "minimum" and found.steps < 1000
    assert float(found.risks.min() - best) < 1e-9 * best
    assert bool((found.risks > best * (1 - 1e-12)).all())
    again = train(Training(name, at, source="risk", evaluate_every=50))
    assert torch.equal(found.risks, again.risks)
