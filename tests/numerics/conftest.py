"""Settings with general, non-commuting covariances and sizes that differ from one another."""

from collections.abc import Callable

import pytest
import sympy
import torch

from theory.designs.combinations import vector
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from theory.language.gallery import designs

# Examples and query drawn around each other, tasks that drift with i, a mean, unequal noises.
DRIFTING = Design(
    name="drifting-test",
    title="Everything a design may contain",
    prompt=(("q", "S"), ("b1", "T"), ("b2", "I")),
    example=(("e", "S"),),
    query=vector("q"),
    features=sympy.Symbol("alpha") * vector("q") + vector("e"),
    task=sympy.Symbol("i") / sympy.Symbol("n") * vector("b1")
    + (1 - sympy.Symbol("i") / sympy.Symbol("n")) * vector("b2"),
    parameters=(Parameter("alpha", sympy.Integer(0), sympy.Integer(1)), Parameter("sigma")),
    covariances=("S", "T"),
    label_scale=sympy.Rational(3, 2),
    noise=sympy.Symbol("sigma") * sympy.Symbol("i"),
    query_task=vector("b1"),
    query_noise=sympy.Symbol("sigma") / 2,
)


def covariance(d: int, seed: int) -> torch.Tensor:
    """A well-conditioned covariance with nothing special about it."""
    generator = torch.Generator().manual_seed(seed)
    factor = torch.randn(d, d, generator=generator, dtype=torch.float64)
    return factor @ factor.mT / d + 0.1 * torch.eye(d, dtype=torch.float64)


def independent(n: int, d: int) -> Instance:
    return instance(
        designs.independent,
        n=n,
        d=d,
        scalars={"sigma": 0.7},
        covariances={"Sigma_x": covariance(d, 1), "Sigma_beta": covariance(d, 2)},
    )


def drifting(n: int, d: int) -> Instance:
    return instance(
        DRIFTING,
        n=n,
        d=d,
        scalars={"alpha": 0.4, "sigma": 0.3},
        covariances={"S": covariance(d, 3), "T": covariance(d, 4)},
    )


def biased(n: int, d: int) -> Instance:
    return instance(
        designs.biased_task,
        n=n,
        d=d,
        scalars={"sigma": 0.5},
        covariances={"Sigma_x": covariance(d, 5), "Sigma_beta": covariance(d, 6)},
        means={"m": torch.arange(1.0, d + 1)},
    )


SETTINGS = {"independent": independent, "drifting": drifting, "biased": biased}


@pytest.fixture(params=SETTINGS)
def at(request: pytest.FixtureRequest) -> Instance:
    """Each design in turn at n = 3, d = 2."""
    return SETTINGS[request.param](3, 2)


@pytest.fixture
def general() -> Instance:
    """The independent design at n = 3, d = 2 with noise and covariances that do not commute."""
    return independent(3, 2)


@pytest.fixture
def of_size() -> Callable[[int, int], Instance]:
    """The same at any n and d."""
    return independent


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(2407)
