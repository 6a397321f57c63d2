"""Random scalars in samples: quantiles have the law's moments, and prompts the design's."""

import pytest
import sympy
import torch

from numerics.laws import drawn
from numerics.sampling import Sampler, may_integrate
from theory.designs.instance import instance
from theory.designs.law import Law
from theory.errors import InputError
from theory.language.gallery import shipped

LAWS = [
    Law("uniform", (-1, 2)),
    Law("exponential", (2,)),
    Law("bernoulli", (sympy.Rational(1, 3),)),
    Law("moments", (1, 2, 5, 15)),
    Law("moments", (1, 2, 5)),
    Law("moments", (0, 1, 0, 1)),
    Law("moments", (3,)),
]


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_quantiles_have_the_moments(law):
    """Midpoints of a fine grid: the mean of a function of quantiles is its expectation."""
    size = 300_000
    values = drawn(law, (torch.arange(size, dtype=torch.float64) + 0.5) / size)
    for order in range(1, 1 + (len(law.arguments) if law.family == "moments" else 3)):
        exact = float(law.moment(order))
        assert float((values**order).mean()) == pytest.approx(exact, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "scalars"),
    [
        ("random-scale", {"sigma": 1}),
        ("elliptical", {"sigma": 1, "m": 2}),
        ("shown-labels", {"sigma": 1, "shown": sympy.Rational(1, 4)}),
    ],
)
def test_prompts_have_the_scalars(name, scalars):
    at = instance(shipped(name).design, n=3, d=2, scalars=scalars)
    prompt = Sampler(at).draw(20_000, torch.Generator().manual_seed(1))
    features, labels = prompt.features.square().sum(-1), prompt.labels[..., 0]
    if name == "shown-labels":
        share = (labels != 0).double().mean(0)
        assert torch.allclose(share, torch.full((3,), 0.25, dtype=torch.float64), atol=0.02)
        return
    # E |x|^4 is d (d + 2) E s^2; between two examples d^2 E s^2, or d^2 with scales of their own
    mixed = (features[:, 0] * features[:, 1]).mean()
    assert float(features.square().mean()) == pytest.approx(16, rel=0.15)
    assert float(mixed) == pytest.approx(8 if name == "random-scale" else 4, rel=0.15)
    assert may_integrate(at.design)
    again = Sampler(at).draw(20_000, torch.Generator().manual_seed(1))
    assert torch.equal(again.label, prompt.label)


def test_examples_with_scales_of_their_own_are_not_rotated():
    at = instance(shipped("elliptical").design, n=3, d=2, scalars={"sigma": 1, "m": 2})
    with pytest.raises(InputError, match="elliptical cannot be rotated: it mixes rows"):
        Sampler(at, triangular=True).draw(5, torch.Generator())
    shared = instance(shipped("random-scale").design, n=9, d=2, scalars={"sigma": 1})
    assert Sampler(shared, triangular=True).draw(5, torch.Generator()).features.shape[1] < 9


def test_instances_share_their_draws():
    design = shipped("shown-labels").design
    each = [instance(design, n=4, d=2, scalars={"sigma": 0, "shown": p}) for p in (0.25, 0.75)]
    both = Sampler(each).draw(500, torch.Generator().manual_seed(0)).labels
    alone = [Sampler(at).draw(500, torch.Generator().manual_seed(0)).labels for at in each]
    assert torch.equal(both[0], alone[0]) and torch.equal(both[1], alone[1])
    assert ((both[0] != 0) <= (both[1] != 0)).all()
