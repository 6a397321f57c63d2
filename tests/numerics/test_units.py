"""Training and sampling do not depend on the units of features and labels."""

from dataclasses import replace

import pytest
import sympy
import torch

from numerics import TRAINABLE, Sampler, Training, train, train_together
from numerics.low_rank import step_of
from numerics.models import ATT
from numerics.units import Units
from theory.designs.instance import Instance, instance
from theory.designs.predictors import pgd
from theory.language.gallery import designs
from theory.optima.derivation import derive

THOUSANDTH = sympy.Rational(1, 1000)


def at(features=1, labels=1, sigma=0.5, d=3):
    """Isotropic data with its features and its labels in other units."""
    one = designs.independent
    x, y = sympy.sympify(features), sympy.sympify(labels)
    scaled = replace(
        one,
        query=x * one.query,
        features=x * one.features,
        label_scale=y / x,
        noise=y * one.noise,
    )
    return instance(scaled, n=8, d=d, scalars={"sigma": sigma})


def optimum(where: Instance) -> float:
    plain = derive(where.design, pgd).plain
    return float(plain.at(where)[1])


def units_of(features, labels):
    return Units(*torch.tensor([features, labels], dtype=torch.float64).reshape(2, 1, 1, 1))


def training(name, where, base_unit=1.0, **changes):
    options = {"steps": 30, "batch": 64, "queries": 4, "restarts": 2, "evaluate_every": 10}
    if name in ("low-rank-att", "lora-att"):
        options["rank"] = 1
    if name == "stack":
        options["depth"] = 2
    if name == "lora-att":
        # what predicts the same on the same data in other units
        options["base"] = step_of(base_unit * torch.diag(torch.tensor([0.1, 0.2, 0.05])), 8, 2)
    return Training(name, where, **{**options, **changes})


@pytest.mark.parametrize("source", ["prompts", "risk"])
@pytest.mark.parametrize("name", TRAINABLE)
def test_a_power_of_two_changes_nothing(name, source):
    features, labels = 2**10, 2**-16
    plain = train(training(name, at(), source=source))
    where = at(features, sympy.Rational(labels))
    other = train(training(name, where, float(features) ** -2, source=source))
    for one, two in zip(plain.history, other.history, strict=True):
        # rounding alone: sums in float64 may be taken in another order from call to call
        assert torch.allclose(two.risks / labels**2, one.risks, rtol=1e-9, atol=0)
    assert plain.history[0].risks.tolist() != plain.risks.tolist()
    plain.model.change_units(units_of(features, labels))
    learned = dict(other.model.named_parameters())
    for key, value in plain.model.named_parameters():
        assert torch.allclose(learned[key], value, rtol=1e-4, atol=0)


@pytest.mark.parametrize("name", ["att", "ssm"])
@pytest.mark.parametrize(("features", "labels"), [(THOUSANDTH, 1000), (10**9, THOUSANDTH)])
def test_the_optimum_is_reached_in_any_unit(name, features, labels):
    where = at(features, labels)
    least = optimum(where)
    assert least == pytest.approx(float(labels) ** 2 * optimum(at()), rel=1e-12)
    found = train(Training(name, where, steps=600, evaluate_every=600))
    assert ((found.risks - least) / least).tolist() == pytest.approx([0.0] * 3, abs=5e-4)
    assert (found.risks > least * (1 - 1e-9)).all()


def test_each_run_of_a_batch_has_units_of_its_own():
    runs = [training("att", at(labels=sympy.Symbol("sigma"), sigma=s)) for s in (1, 1000, 0.001)]
    alone = [train(one) for one in runs]
    for one, found in zip(alone, train_together(runs), strict=True):
        assert torch.allclose(found.risks, one.risks, rtol=1e-4)


@pytest.mark.parametrize("lengths", [False, True])
def test_units_are_those_of_the_data(lengths):
    def units(where):
        drawn = Sampler(where, lengths=lengths).draw(4000, torch.Generator().manual_seed(0))
        found = Units.of(drawn, 4.5 if lengths else 8)
        return found.features.item(), found.labels.item()

    assert units(at()) == (1, 1)
    assert units(at(8, 1)) == (8, 1)
    assert units(at(1, 1000)) == (1, 1024)
    assert units(at(1, 1, sigma=64)) == (1, 32)  # noise alone, relative to sqrt(d)
    assert units(at(0.7, 0.7)) == (0.5, 0.5)
    assert units(at(d=20)) == (1, 1)


def test_nothing_has_the_unit_one():
    drawn = Sampler(at(1, 0)).draw(100, torch.Generator().manual_seed(0))
    found = Units.of(replace(drawn, features=0 * drawn.features), 8)
    assert (found.features.item(), found.labels.item()) == (1, 1)


@pytest.mark.parametrize("name", TRAINABLE)
def test_a_model_in_other_units_predicts_the_same(name):
    made = training(name, at()).start(units_of(1, 1))
    drawn = Sampler(at(), dtype=torch.float32).draw(5, torch.Generator().manual_seed(0))
    before = made(drawn).detach().clone()
    made.change_units(units_of(4, 0.5))
    other = replace(
        drawn, query=4 * drawn.query, features=4 * drawn.features, labels=drawn.labels / 2
    )
    assert before.abs().min() > 0 and torch.equal(made(other), before / 2)


def test_an_adapted_base_is_left_as_it_was():
    base = ATT(8, 3, restarts=2, generator=torch.Generator().manual_seed(0))
    before = {name: value.clone() for name, value in base.named_parameters()}
    train(training("lora-att", at(16, 64), base=base))
    assert all(torch.equal(value, before[name]) for name, value in base.named_parameters())
