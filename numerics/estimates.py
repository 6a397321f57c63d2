"""Monte Carlo estimates with their error bars: what exact risks are checked against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.models import Model
from numerics.sampling import Sampler
from theory.algebra.words import Kind
from theory.designs.predictors import Predictor
from theory.designs.prompt import Prompt

Quantity = Callable[[Prompt[Tensor]], Tensor]


@dataclass(frozen=True, eq=False)
class Estimate:
    """The mean of independent draws, with its standard error.

    Parameters
    ----------
    mean, error
        (R), float64. The error is estimated from the draws themselves.
    draws
        How many prompts were drawn.
    median
        (R), the median of the means of ``blocks`` blocks of draws: it is near the expectation
        wherever the variance is finite, however heavy the tails are.
    """

    mean: Tensor
    error: Tensor
    draws: int
    median: Tensor


def estimate(
    quantity: Quantity,
    sampler: Sampler,
    *,
    batch: int,
    batches: int,
    generator: torch.Generator,
    blocks: int = 1,
) -> Estimate:
    """Average a quantity of prompts, (R, B) for B prompts, over ``batch * batches`` of them.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> sampler = Sampler(instance(designs.isotropic_noiseless, n=1, d=3))
    >>> generator = torch.Generator().manual_seed(0)
    >>> found = estimate(
    ...     lambda p: p.label[:, 0].mT**2, sampler, batch=1000, batches=2, generator=generator
    ... )
    >>> bool((found.mean - 3).abs() < 5 * found.error)
    True
    """
    values = []
    with torch.no_grad():
        for _ in range(batches):
            values.append(quantity(sampler.draw(batch, generator)).double())
    drawn = torch.cat(values, dim=-1)
    draws = drawn.shape[-1]
    each = draws // blocks
    means = drawn[..., : each * blocks].unflatten(-1, (blocks, each)).mean(-1)
    median = means.median(-1).values
    return Estimate(drawn.mean(-1), drawn.std(-1) / draws**0.5, draws, median)


def predictions(
    predictor: Predictor, prompt: Prompt[Tensor], weights: Mapping[str, Tensor]
) -> Tensor:
    """A predictor of the theory evaluated as it is written there; (R, B).

    Parameters
    ----------
    prompt
        B prompts.
    weights
        As :meth:`numerics.models.Model.weights` gives them, with leading axis R.

    Examples
    --------
    >>> from theory.designs.predictors import pgd
    >>> one = torch.ones(1, 1, 1)
    >>> predictions(pgd, Prompt(2 * one, 3 * one, 5 * one, one), {"W": 7 * one})
    tensor([[210.]])
    """
    table = {}
    for w in predictor.weights:
        value = weights[w.name].to(prompt.query)
        value = torch.diag_embed(value) if w.kind is Kind.DIAGONAL else value
        if predictor.channels and w.name in predictor.shared:
            value = value[:, None]
        table[w.name] = value.unsqueeze(-3)
    predicted: Tensor = predictor.predict(prompt, table)[..., 0, 0]
    return predicted.sum(1) if predictor.channels else predicted


def squared_error(predictor: Predictor, weights: Mapping[str, Tensor]) -> Quantity:
    """The quantity whose mean is the population risk of these weights."""
    return lambda prompt: (prompt.label[:, 0, 0] - predictions(predictor, prompt, weights)) ** 2


def squared_remainder(model: Model) -> Quantity:
    """The squared difference of the model's prediction and that of its gradient step.

    Under Assumption 1 its mean is :attr:`numerics.population.Split.remainder`.
    """
    weights = model.effective()
    return lambda prompt: (model(prompt) - predictions(model.core, prompt, weights)) ** 2
