"""Runs trained as one batch, on prompts or on the exact risk, and the models of low rank."""

from dataclasses import replace
from typing import Any

import pytest
import torch

import theory
from numerics import TRAINABLE, PopulationRisk, Sampler, Training, train, train_together
from numerics.models import ATT
from numerics.training.adam import Adam
from theory.designs.families import family
from theory.designs.instance import Instance, instance
from theory.errors import InputError
from theory.language.gallery import designs

GENERAL = {"Sigma_x": "power:1", "Sigma_beta": "equicorrelated:1/2"}


def at(sigma: int = 0, **families: str) -> Instance:
    covariances = {name: family(value, 3) for name, value in {**GENERAL, **families}.items()}
    return instance(
        designs.independent, n=5, d=3, scalars={"sigma": sigma}, covariances=covariances
    )


EACH = [at(), at(sigma=1), at(Sigma_beta="eye")]


def training(name: str, where: Instance, **changes: Any) -> Training:
    if name in ("low-rank-att", "lora-att"):
        changes.setdefault("rank", 2)
    if name == "stack":
        changes.setdefault("depth", 2)
    if name == "lora-att":
        base = ATT(5, 3, restarts=2, generator=torch.Generator().manual_seed(1))
        changes.setdefault("base", base)
    options = {"batch": 8, "queries": 2, "steps": 12, "evaluate_every": 5, "restarts": 2}
    return Training(name, where, **{**options, **changes})


@pytest.mark.parametrize("source", ["prompts", "risk"])
@pytest.mark.parametrize("name", [n for n in TRAINABLE if n != "lora-att"])
def test_each_is_trained_as_if_alone(name: str, source: Any) -> None:
    options = {"source": source, "dtype": torch.float64}
    together = train_together([training(name, where, **options) for where in EACH])
    for where, one in zip(EACH, together, strict=True):
        alone = train(training(name, where, **options))
        assert [c.step for c in one.history] == [0, 5, 10, 12]
        assert torch.allclose(one.risks, alone.risks, rtol=1e-9)
        for key, weight in alone.weights.items():
            assert torch.allclose(one.weights[key], weight, rtol=1e-7, atol=1e-12)
        again = PopulationRisk(where, one.model.predictor)(one.weights)
        assert torch.allclose(one.risks, again, rtol=1e-12)


def test_what_is_not_alike_is_not_trained_together() -> None:
    first = training("att", at())
    for other in (
        replace(first, seed=1),
        replace(first, at=at().with_examples(6)),
        training("ssm", at()),
    ):
        with pytest.raises(InputError, match="differ in the numbers of a design alone"):
            train_together([first, other])
    with pytest.raises(InputError, match="differ in the numbers"):
        train_together([])
    with pytest.raises(InputError, match="average over lengths are trained one by one"):
        train_together([replace(first, lengths=True)] * 2)


@pytest.mark.parametrize("name", ["att", "ssm"])
def test_the_exact_risk_is_descended_to_its_minimum(name: str) -> None:
    covariances = {key.lower(): family(name, 3) for key, name in GENERAL.items()}
    best = float(theory.statement("theorem1").evaluate(n=5, sigma=0, **covariances).risk)
    found = train(training(name, at(), source="risk", steps=100))
    excess = (found.risks - best) / best
    assert (excess > -1e-12).all() and float(excess.min()) < 1e-6
    assert found.risks.dtype == torch.float64
    assert all(p.dtype == torch.float64 for p in found.model.parameters())


def test_no_prompts_are_drawn_for_the_exact_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    draw = Sampler.draw
    monkeypatch.setattr(
        Sampler, "draw", lambda self, *given: drawn.append(given[0]) or draw(self, *given)
    )
    train(training("att", at(), source="risk"))
    assert drawn == [1024]  # what sets the scale of the start
    given = training("att", at())
    train(given)
    assert drawn == [1024, 1024, *[given.batch] * given.steps]  # queries were asked for


def test_low_rank_attention_reaches_its_optimum_on_prompts() -> None:
    where, rank = at(Sigma_beta="eye"), 2
    best = theory.statement("lemma3").evaluate(
        n=5, rank=rank, sigma_x=family("power:1", 3), sigma=0
    )
    found = train(
        training("low-rank-att", where, rank=rank, batch=256, queries=16, steps=600, restarts=3)
    )
    assert float(found.risks.min()) < 1.01 * float(best.risk)
    assert bool((found.risks > float(best.risk) * (1 - 1e-12)).all())


def test_an_adapter_on_a_trained_model_reaches_its_optimum_on_prompts() -> None:
    old, new = at(Sigma_x="eye", Sigma_beta="power:2"), at(Sigma_x="eye", Sigma_beta="eye")
    best = theory.statement("lemma4").evaluate(
        n=5,
        rank=1,
        sigma=0,
        sigma_beta=family("eye", 3),
        sigma_beta_old=family("power:2", 3),
    )
    base = train(training("att", old, source="risk", steps=600)).model
    assert isinstance(base, ATT)
    frozen = base.W_q.detach().clone()
    found = train(training("lora-att", new, base=base, rank=1, batch=256, queries=16, steps=600))
    assert float(found.risks.min()) == pytest.approx(float(best.risk), rel=0.01)
    assert torch.equal(found.model.W_q, frozen.to(found.model.W_q.dtype))


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("low-rank-att", {"rank": None}, "low-rank-att needs a rank, got None"),
        ("att", {"rank": 2}, "att takes no rank, got 2"),
        ("lora-att", {"base": None}, "lora-att needs a base"),
        ("att", {"source": "tea leaves"}, "unknown source of the loss 'tea leaves'"),
        ("att", {"queries": 0}, "queries must be at least 1"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(training(name, at()), **changes)


@pytest.mark.parametrize("triangular", [False, None])
def test_rotation_is_for_models_that_cannot_tell(triangular: bool | None) -> None:
    assert training("att", at(), triangular=triangular).rotated is (triangular is None)
    assert not training("ssm", at(), triangular=triangular).rotated
    drifting = instance(designs.drifting, n=5, d=3)
    assert not training("att", drifting, triangular=triangular).rotated


def test_adam_is_that_of_torch(generator: torch.Generator) -> None:
    start = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    ours, theirs = start.clone(), torch.nn.Parameter(start.clone())
    adam = Adam(ours, torch.tensor(0.3, dtype=torch.float64))
    torchs = torch.optim.Adam([theirs], lr=0.3, betas=(0.9, 0.99))
    for factor in (0.1, 1.0, 0.7, 0.2):
        gradient = torch.randn(4, 3, generator=generator, dtype=torch.float64)
        adam.step(gradient, factor)
        torchs.param_groups[0]["lr"] = 0.3 * factor
        theirs.grad = gradient
        torchs.step()
        assert torch.allclose(ours, theirs.detach(), rtol=1e-10)


def test_rates_belong_to_their_runs() -> None:
    moved, still = torch.ones(2, 3), torch.ones(2, 3)
    Adam(moved, torch.tensor([[0.1], [0.0]])).step(still, 1.0)
    assert torch.equal(moved[1], torch.ones(3)) and not torch.equal(moved[0], torch.ones(3))
