"""Prompts of every length: drawn, judged and trained on as they should be."""

from typing import Any

import pytest
import torch

import theory
from numerics import (
    LengthRisk,
    PopulationRisk,
    Sampler,
    Training,
    estimate,
    model,
    split,
    squared_error,
    train,
)
from theory.designs.instance import instance
from theory.errors import InputError
from theory.language.gallery import designs

AT = instance(designs.isotropic_noiseless, n=4, d=2)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_first_examples_are_missing() -> None:
    prompt = Sampler(AT, lengths=True).draw(4000, seeded())
    assert prompt.features.shape == (4000, 4, 2) and prompt.labels.shape == (4000, 4, 1)
    seen = (prompt.features != 0).all(-1)
    assert torch.equal(seen, (prompt.labels != 0).squeeze(-1))
    lengths = seen.sum(-1)
    assert torch.equal(seen, torch.arange(4, 0, -1) <= lengths[:, None])
    shares = torch.bincount(lengths, minlength=5)[1:] / 4000
    assert torch.allclose(shares, torch.full((4,), 0.25), atol=0.05)
    assert bool((prompt.label != 0).all())


def test_same_seed_same_prompts() -> None:
    one, two = (Sampler(AT, lengths=True).draw(5, seeded(3)) for _ in range(2))
    assert torch.equal(one.labels, two.labels)
    assert not torch.equal(one.labels, Sampler(AT, lengths=True).draw(5, seeded(4)).labels)


@pytest.mark.parametrize("name", ["pgd", "wpgd", "att", "ssm"])
def test_the_risk_is_the_mean_on_sampled_prompts(name: str) -> None:
    made = model(name, 4, 2, restarts=2, generator=seeded())
    made.rescale(torch.full((2,), 0.05))
    weights = {key: w.detach() for key, w in made.weights().items()}
    risk = LengthRisk(AT, made.predictor)(weights)
    found = estimate(
        squared_error(made.predictor, weights),
        Sampler(AT, lengths=True),
        batch=2000,
        batches=40,
        generator=seeded(1),
    )
    assert bool(((found.mean - risk).abs() < 6 * found.error).all())
    assert bool((found.error < 0.05 * risk).all())


@pytest.mark.parametrize("design", [designs.drifting, designs.drifting_away])
def test_designs_whose_examples_differ_are_refused(design: Any) -> None:
    at = instance(design, n=3, d=2)
    with pytest.raises(InputError, match=r"only where examples are alike: .* uses i, n"):
        LengthRisk(at, theory.designs.predictors.pgd)
    with pytest.raises(InputError, match="examples are alike"):
        Sampler(at, lengths=True).draw(1, seeded())


@pytest.mark.parametrize("name", ["att", "ssm"])
def test_training_over_lengths_reaches_its_optimum(name: str) -> None:
    best = theory.statement("figure4-averaged").evaluate(n_max=4, d=2)
    optimum = float(getattr(best, name))
    training = Training(name, AT, lengths=True, tolerance=0.01)
    trained = train(training, optimum=optimum)
    assert trained.stopped == "tolerance"
    assert bool((trained.risks >= optimum * (1 - 1e-12)).all())
    alone = PopulationRisk(AT, trained.model.predictor)(trained.weights)
    assert not torch.allclose(alone, trained.risks)


@pytest.mark.parametrize("sigma", [0, 1])
@pytest.mark.parametrize("query", [1, 2])
def test_the_filter_is_in_the_models_order(query: int, sigma: int) -> None:
    """The exact risk of H3's gradient step with the evaluated filter is the evaluated risk."""
    record = theory.statement("figure4-drifting")
    found = record.evaluate(n=4, d=2, query=query, sigma=sigma)
    made = model("ssm", 4, 2, restarts=1, generator=seeded())
    with torch.no_grad():
        made.f.copy_(torch.tensor([float(f) for f in found.filter])[None])
    omega = made.weights()["Omega"].detach()
    at = instance(record.variants[query - 1].design, n=4, d=2, scalars={"sigma": sigma})
    weights = {"W": torch.eye(2).expand(1, 2, 2), "Omega": omega}
    risk = PopulationRisk(at, theory.designs.predictors.wpgd)(weights)
    assert float(risk) == pytest.approx(float(found.ssm), rel=1e-6)


@pytest.mark.parametrize("name", ["att", "ssm"])
@pytest.mark.parametrize("design", [designs.drifting, designs.drifting_away])
def test_a_drifting_task_leaves_the_gradient_step_the_best(name: str, design: Any) -> None:
    """Proposition 1, at random weights of every size."""
    at = instance(design, n=3, d=2)
    made = model(name, 3, 2, restarts=50, generator=seeded(5))
    made.rescale(torch.logspace(-3, 1, 50))
    parts = split(at, made)
    assert bool((parts.remainder >= -1e-12 * parts.total).all())
    assert bool((parts.remainder > 0).any())
