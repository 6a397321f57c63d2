"""Rotated examples, shared examples and instances drawn together change nothing in distribution."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
import torch

from numerics import Sampler, naive
from numerics.models import MODELS, model
from numerics.sampling import of_query_alone
from theory.designs.design import Design
from theory.designs.families import family
from theory.designs.instance import Instance, instance
from theory.designs.prompt import Prompt
from theory.errors import InputError
from theory.language.gallery import designs
from verify.tolerances import SAMPLING

HALF = Fraction(1, 2)
CASES: dict[str, tuple[Design, int, int, Mapping[str, Any]]] = {
    "wide": (designs.independent, 5, 2, {"sigma": HALF}),
    "noiseless, fewer examples than features": (designs.isotropic_noiseless, 3, 4, {}),
    "retrieved": (designs.rag_general, 5, 2, {"alpha": HALF, "sigma": 1}),
    "retrieved, one example": (designs.rag, 1, 3, {"alpha": HALF, "sigma": HALF}),
    "aligned, fewer examples than features": (
        designs.task_aligned_general,
        2,
        3,
        {"alpha": HALF, "sigma": 1},
    ),
}


def at(case: str) -> Instance:
    design, n, d, scalars = CASES[case]
    names = ("power:1", "equicorrelated:1/2")
    covariances = {c: family(f, d) for c, f in zip(design.covariances, names, strict=False)}
    return instance(design, n=n, d=d, scalars=scalars, covariances=covariances)


def moments(prompt: Prompt[torch.Tensor]) -> torch.Tensor:
    """What a model can see, up to fourth order in the labels: (batch, many)."""
    tokens = torch.cat((prompt.features, prompt.labels), dim=-1)
    gram = tokens.mT @ tokens
    query, label = prompt.query[..., :1].mT, prompt.label[..., :1, :]
    seen = (gram, gram @ gram, gram * gram, gram * query[..., :1] * label, query * label, label**2)
    return torch.cat([part.flatten(1) for part in seen], dim=-1).double()


def differ(one: torch.Tensor, two: torch.Tensor) -> float:
    """The largest difference of means, in standard errors; no false alarm in a million."""
    error = ((one.var(0) + two.var(0)) / len(one)).sqrt()
    off = (one.mean(0) - two.mean(0)).abs()
    return float((off / error)[error > 0].max())


@pytest.mark.parametrize("lengths", [False, True], ids=["full length", "all lengths"])
@pytest.mark.parametrize("case", CASES)
def test_rotated_examples_have_the_same_law(case: str, lengths: bool) -> None:
    plain = Sampler(at(case), lengths=lengths)
    rotated = Sampler(at(case), lengths=lengths, triangular=True)
    draws = 100_000
    one = moments(plain.draw(draws, torch.Generator().manual_seed(1)))
    two = moments(rotated.draw(draws, torch.Generator().manual_seed(2)))
    assert differ(one, two) < SAMPLING.value


def test_that_check_sees_a_missing_degree_of_freedom(monkeypatch: pytest.MonkeyPatch) -> None:
    case = "wide"
    one = moments(Sampler(at(case)).draw(100_000, torch.Generator().manual_seed(1)))
    gamma = torch._standard_gamma
    monkeypatch.setattr(
        torch, "_standard_gamma", lambda a, generator: gamma(a + 0.5, generator=generator)
    )
    sampler = Sampler(at(case), triangular=True)
    two = moments(sampler.draw(100_000, torch.Generator().manual_seed(2)))
    assert differ(one, two) > 2 * SAMPLING.value


def test_rotated_examples_are_a_triangle() -> None:
    sampler = Sampler(at("wide"), triangular=True)
    features = sampler.draw(3, torch.Generator().manual_seed(0)).features
    assert features.shape == (3, 3, 2)  # d coordinates and the noise, below n = 5
    coordinates = features @ torch.linalg.inv(sampler.roots["Sigma_x"])
    assert torch.allclose(coordinates.tril(-1), torch.zeros(3, 3, 2).double(), atol=1e-12)
    assert (coordinates.diagonal(dim1=-2, dim2=-1) > 0).all()


def test_examples_that_differ_along_the_prompt_are_not_rotated() -> None:
    with pytest.raises(InputError, match="rotated only where examples are alike: drifting"):
        Sampler(instance(designs.drifting, n=3, d=2), triangular=True)


@pytest.mark.parametrize("case", ["wide", "aligned, fewer examples than features"])
def test_queries_that_share_examples_are_prompts_of_the_design(case: str) -> None:
    shared = Sampler(at(case), queries=3)
    prompt = shared.draw(100_000, torch.Generator().manual_seed(1))
    assert prompt.query.shape[-1] == 3 and prompt.label.shape == (100_000, 3, 1)
    plain = Sampler(at(case)).draw(100_000, torch.Generator().manual_seed(2))
    last = Prompt(prompt.query[..., 2:], prompt.features, prompt.labels, prompt.label[..., 2:, :])
    assert differ(moments(last), moments(plain)) < SAMPLING.value
    assert not torch.equal(prompt.query[..., 0], prompt.query[..., 1])


@pytest.mark.parametrize("name", MODELS)
def test_every_query_is_answered_by_itself(name: str) -> None:
    case = at("wide")
    made = model(name, case.n, case.d, restarts=2, generator=torch.Generator()).double()
    prompt = Sampler(case, queries=3).draw(4, torch.Generator().manual_seed(0))
    answers = made(prompt).unflatten(-1, (4, 3))
    for k in range(3):
        alone = Prompt(
            prompt.query[..., k : k + 1], prompt.features, prompt.labels, prompt.label[:, k : k + 1]
        )
        assert torch.allclose(answers[..., k], made(alone), rtol=1e-12)


@pytest.mark.parametrize("case", ["wide", "aligned, fewer examples than features"])
def test_the_mean_over_nodes_is_that_over_queries(case: str) -> None:
    """The model sees the same examples: of a prompt, its conditional mean square error."""
    made = model("att", at(case).n, at(case).d, restarts=2, generator=torch.Generator()).double()

    def errors(queries: int | None, draws: int) -> torch.Tensor:
        sampler = Sampler(at(case), queries=queries)
        prompt = sampler.draw(draws, torch.Generator().manual_seed(len(str(queries))))
        return (
            (made(prompt) - prompt.label.flatten(-3)).square().unflatten(-1, (draws, -1)).mean(-1)
        )

    with torch.no_grad():
        integrated, sampled = errors(None, 100_000), errors(1, 100_000)
    noise = float(at(case).scalars["sigma"]) ** 2
    assert differ(integrated.T + noise, sampled.T) < SAMPLING.value
    assert bool((integrated.var(-1) < sampled.var(-1)).all())


def test_a_query_that_the_examples_depend_on_is_not_integrated_out() -> None:
    with pytest.raises(InputError, match="the query of rag cannot be integrated out"):
        Sampler(at("retrieved, one example"), queries=None)


def test_nodes_are_exact_for_what_is_quadratic_in_the_query() -> None:
    sampler = Sampler(at("wide"), queries=None)
    nodes = sampler.draw(1, torch.Generator().manual_seed(0)).query[0]
    assert torch.allclose(nodes @ nodes.mT / nodes.shape[-1], sampler.matrices["Sigma_x"])


def test_examples_that_depend_on_the_query_are_not_shared() -> None:
    assert of_query_alone(designs.rag) == frozenset()
    with pytest.raises(InputError, match="queries of rag cannot share examples"):
        Sampler(at("retrieved, one example"), queries=2)


def aligned(alpha: Fraction, sigma: int) -> Instance:
    scalars = {"alpha": alpha, "sigma": sigma}
    return instance(designs.task_aligned, n=4, d=3, scalars=scalars)


@pytest.mark.parametrize("triangular", [False, True])
def test_instances_drawn_together_are_drawn_as_if_alone(triangular: bool) -> None:
    each = [aligned(Fraction(0), 1), aligned(HALF, 0), aligned(HALF, 2)]
    options: dict[str, Any] = {"triangular": triangular, "queries": 2}
    together = Sampler(each, **options).draw(5, torch.Generator().manual_seed(3))
    assert together.labels.shape[:2] == (3, 5)
    for k, one in enumerate(each):
        alone = Sampler(one, **options).draw(5, torch.Generator().manual_seed(3))
        for part in ("query", "features", "labels", "label"):
            assert torch.allclose(getattr(together, part)[k], getattr(alone, part), rtol=1e-12)


def test_only_instances_of_one_size_are_drawn_together() -> None:
    one = aligned(HALF, 0)
    with pytest.raises(InputError, match="share their design and sizes"):
        Sampler([one, one.with_examples(5)])


def test_predictions_of_rotated_prompts_are_right() -> None:
    """A rotated prompt is a prompt: the naive twin reads it like any other."""
    case = at("retrieved")
    made = model("att", case.n, case.d, restarts=1, generator=torch.Generator()).double()
    prompt = Sampler(case, triangular=True).draw(2, torch.Generator().manual_seed(0))
    parameters = [p[0] for p in made.parameters()]
    for b in range(2):
        expected = naive.att(
            prompt.query[b, :, 0], prompt.features[b], prompt.labels[b, :, 0], *parameters
        )
        assert torch.allclose(made(prompt)[0, b], expected, rtol=1e-12)
