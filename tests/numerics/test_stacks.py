"""Stacks of linear attention layers: beside the naive twin, what they reach, and trained."""

from fractions import Fraction

import pytest
import torch

from numerics import Sampler, Training, naive, predictions, train
from numerics.stacks import Stack
from theory.designs.instance import instance
from theory.designs.predictors import polynomial
from theory.errors import InputError, ShapeError
from theory.language.gallery import designs
from theory.optima.derivation import derive

R, B = 2, 3


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("n", "d"), [(3, 2), (1, 1), (2, 4)])
def test_a_stack_predicts_like_its_naive_twin_and_like_its_polynomial(
    layers, n, d, of_size, generator
):
    subject = Stack(n, d, layers=layers, restarts=R, generator=generator).double()
    prompt = Sampler(of_size(n, d)).draw(B, generator)
    fast = subject(prompt)
    slow = torch.stack([
        torch.stack([
            naive.stack(prompt.query[b, :, 0], prompt.features[b], prompt.labels[b, :, 0], *own)
            for b in range(B)
        ])
        for own in zip(subject.a, subject.w, subject.v, strict=True)
    ])  # fmt: skip
    assert torch.allclose(fast, slow, rtol=1e-11)
    stated = predictions(polynomial(layers), prompt, subject.weights())
    assert torch.allclose(fast, stated, rtol=1e-11)
    along = torch.randn(R, B, generator=generator, dtype=torch.float64)
    both = (
        torch.autograd.grad((one * along).sum(), list(subject.parameters()), allow_unused=True)
        for one in (fast, slow)
    )
    for ours, theirs in zip(*both, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-10)


@pytest.mark.parametrize("wanted", [[3, -2], [0, 1, 5], [1, -2, 3, 4]])
def test_layers_reach_every_polynomial(wanted):
    # the last layer adds q(-1) and multiplies by 1 + t, as the docstring says
    left, values = [Fraction(c) for c in wanted], []
    while left:
        value = sum(c * (-1) ** k for k, c in enumerate(left))
        values.insert(0, value)
        rest, quotient = [left[0] - value, *left[1:]], []
        for c in rest[:-1]:
            quotient.append(c - (quotient[-1] if quotient else 0))
        left = quotient
    x, X, y = [Fraction(2)], [[Fraction(1)], [Fraction(3)]], [Fraction(1), Fraction(-2)]
    moved = sum(X[i][0] * y[i] for i in range(2))
    expected = x[0] * moved * sum(c * 10**k for k, c in enumerate(wanted))  # X'X is 10
    ones = [1] * len(wanted)
    assert naive.stack(x, X, y, ones, values, ones) == expected


@pytest.mark.parametrize("sigma", [0, 1])
def test_trained_stacks_end_at_the_best_polynomial_from_above(sigma):
    at = instance(designs.isotropic, n=6, d=3, scalars={"sigma": sigma})
    best = float(derive(designs.isotropic, polynomial(2)).plain.minimum(at).risk)  # fmt: skip
    found = train(Training("stack", at, depth=2, batch=128, steps=300, evaluate_every=300))
    excess = (found.risks - best) / best
    assert (excess > -1e-12).all()
    assert float(excess.min()) < 0.01 < float((found.history[0].risks / best - 1).min())


def test_what_is_no_stack_is_refused():
    at = instance(designs.isotropic_noiseless, n=3, d=2)
    with pytest.raises(InputError, match="stack needs a depth, got None"):
        Training("stack", at)
    with pytest.raises(InputError, match="att takes no depth, got 2"):
        Training("att", at, depth=2)
    with pytest.raises(ShapeError, match="layers must be at least 1, got 0"):
        Stack(3, 2, layers=0, restarts=1, generator=torch.Generator())
