"""Training reaches the optimum from random weights, reports all restarts, and ends cleanly."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from numerics import MODELS, PopulationRisk, Sampler, Training, train
from numerics.values import matrices
from theory.designs.instance import Instance, instance
from theory.designs.prompt import Prompt
from theory.errors import InputError, UnknownName
from theory.language.gallery import designs

OfSize = Callable[[int, int], Instance]


def optimum(at: Instance) -> float:
    """Theorem 1, typed again on purpose: an independent number to aim at."""
    S_x, S_b = matrices(at)["Sigma_x"], matrices(at)["Sigma_beta"]
    values = torch.linalg.eigvals(S_x @ S_b).real
    M = float(values.sum()) + float(at.scalars["sigma"]) ** 2
    return M - float((at.n * values**2 / ((at.n + 1) * values + M)).sum())


@pytest.mark.parametrize("name", MODELS)
def test_every_restart_reaches_the_optimum(name: str, of_size: OfSize) -> None:
    at = of_size(6, 3)
    best = optimum(at)
    trained = train(Training(name, at, tolerance=0.01), optimum=best)
    assert trained.stopped == "tolerance"
    assert trained.risks.shape == (3,)
    assert (trained.risks <= 1.01 * best).all()
    assert (trained.risks >= best * (1 - 1e-12)).all()
    assert (trained.history[0].risks > 1.1 * best).all()


def test_smallest_size() -> None:
    at = instance(designs.isotropic_noiseless, n=1, d=1)
    trained = train(Training("att", at, tolerance=0.01), optimum=2 / 3)
    assert trained.stopped == "tolerance"


def short(name: str = "att", **changes: Any) -> Training:
    at = instance(designs.isotropic_noiseless, n=3, d=2)
    return replace(Training(name, at, batch=16, steps=7, evaluate_every=3), **changes)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_trains_alike(name: str) -> None:
    once, again, other = (train(short(name, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(once.risks, again.risks)
    assert not torch.equal(once.risks, other.risks)


def test_the_seed_sets_both_initial_weights_and_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = []
    draw = Sampler.draw

    def recorded(self: Sampler, batch: int, generator: torch.Generator) -> Prompt[torch.Tensor]:
        prompt = draw(self, batch, generator)
        labels.append(prompt.label)
        return prompt

    monkeypatch.setattr(Sampler, "draw", recorded)
    # a step too small to matter: what is left is where training started, up to scale
    starts = [
        train(short("pgd", seed=seed, steps=1, learning_rate=1e-9)).weights["W"] for seed in (1, 2)
    ]
    one, two = (start / start.norm() for start in starts)
    assert (one - two).norm() > 0.1
    assert not torch.equal(labels[0], labels[2])


def test_all_steps_are_taken_without_an_optimum() -> None:
    seen: list[tuple[int, int]] = []
    trained = train(short(), progress=lambda step, steps, risks: seen.append((step, steps)))
    assert (trained.stopped, trained.steps) == ("steps", 7)
    assert seen == [(0, 7), (3, 7), (6, 7), (7, 7)]
    assert [c.step for c in trained.history] == [0, 3, 6, 7]


def test_every_restart_is_reported_and_starts_elsewhere() -> None:
    trained = train(short(restarts=4, steps=1))
    assert len(set(trained.risks.tolist())) == 4
    assert all(weight.shape[0] == 4 for weight in trained.weights.values())


def test_time_runs_out() -> None:
    trained = train(short(seconds=1e-9))
    assert trained.stopped == "time"
    assert trained.risks.isfinite().all()


@pytest.mark.parametrize("moment", [0, 6])
def test_ctrl_c_ends_with_a_valid_result(moment: int) -> None:
    def interrupt(step: int, steps: int, risks: torch.Tensor) -> None:
        if step == moment:
            raise KeyboardInterrupt

    trained = train(short(), progress=interrupt)
    assert (trained.stopped, trained.steps) == ("interrupted", moment)
    again = PopulationRisk(trained.training.at, trained.model.predictor)(trained.weights)
    assert torch.equal(trained.risks, again)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"restarts": 0}, "restarts must be at least 1, got 0"),
        ({"tolerance": 0.0}, "tolerance must be positive"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive, got nan"),
        ({"warmup": 1.0}, "warmup is a fraction"),
    ],
)
def test_bad_settings_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        short(**changes)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UnknownName, match="unknown model 'lstm'"):
        short("lstm")


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("name", ["att", "ssm"])
def test_a_gpu_trains_to_the_same_optimum(name: str, of_size: OfSize) -> None:
    at = of_size(6, 3)
    best = optimum(at)
    trained = train(Training(name, at, device="cuda", tolerance=0.01), optimum=best)
    assert trained.stopped == "tolerance"
    assert (trained.risks >= best * (1 - 1e-12)).all()
