"""Prompts have the shapes, the reproducibility and the moments that the design says."""

import pytest
import torch

from numerics import Sampler, estimate, sample
from numerics.sampling import root
from numerics.values import matrices
from theory.designs.combinations import matrix, vector
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.language.gallery import designs


def test_shapes(at: Instance, generator: torch.Generator) -> None:
    prompt = Sampler(at, dtype=torch.float32).draw(5, generator)
    shapes = [tuple(getattr(prompt, k).shape) for k in ("query", "features", "labels", "label")]
    assert shapes == [(5, 2, 1), (5, 3, 2), (5, 3, 1), (5, 1, 1)]
    assert prompt.labels.dtype == torch.float32


def test_the_same_generator_state_gives_the_same_draw(at: Instance) -> None:
    def draw() -> list[torch.Tensor]:
        sampler = Sampler(at)
        generator = torch.Generator().manual_seed(7)
        first, second = sampler.draw(4, generator), sampler.draw(4, generator)
        return [first.labels, first.label, second.labels]

    once, again = draw(), draw()
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert not torch.equal(once[0], once[2])


def test_sample_is_one_draw_of_a_sampler(general: Instance) -> None:
    prompt = sample(
        general.design,
        n=3,
        d=2,
        batch=4,
        scalars={"sigma": general.scalars["sigma"]},
        covariances=general.matrices,
        generator=torch.Generator().manual_seed(7),
    )
    same = Sampler(general).draw(4, torch.Generator().manual_seed(7))
    assert torch.equal(prompt.labels, same.labels)


def test_the_root_of_a_singular_covariance() -> None:
    v = torch.tensor([[1.0], [2.0], [-1.0]], dtype=torch.float64)
    F = root(v @ v.mT)
    assert torch.allclose(F @ F.mT, v @ v.mT, atol=1e-12)


def test_second_moments(general: Instance, generator: torch.Generator) -> None:
    draws = 100_000
    prompt = Sampler(general).draw(draws, generator)
    S_x, S_b = (matrices(general)[k] for k in ("Sigma_x", "Sigma_beta"))

    def check(products: torch.Tensor, expected: torch.Tensor) -> None:
        error = products.std(0) / draws**0.5
        assert ((products.mean(0) - expected).abs() <= 5 * error + 1e-12).all()

    check(prompt.query @ prompt.query.mT, S_x)
    check(prompt.features[:, 1, :, None] * prompt.features[:, 1, None, :], S_x)
    check(prompt.features[:, 0, :, None] * prompt.features[:, 2, None, :], torch.zeros(2, 2))
    check(prompt.labels[:, 1, 0] ** 2, (S_x @ S_b).trace() + 0.7**2)
    # E[y y_i x' A x_i] over the shared task: nothing else ties the query to the examples
    tied = prompt.label[:, 0] * prompt.labels[:, 0] * prompt.query[:, :, 0]
    check(tied[:, :, None] * prompt.features[:, 0, None, :], S_x @ S_b @ S_x)


def test_a_matrix_factor_multiplies_from_the_left(generator: torch.Generator) -> None:
    design = Design(
        name="factor",
        title="Query and features are the same vector behind matrices that do not commute",
        prompt=(("q", "I"),),
        query=vector("q"),
        features=matrix("A") @ (matrix("B") @ vector("q")),
        task=vector("q"),
        covariances=("A", "B"),
    )
    A, B = torch.tensor([[2.0, 1.0], [1.0, 1.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0]])
    at = instance(design, n=3, d=2, covariances={"A": A, "B": B})
    prompt = Sampler(at).draw(4, generator)
    expected = ((A @ B).double() @ prompt.query).mT.expand(4, 3, 2)
    assert torch.allclose(prompt.features, expected)


def test_the_index_runs_from_one_to_n(generator: torch.Generator) -> None:
    drifting = Design(
        name="drift",
        title="The i-th label is i x_i' q",
        prompt=(("q", "I"),),
        example=(("e", "I"),),
        query=vector("q"),
        features=vector("e"),
        task=vector("q"),
        label_scale=designs.sympy.Symbol("i"),
        query_label_scale=designs.sympy.Integer(0),
    )
    prompt = Sampler(instance(drifting, n=3, d=2)).draw(4, generator)
    plain = prompt.features @ prompt.query
    assert torch.allclose(prompt.labels, plain * torch.tensor([[1.0], [2.0], [3.0]]).double())
    assert not prompt.label.any()


def test_fixed_vectors_alone_still_give_a_batch(generator: torch.Generator) -> None:
    design = Design(
        name="fixed",
        title="Nothing random at all",
        prompt=(),
        query=vector("m"),
        features=vector("m"),
        task=vector("m"),
        means=("m",),
    )
    prompt = Sampler(instance(design, n=3, d=2, means={"m": [1, 2]})).draw(4, generator)
    assert prompt.label.flatten().tolist() == [5.0] * 4
    assert prompt.features.shape == (4, 3, 2)


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 3), (3, 1)])
def test_smallest_sizes(n: int, d: int, generator: torch.Generator) -> None:
    prompt = sample(designs.isotropic_noiseless, n=n, d=d, batch=2, generator=generator)
    assert prompt.features.shape == (2, n, d)


def test_the_median_is_that_of_the_means_of_blocks_of_each_quantity(
    at: Instance, generator: torch.Generator
) -> None:
    """Two quantities, three blocks of two draws, and a draw that no block has."""
    rows = torch.tensor([[0.0, 2, 4, 6, 20, 30, 99], [7.0, 7, 1, 3, -4, -6, 99]])
    found = estimate(
        lambda prompt: rows, Sampler(at), batch=7, batches=1, generator=generator, blocks=3
    )
    assert found.median.tolist() == [5.0, 2.0] and found.draws == 7
