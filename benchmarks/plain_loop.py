"""The training loop that an expert would write in half an hour: one model, Adam, fresh prompts.

The models are the definitions in tensors, without anything that makes them quick or their training
easy. Prompts are isotropic and noiseless: ``y_i = x_i' beta``, all standard Gaussian. The learning
rate is the first one would try, or warms up and decays over a number of steps.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

BATCH = 1024
LEARNING_RATE = 1e-3
"""Where it is constant."""
WARMUP = 0.05
"""The part of the steps over which a rate that is tuned rises; then it falls like a cosine."""
EVALUATE_EVERY = 10
INITIAL = 0.05
"""Standard deviation of the initial weights: it got furthest, of 0.05, 0.1, 0.2 and fan-in^-1/2."""


class Attention(nn.Module):
    """``(z' W_q W_k' Z') Z W_v h`` for tokens ``Z`` (n, d+1) and the query token ``z = [x; 0]``."""

    def __init__(self, n: int, d: int):
        super().__init__()
        self.W_q, self.W_k, self.W_v = (_parameter(d + 1, d + 1) for _ in range(3))
        self.h = _parameter(d + 1)

    def forward(self, X: Tensor, y: Tensor, x: Tensor) -> Tensor:
        """Predictions (B) from features (B, n, d), labels (B, n) and queries (B, d)."""
        Z, z = tokens(X, y, x)
        query, keys, values = z @ self.W_q, Z @ self.W_k, Z @ self.W_v
        scores = torch.einsum("bk,bnk->bn", query, keys)
        return torch.einsum("bn,bnk->bk", scores, values) @ self.h


class H3(nn.Module):
    """``((z' W_q) * (Z W_k * Z W_v) conv f)_last h`` with the filter ``f`` (n)."""

    def __init__(self, n: int, d: int):
        super().__init__()
        self.W_q, self.W_k, self.W_v = (_parameter(d + 1, d + 1) for _ in range(3))
        self.h = _parameter(d + 1)
        self.f = _parameter(n)

    def forward(self, X: Tensor, y: Tensor, x: Tensor) -> Tensor:
        """Predictions (B) from features (B, n, d), labels (B, n) and queries (B, d)."""
        Z, z = tokens(X, y, x)
        query, keys, values = z @ self.W_q, Z @ self.W_k, Z @ self.W_v
        last = torch.einsum("n,bnk->bk", self.f.flip(0), keys * values)
        return (query * last) @ self.h


MODELS: dict[str, type[Attention] | type[H3]] = {"att": Attention, "ssm": H3}


def _parameter(*shape: int) -> nn.Parameter:
    return nn.Parameter(INITIAL * torch.randn(shape))


def tokens(X: Tensor, y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """The examples' tokens (B, n, d+1) and the query's (B, d+1)."""
    return torch.cat([X, y[..., None]], dim=-1), torch.cat([x, torch.zeros_like(x[:, :1])], dim=-1)


def prompts(batch: int, n: int, d: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features (B, n, d), labels (B, n), queries (B, d) and their labels (B)."""
    X, beta, x = torch.randn(batch, n, d), torch.randn(batch, d), torch.randn(batch, d)
    return X, torch.einsum("bnd,bd->bn", X, beta), x, (x * beta).sum(-1)


@dataclass(frozen=True)
class Rate:
    """A learning rate that warms up and decays over so many steps; constant where there are none.

    >>> tuned = Rate(0.02, 100)
    >>> tuned.factor(0), tuned.factor(4), round(tuned.factor(50), 6), Rate().factor(10**6)
    (0.2, 1.0, 0.54129, 1.0)
    """

    peak: float = LEARNING_RATE
    steps: int = 0

    def factor(self, step: int) -> float:
        """What the rate is multiplied by at a step, counted from 0."""
        if not self.steps:
            return 1.0
        rising = round(WARMUP * self.steps)
        if step < rising:
            return (step + 1) / rising
        along = (step - rising) / max(1, self.steps - rising)
        return (1 + math.cos(math.pi * min(1.0, along))) / 2

    def __str__(self) -> str:
        return f"{self.peak:g} over {self.steps} steps" if self.steps else f"{self.peak:g}"


GRID = (Rate(0.03, 300), Rate(0.02, 400))
"""What is tried: two schedules that were reported to do well, one for each model."""


def adam(model: nn.Module, rate: Rate | None = None) -> torch.optim.Optimizer:
    """The optimiser, as PyTorch has it."""
    return torch.optim.Adam(model.parameters(), lr=(rate or Rate()).peak)


def step(model: nn.Module, optimiser: torch.optim.Optimizer, n: int, d: int) -> None:
    """One step on fresh prompts."""
    X, y, x, label = prompts(BATCH, n, d)
    loss = (model(X, y, x) - label).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


@dataclass(frozen=True)
class Point:
    """The excess over the optimal risk after some steps and seconds of training."""

    step: int
    seconds: float
    excess: float


def run(
    model: nn.Module,
    n: int,
    d: int,
    *,
    excess: Callable[[nn.Module], float],
    target: float,
    limit: float,
    rate: Rate | None = None,
) -> list[Point]:
    """Train until the excess is at most ``target``, ``limit`` seconds or the rate's steps are over.

    Evaluations of ``excess`` do not count in the time.
    """
    rate = rate or Rate()
    optimiser = adam(model, rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate.factor)
    points = [Point(0, 0.0, excess(model))]
    seconds, taken = 0.0, 0
    while points[-1].excess > target and seconds < limit and not 0 < rate.steps <= taken:
        start = time.perf_counter()
        for _ in range(EVALUATE_EVERY):
            step(model, optimiser, n, d)
            schedule.step()
        taken += EVALUATE_EVERY
        seconds += time.perf_counter() - start
        points.append(Point(taken, seconds, excess(model)))
    return points
