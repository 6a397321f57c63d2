"""Adam with a learning rate of its own for every run of a batch."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor


class Adam:
    """The optimiser of Kingma and Ba (2015); ``torch.optim.Adam`` has one rate per tensor.

    Parameters
    ----------
    parameters
        What to change, in place.
    rates
        The learning rate of each parameter: a tensor that broadcasts against it.
    units
        Of each parameter: another one that does, 1 by default. Steps are those of the parameter
        divided by its unit.
    betas, eps
        Decay of the running means of gradients and of their squares, and what keeps the division
        finite.

    Examples
    --------
    >>> x = torch.tensor([1.0, -3.0], requires_grad=True)
    >>> Adam([x], [torch.tensor([0.5, 0.25])]).step([x.detach().clone()], 1.0)
    >>> x.tolist()
    [0.5, -2.75]
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        rates: Sequence[Tensor],
        units: Iterable[Tensor | float] = itertools.repeat(1.0),
        betas: tuple[float, float] = (0.9, 0.99),
        eps: float = 1e-8,
    ):
        self.parameters, self.rates, self.betas, self.eps = parameters, rates, betas, eps
        self.units = [unit for _, unit in zip(parameters, units, strict=False)]
        self.taken = 0
        self.means = [torch.zeros_like(p) for p in parameters]
        self.squares = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], factor: float) -> None:
        """Take one step with all rates multiplied by a factor."""
        self.taken += 1
        first, second = (1 - beta**self.taken for beta in self.betas)
        for p, rate, unit, gradient, mean, square in zip(
            *(self.parameters, self.rates, self.units, gradients, self.means, self.squares),
            strict=True,
        ):
            gradient = gradient * unit
            mean.lerp_(gradient, 1 - self.betas[0])
            square.mul_(self.betas[1]).addcmul_(gradient, gradient, value=1 - self.betas[1])
            step = mean / (square / second).sqrt_().add_(self.eps)
            p.addcmul_(step * unit, rate, value=-factor / first)
