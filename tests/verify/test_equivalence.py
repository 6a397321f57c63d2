"""Models beside the gradient steps they contain: what each check sees of right and wrong claims."""

from dataclasses import replace
from random import Random

import flint
import pytest
import torch

from numerics.models import ATT, SSM
from numerics.sampling import Sampler
from tests.verify.trials import QUICK, mutants_of, on_trial
from theory.designs.instance import instance
from theory.language.gallery import designs
from verify.checks import sampling, training
from verify.checks.check import EXACT_CHECKS
from verify.outcome.verdict import Vacuous, Verdict
from verify.quantities.equivalence import numeric
from verify.quantities.equivalence.gains import advantage_of_weights
from verify.quantities.equivalence.weights import drawn_weights, included


def on_one_design(design):
    return replace(on_trial("proposition1"), designs=(design,))


@pytest.mark.parametrize("id", ["proposition1", "lemma1"])
def test_every_check_refutes_many_mutants(id):
    table = mutants_of(id)
    assert len(table) >= 12
    for check in EXACT_CHECKS:
        assert sum(check.name in by for by in table.values()) >= 10


def test_breaks_are_seen():
    found = list(on_trial("proposition1").breaks())
    assert len(found) == 3 and all(b.seen and "n = " in b.says for b in found)
    assert "m = (1, 0)" in found[0].says


def test_sample_weights_gain_nothing_where_examples_are_alike():
    at = instance(designs.independent.isotropic(), n=2, d=2, scalars={"sigma": 1})
    found = advantage_of_weights(at)
    assert found.confirmed and found.difference == 0 and len(set(found.omega)) == 1


def test_raw_parameters_of_attention_and_h3_make_the_step():
    """W_q, W_k, W_v, h of the torch models set by hand predict as (W)PGD, to rounding."""
    n, d = 4, 2
    generator = torch.Generator().manual_seed(0)
    at = instance(designs.rag, n=n, d=d, scalars={"alpha": 0.5, "sigma": 1.0})
    prompt = Sampler(at).draw(50, generator)
    W, omega = torch.randn(d, d, generator=generator).double(), torch.arange(1.0, n + 1).double()
    models = {}
    for kind in (ATT, SSM):
        model = kind(n=n, d=d, restarts=1, generator=generator).double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.zero_()
            model.W_q[0, :d, :d] = W
            model.W_k[0, :d, :d] = torch.eye(d)
            if kind is ATT:
                model.W_v[0, d, d] = model.h[0, d] = 1
            else:
                model.W_v[0, d, :d] = 1
                model.h[0, :d] = 1
                model.f[0] = omega.flip(0)
        models[kind] = model
    x, X, y = prompt.query, prompt.features, prompt.labels
    plain = (x.mT @ W @ X.mT @ y)[:, 0, 0]
    weighted = (x.mT @ W @ X.mT @ (omega[:, None] * y))[:, 0, 0]
    assert torch.allclose(models[ATT](prompt)[0], plain, rtol=1e-12)
    assert torch.allclose(models[SSM](prompt)[0], weighted, rtol=1e-12)


def test_inclusions_are_silent_in_the_last_channel():
    at = instance(designs.rag, n=2, d=2, scalars={"alpha": 0, "sigma": 1})
    (_, h3) = on_trial("proposition1").comparisons
    kept = drawn_weights(h3.model, at, Random(0), 3)[0]
    weights = included(h3, flint.fmpq_mat([[1, 2], [3, 4]]), at, kept)
    assert len(weights) == 3 and weights[2]["q_x"] == weights[2]["q_x"] * 0
    assert weights[1]["q_x"] == flint.fmpq_mat([[2], [4]])


def test_sampling_and_training_hold_on_one_design(monkeypatch):
    monkeypatch.setattr(numeric, "STEPS", 200)
    one = on_one_design(designs.independent)
    assert sampling.examine(one, QUICK).verdict is not Verdict.REFUTED
    finding = training.examine(one, QUICK)
    assert finding.verdict is not Verdict.REFUTED and finding.examined == 6


def test_sampling_refutes_a_task_with_a_mean(monkeypatch):
    monkeypatch.setattr(numeric, "DRAWS", 200_000)
    at = instance(designs.biased_task, n=4, d=2, scalars={"sigma": 1.0}, means={"m": [2.0, 1.0]})
    monkeypatch.setattr(numeric, "inside", lambda design, n, d, seed: at)
    biased = on_one_design(designs.biased_task)
    assert sampling.examine(biased, QUICK).verdict is Verdict.REFUTED


def test_a_claim_about_nothing_is_refused():
    with pytest.raises(Vacuous, match="says nothing"):
        replace(on_trial("proposition1"), comparisons=())
