"""Attention of low rank: with thin factors, or as an adapter beside frozen weights."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from numerics.models import ATT, Model
from numerics.population import PopulationRisk
from theory.errors import ShapeError
from theory.instance import Instance


class LowRankATT(ATT):
    """:class:`~numerics.models.ATT` with ``W_q`` and ``W_k`` of shape (R, d+1, rank).

    Examples
    --------
    >>> model = LowRankATT(4, 3, rank=2, restarts=5, generator=torch.Generator().manual_seed(0))
    >>> model.W_q.shape, model.acting(torch.float64).shape
    (torch.Size([5, 4, 2]), torch.Size([5, 3, 4]))
    """

    def __init__(self, n: int, d: int, *, rank: int, restarts: int, generator: torch.Generator):
        super().__init__(n, d, restarts=restarts, generator=generator)
        _check(rank, d)
        for name in ("W_q", "W_k"):
            thin = getattr(self, name).detach()[..., :rank].clone()
            setattr(self, name, nn.Parameter(thin))


class AdaptedATT(ATT):
    """Frozen attention with a trainable adapter: ``W_q W_k' + W_up W_down'`` (LoRA).

    ``W_up`` and ``W_down`` are (R, d+1, rank); ``W_down`` begins at zero, so the adapted model
    begins as the frozen one, and ``W_up`` at random. All else is a buffer.

    Parameters
    ----------
    base
        The model to adapt; a copy of its weights is kept.
    rank, generator
        Of the adapter, and where it begins.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> base = ATT(n=4, d=3, restarts=2, generator=generator)
    >>> model = AdaptedATT(base, rank=1, generator=generator)
    >>> sorted(name for name, _ in model.named_parameters())
    ['W_down', 'W_up']
    """

    W_up: Tensor
    W_down: Tensor

    def __init__(self, base: ATT, *, rank: int, generator: torch.Generator):
        super().__init__(base.n, base.d, restarts=base.restarts, generator=generator)
        _check(rank, base.d)
        for name in self.shapes(base.n, base.d):
            delattr(self, name)
            self.register_buffer(name, getattr(base, name).detach().clone())
        shape = (base.restarts, base.d + 1, rank)
        # the size at which both factors together are as large as what they are added to
        size = float(super().acting(torch.float64).detach().square().mean()) ** 0.25 or 1.0
        up = size * torch.randn(shape, generator=generator)
        self.W_up = nn.Parameter(up.to(base.W_q.dtype))
        self.W_down = nn.Parameter(torch.zeros(shape, dtype=base.W_q.dtype))

    def acting(self, dtype: torch.dtype) -> Tensor:
        """The adapted blocks ``[C_xx C_xy]``, (R, d, d+1)."""
        added = self.W_up[:, : self.d].to(dtype) @ self.W_down.mT.to(dtype)
        return super().acting(dtype) + added

    def rescale(self, factor: Tensor) -> None:
        """Nothing: it begins as the frozen model."""


def _check(rank: int, d: int) -> None:
    if not 1 <= rank <= d + 1:
        raise ShapeError(f"rank must lie from 1 to d + 1 = {d + 1}, got {rank}")


@torch.no_grad()
def step_of(W: Tensor, n: int, restarts: int) -> ATT:
    """Attention that computes the gradient step ``x' W X' y`` with a given ``W`` (d, d).

    Examples
    --------
    >>> step_of(2 * torch.eye(3), n=4, restarts=1).effective()["W"][0, 0].tolist()
    [2.0, 0.0, 0.0]
    """
    d = W.shape[0]
    model = ATT(n, d, restarts=restarts, generator=torch.Generator()).to(W.dtype)
    for parameter in model.parameters():
        parameter.zero_()
    model.W_q[:, :d, :d] = W
    model.W_k[:] = torch.eye(d + 1)
    model.W_v[:] = torch.eye(d + 1)
    model.h[:, d] = 1
    return model


@dataclass(frozen=True, eq=False)
class Descent:
    """What :func:`descend` ended with.

    Parameters
    ----------
    model
        The trained model.
    risks
        The exact risk of every restart, (R).
    steps, seconds
        How long it took.
    """

    model: Model
    risks: Tensor
    steps: int
    seconds: float


def descend(
    model: ATT,
    at: Instance,
    *,
    steps: int = 1500,
    learning_rate: float = 0.05,
    initial: float = 0.3,
) -> Descent:
    """Train attention by Adam on its exact population risk: no prompts are drawn.

    The learning rate of every parameter is relative to its root mean square at the start (one that
    begins at zero has that of the largest), and falls to zero like a cosine.

    Parameters
    ----------
    model, at
        What to train, in place and in double precision, and for which prompts.
    steps, learning_rate
        Of Adam.
    initial
        Root mean square of the initial predictions, relative to that of the labels.

    Examples
    --------
    >>> from theory import designs
    >>> from theory.instance import instance
    >>> model = LowRankATT(4, 2, rank=2, restarts=3, generator=torch.Generator().manual_seed(0))
    >>> found = descend(model, instance(designs.isotropic_noiseless, n=4, d=2), steps=500)
    >>> bool((found.risks.min() - 6 / 7).abs() < 1e-3)
    True
    """
    started = time.monotonic()
    model = model.double()
    risk = PopulationRisk(at, model.predictor)
    model.rescale(initial * _scale(model, risk))
    parameters = list(model.parameters())
    sizes = [float(p.detach().square().mean().sqrt()) for p in parameters]
    rates = [learning_rate * (size or max(sizes)) for size in sizes]
    optimiser = torch.optim.Adam([{"params": [p]} for p in parameters], betas=(0.9, 0.99))
    for step in range(steps):
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * (1 + math.cos(math.pi * step / steps)) / 2
        optimiser.zero_grad()
        # a sum over restarts: none feels another's gradient
        risk(model.weights()).sum().backward()
        optimiser.step()
    with torch.no_grad():
        risks = risk(model.weights())
    return Descent(model, risks, steps, time.monotonic() - started)


@torch.no_grad()
def _scale(model: ATT, risk: PopulationRisk) -> Tensor:
    """The factors (R) that make predictions as large as labels, root mean square."""
    weights = model.weights()
    signs = {1: weights, -1: {k: -w if k[0] == "v" else w for k, w in weights.items()}}
    labels = risk({k: 0 * w for k, w in weights.items()})
    # of y^2 - 2 y p + p^2, the middle changes its sign with p
    squares = (risk(signs[1]) + risk(signs[-1])) / 2 - labels
    return (labels / squares).sqrt()
