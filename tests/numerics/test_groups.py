"""Groups of examples in tensors: who is drawn where, and exact risks of sample weights."""

from fractions import Fraction
from random import Random

import flint
import pytest
import torch

from numerics import Sampler
from numerics.population import PopulationRisk
from numerics.training.configuration import Training
from theory.designs.instance import instance
from theory.designs.predictors import ssm, wpgd
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped
from theory.risks.coordinates import risk_at

DESIGN = shipped("partly-retrieved").design
NUMBERS = {"alpha": Fraction(1, 2), "sigma": Fraction(1)}


def placed(count, size, held):
    return instance(DESIGN, n=count, d=size, scalars={**NUMBERS, "k": held})


def test_the_first_k_examples_are_retrieved():
    prompt = Sampler(placed(5, 2, 2)).draw(60_000, torch.Generator().manual_seed(0))
    assert prompt.features.shape == (60_000, 5, 2) and prompt.labels.shape == (60_000, 5, 1)
    along = (prompt.features * prompt.query.mT).mean((0, 2))
    assert torch.allclose(along, torch.tensor([0.5, 0.5, 0, 0, 0]).double(), atol=0.02)
    sizes = prompt.features.square().mean((0, 2))
    assert torch.allclose(sizes, torch.tensor([1.25, 1.25, 1, 1, 1]).double(), atol=0.03)


SCALED = """
[design]
name = "scaled-apart"
[scalars.example]
tau = "moments(0, 1, 0, 4)"
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
task = "b"
[[examples]]
name = "first"
count = 2
features = "tau*e"
[[examples]]
name = "others"
features = "2*tau*e"
"""


def test_every_example_has_a_scale_of_its_own_whatever_its_group():
    at = instance(parse_design(SCALED).design, n=5, d=1)
    rows = Sampler(at).draw(200_000, torch.Generator().manual_seed(0)).features[..., 0]
    squares = rows.square()
    assert torch.allclose(squares.mean(0), torch.tensor([1, 1, 4, 4, 4]).double(), rtol=0.05)
    # of two examples the mean is a product; of one it is E tau^4 E e^4 = 4 * 3 times that
    ratios = (squares[:, :, None] * squares[:, None, :]).mean(0) / (
        squares.mean(0)[:, None] * squares.mean(0)
    )
    assert torch.allclose(ratios, 1 + 11 * torch.eye(5).double(), rtol=0.15)


@pytest.mark.parametrize("held", [0, 5])
def test_a_group_may_be_empty(held):
    prompt = Sampler(placed(5, 2, held)).draw(7, torch.Generator().manual_seed(0))
    assert prompt.features.shape == (7, 5, 2)


@pytest.mark.parametrize("held", [0, 1, 3])
def test_exact_risks_of_sample_weights_are_those_of_coordinates(held):
    at, random = placed(3, 1, held), Random(held)

    def number():
        return Fraction(random.randint(-4, 4), 4)

    omega, w = [number() for _ in range(3)], number()
    exact = risk_at(
        wpgd,
        {
            "W": flint.fmpq_mat([[flint.fmpq(w.numerator, w.denominator)]]),
            "Omega": flint.fmpq_mat(
                [
                    [flint.fmpq(v.numerator, v.denominator) if r == c else 0 for c in range(3)]
                    for r, v in enumerate(omega)
                ]
            ),
        },
        at,
    )
    given = {
        "W": torch.tensor([[float(w)]]).double(),
        "Omega": torch.tensor([float(v) for v in omega]).double(),
    }
    assert float(PopulationRisk(at, wpgd)(given)) == pytest.approx(float(Fraction(str(exact))))


def test_h3_with_one_channel_that_reads_labels_is_a_step():
    """Keys of features and values of labels: the risk of H3 is that of WPGD."""
    at = placed(4, 2, 1)
    omega = torch.tensor([1.0, 2, -1, 0.5]).double() / 8
    one, zero = torch.eye(2).double(), torch.zeros(2, 2, 1).double()
    weights = {
        "q_x": one[:, :, None],
        "k_x": one[:, :, None],
        "k_y": zero[:, :1],
        "v_x": zero,
        "v_y": torch.ones(2, 1, 1).double(),
        "Omega": omega,
    }
    step = PopulationRisk(at, wpgd)({"W": one, "Omega": omega})
    assert float(PopulationRisk(at, ssm)(weights)) == pytest.approx(float(step))


def test_what_cannot_be_done_with_groups_is_said():
    with pytest.raises(InputError, match="partly-retrieved has groups of them"):
        Sampler(placed(3, 1, 1), lengths=True)
    with pytest.raises(InputError, match="share the counts of their groups"):
        Sampler([placed(3, 1, 1), placed(3, 1, 2)])
    assert not Training("att", placed(3, 1, 1), triangular=True).rotated
