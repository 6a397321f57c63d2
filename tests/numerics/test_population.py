"""Exact risks against sampling, which shares no code with the moment engine."""

from collections.abc import Callable

import pytest
import torch

from numerics import (
    MODELS,
    Model,
    PopulationRisk,
    Sampler,
    compiled,
    estimate,
    model,
    split,
    squared_error,
    squared_remainder,
)
from numerics.values import matrices
from theory.algebra.polynomials import letter
from theory.algebra.words import D, N, diagonal, fixed, ones
from theory.designs import predictors
from theory.designs.instance import Instance, instance
from theory.errors import InputError, ShapeError
from theory.language.gallery import designs
from theory.scalars.symbols import i, n

R = 3


def scaled(name: str, at: Instance, generator: torch.Generator) -> Model:
    """A random model whose predictions are about as large as the labels."""
    subject = model(name, at.n, at.d, restarts=R, generator=generator).double()
    prompt = Sampler(at).draw(1000, generator)
    subject.rescale((prompt.label.square().mean() / subject(prompt).square().mean(-1)).sqrt())
    return subject


@pytest.mark.parametrize("name", MODELS)
def test_risk_is_what_sampling_finds(name: str, at: Instance, generator: torch.Generator) -> None:
    subject = scaled(name, at, generator)
    exact = PopulationRisk(at, subject.predictor)(subject.weights())
    found = estimate(
        squared_error(subject.predictor, subject.weights()),
        Sampler(at),
        batch=50_000,
        batches=2,
        generator=generator,
    )
    assert exact.shape == (R,)
    assert (found.error < 0.2 * exact).all()
    assert ((found.mean - exact).abs() < 5 * found.error).all()


@pytest.mark.parametrize("name", ["att", "ssm"])
def test_the_remainder_is_the_mean_square_of_what_is_not_a_gradient_step(
    name: str, general: Instance, generator: torch.Generator
) -> None:
    subject = scaled(name, general, generator)
    parts = split(general, subject)
    found = estimate(
        squared_remainder(subject), Sampler(general), batch=50_000, batches=2, generator=generator
    )
    assert (parts.remainder > 0).all()
    assert ((found.mean - parts.remainder).abs() < 5 * found.error).all()
    assert (found.error < 0.2 * parts.remainder).all()


def test_a_gradient_step_has_no_remainder(general: Instance, generator: torch.Generator) -> None:
    assert not split(general, scaled("wpgd", general, generator)).remainder.any()


@pytest.mark.parametrize("name", MODELS)
def test_gradients_are_those_of_finite_differences(
    name: str, at: Instance, generator: torch.Generator
) -> None:
    subject = scaled(name, at, generator)
    risk = PopulationRisk(at, subject.predictor)
    weights = {k: w.detach().requires_grad_() for k, w in subject.weights().items()}
    names = list(weights)

    def of(*values: torch.Tensor) -> torch.Tensor:
        return risk(dict(zip(names, values, strict=True)))

    assert torch.autograd.gradcheck(of, tuple(weights.values()), fast_mode=True)


@pytest.mark.parametrize("name", MODELS)
def test_leading_axes_are_evaluated_one_by_one(
    name: str, general: Instance, generator: torch.Generator
) -> None:
    subject = scaled(name, general, generator)
    risk = PopulationRisk(general, subject.predictor)
    together = risk(subject.weights())
    alone = [risk({k: w[r] for k, w in subject.weights().items()}) for r in range(R)]
    assert torch.allclose(together, torch.stack(alone), rtol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_no_weights_leave_the_mean_square_of_the_label(
    name: str, general: Instance, generator: torch.Generator
) -> None:
    subject = model(name, 3, 2, restarts=R, generator=generator)
    nothing = {k: torch.zeros_like(w) for k, w in subject.weights().items()}
    S_x, S_b = (matrices(general)[k] for k in ("Sigma_x", "Sigma_beta"))
    expected = (S_x @ S_b).trace() + 0.7**2
    assert torch.allclose(PopulationRisk(general, subject.predictor)(nothing), expected)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 3), (4, 1)])
def test_smallest_sizes(
    name: str,
    n: int,
    d: int,
    of_size: Callable[[int, int], Instance],
    generator: torch.Generator,
) -> None:
    at = of_size(n, d)
    parts = split(at, scaled(name, at, generator))
    assert (parts.core > 0).all()
    assert (parts.remainder >= -1e-12 * parts.total).all()


def test_corollary_1_by_hand() -> None:
    at = instance(designs.isotropic_noiseless, n=4, d=2)
    risk = PopulationRisk(at, predictors.pgd)({"W": torch.eye(2) / 7})
    assert float(risk) == pytest.approx(2 - 8 / 7, abs=1e-6)


def test_a_missing_weight_is_named(general: Instance) -> None:
    with pytest.raises(InputError, match="wpgd needs weights Omega"):
        PopulationRisk(general, predictors.wpgd)({"W": torch.eye(2)})


def test_every_kind_of_word_is_compiled(general: Instance, generator: torch.Generator) -> None:
    values = {
        "Y": torch.randn(3, 2, generator=generator, dtype=torch.float64),
        "Z": torch.randn(2, 3, generator=generator, dtype=torch.float64),
        "Omega": torch.randn(3, generator=generator, dtype=torch.float64),
    }
    # named so that canonical words may begin with the diagonal letter
    A, B = letter(fixed("Y", N, D)), letter(fixed("Z", D, N))
    Omega, rising = letter(diagonal("Omega", N)), letter(diagonal("t", N, i / n))
    one = letter(ones(N))
    a, b, w = values["Y"], values["Z"], values["Omega"].diag()
    t, u = torch.diag(torch.tensor([1.0, 2.0, 3.0]).double() / 3), torch.ones(3, 1).double()
    for word, expected in (
        (A @ B, a @ b),
        (A @ B @ Omega, a @ b @ w),
        (Omega @ A @ B @ rising, w @ a @ b @ t),
        (A @ A.mT @ B.mT @ A.mT @ Omega @ A @ B, a @ a.mT @ b.mT @ a.mT @ w @ a @ b),
        (Omega @ rising @ Omega, w @ t @ w),
        (one.mT @ A @ B @ Omega @ one, u.mT @ a @ b @ w @ u),
        (rising @ rising, t @ t),
    ):
        found = compiled(word.trace(), general)(values)
        assert torch.allclose(found, expected.trace(), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "shape"), [("W", (3, 3)), ("W", (1, 1)), ("Omega", (5,)), ("Omega", (4, 4))]
)
def test_a_weight_of_the_wrong_shape_is_named(name: str, shape: tuple[int, ...]) -> None:
    risk = PopulationRisk(instance(designs.isotropic_noiseless, n=4, d=2), predictors.wpgd)
    weights = {"W": torch.eye(2), "Omega": torch.ones(4)} | {name: torch.ones(shape)}
    if name == "Omega" and shape == (4, 4):
        weights["Omega"] = torch.ones(4, 5)
    with pytest.raises(ShapeError, match=f"weight {name} must be real and end in"):
        risk(weights)
