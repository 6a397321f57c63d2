"""Every model against its naive twin and against the theory's own statement of the predictor."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import torch

from numerics import MODELS, Model, Sampler, model, naive, predictions
from theory.designs.instance import Instance
from theory.errors import ShapeError, UnknownName

OfSize = Callable[[int, int], Instance]
SIZES = [(3, 2), (1, 1), (1, 3), (4, 1)]
R, B = 2, 5


def double(name: str, n: int, d: int, generator: torch.Generator) -> Model:
    return model(name, n, d, restarts=R, generator=generator).double()


def naively(subject: Model, prompt: Any) -> torch.Tensor:
    """All predictions (R, B) by the naive twin, which autograd can follow too."""
    twin = getattr(naive, subject.predictor.name)
    rows = []
    for r in range(subject.restarts):
        parameters = [p[r] for p in subject.parameters()]
        row = [
            twin(prompt.query[b, :, 0], prompt.features[b], prompt.labels[b, :, 0], *parameters)
            for b in range(len(prompt.query))
        ]
        rows.append(torch.stack(row))
    return torch.stack(rows)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_values_and_gradients_are_those_of_the_naive_twin(
    name: str, n: int, d: int, of_size: OfSize, generator: torch.Generator
) -> None:
    subject = double(name, n, d, generator)
    prompt = Sampler(of_size(n, d)).draw(B, generator)
    fast, slow = subject(prompt), naively(subject, prompt)
    assert fast.shape == (R, B)
    assert torch.allclose(fast, slow, rtol=1e-12, atol=1e-12)
    along = torch.randn(R, B, generator=generator, dtype=torch.float64)
    fast_gradients = torch.autograd.grad((fast * along).sum(), list(subject.parameters()))
    slow_gradients = torch.autograd.grad((slow * along).sum(), list(subject.parameters()))
    for ours, theirs in zip(fast_gradients, slow_gradients, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_weights_give_the_theorys_prediction(
    name: str, n: int, d: int, of_size: OfSize, generator: torch.Generator
) -> None:
    subject = double(name, n, d, generator)
    prompt = Sampler(of_size(n, d)).draw(B, generator)
    stated = predictions(subject.predictor, prompt, subject.weights())
    assert torch.allclose(subject(prompt), stated, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["att", "ssm"])
def test_the_effective_step_is_the_part_odd_in_the_labels_and_odd_in_the_features(
    name: str, general: Instance, generator: torch.Generator
) -> None:
    subject = double(name, 3, 2, generator)
    prompt = Sampler(general).draw(B, generator)

    def flipped(features: int, labels: int) -> torch.Tensor:
        changed = type(prompt)(
            prompt.query, features * prompt.features, labels * prompt.labels, prompt.label
        )
        return subject(changed)

    odd = (flipped(1, 1) - flipped(1, -1) - flipped(-1, 1) + flipped(-1, -1)) / 4
    step = predictions(subject.core, prompt, subject.effective())
    assert torch.allclose(step, odd, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_restarts_do_not_touch_one_another(
    name: str, general: Instance, generator: torch.Generator
) -> None:
    subject = double(name, 3, 2, generator)
    prompt = Sampler(general).draw(B, generator)
    subject(prompt)[0].sum().backward()
    for parameter in subject.parameters():
        assert parameter.grad is not None
        assert not parameter.grad[1].any()


@pytest.mark.parametrize("name", MODELS)
def test_rescaling_multiplies_the_predictions(
    name: str, general: Instance, generator: torch.Generator
) -> None:
    subject = double(name, 3, 2, generator)
    prompt = Sampler(general).draw(B, generator)
    before = subject(prompt)
    subject.rescale(torch.tensor([2.0, 0.3], dtype=torch.float64))
    expected = before * torch.tensor([[2.0], [0.3]], dtype=torch.float64)
    assert torch.allclose(subject(prompt), expected, rtol=1e-12)


def test_the_naive_twins_run_on_fractions_and_weigh_the_last_example_first() -> None:
    half = Fraction(1, 2)
    x, X, y = [half], [[Fraction(1)], [Fraction(3)]], [Fraction(5), Fraction(7)]
    look, label = [[1, 0], [0, 0]], [[0, 0], [1, 0]]
    assert naive.pgd(x, X, y, [[half]]) == Fraction(26, 4)
    assert naive.att(x, X, y, look, look, label, [1, 0]) == 13
    # f_1 belongs to the last example, f_2 to the one before
    assert naive.ssm(x, X, y, look, look, label, [1, 0], [2, 0]) == 21
    assert naive.ssm(x, X, y, look, look, label, [1, 0], [0, 2]) == 5


def test_the_same_seed_starts_alike() -> None:
    once, again, other = (
        model("ssm", 3, 2, restarts=R, generator=torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    )
    assert all(map(torch.equal, once.parameters(), again.parameters()))
    assert not torch.equal(next(once.parameters()), next(other.parameters()))


def test_unknown_models_and_empty_sizes_are_refused(generator: torch.Generator) -> None:
    with pytest.raises(UnknownName, match="unknown model 'at'; did you mean att"):
        model("at", 3, 2, restarts=1, generator=generator)
    with pytest.raises(ShapeError, match="restarts must be at least 1"):
        model("att", 3, 2, restarts=0, generator=generator)


@pytest.mark.parametrize("name", MODELS)
def test_rotated_examples_are_as_good_for_the_models_that_say_so(
    name: str, of_size: OfSize, generator: torch.Generator
) -> None:
    """``Z0' Z0`` is that of ``Q Z0``; a weight for each example tells them apart."""
    subject = double(name, 4, 3, generator)
    prompt = Sampler(of_size(4, 3)).draw(B, generator)
    turn = torch.linalg.qr(torch.randn(4, 4, generator=generator, dtype=torch.float64)).Q
    turned = replace(prompt, features=turn @ prompt.features, labels=turn @ prompt.labels)
    assert torch.allclose(subject(prompt), subject(turned), rtol=1e-10) == subject.gram


def test_what_a_model_begins_from_is_said_by_name() -> None:
    generator = torch.Generator().manual_seed(0)
    named = model("att", n=3, d=2, restarts=1, generator=generator)
    assert named.predictor.name == "att"
    with pytest.raises(TypeError, match="positional"):
        model("att", 3, 2, 1, generator)
