"""Adam with a learning rate of its own for every entry."""

from __future__ import annotations

import torch
from torch import Tensor


class Adam:
    """The optimiser of Kingma and Ba (2015); ``torch.optim.Adam`` has one rate per tensor.

    Parameters
    ----------
    parameters
        What to change, in place.
    rates
        The learning rate of each entry: a tensor that broadcasts against the parameters.
    units
        Of each entry: another one that does, 1 by default. Steps are those of the parameters
        divided by their units.
    betas, eps
        Decay of the running means of gradients and of their squares, and what keeps the division
        finite.

    Examples
    --------
    >>> x = torch.tensor([1.0, -3.0])
    >>> Adam(x, torch.tensor([0.5, 0.25])).step(x.clone(), 1.0)
    >>> x
    tensor([ 0.5000, -2.7500])
    """

    def __init__(
        self,
        parameters: Tensor,
        rates: Tensor,
        units: Tensor | float = 1.0,
        betas: tuple[float, float] = (0.9, 0.99),
        eps: float = 1e-8,
    ):
        self.parameters, self.rates, self.units = parameters, rates, units
        self.betas, self.eps = betas, eps
        self.taken = 0
        self.mean = torch.zeros_like(parameters)
        self.square = torch.zeros_like(parameters)

    @torch.no_grad()
    def step(self, gradient: Tensor, factor: float) -> None:
        """Take one step with all rates multiplied by a factor."""
        self.taken += 1
        first, second = (1 - beta**self.taken for beta in self.betas)
        gradient = gradient * self.units
        self.mean.lerp_(gradient, 1 - self.betas[0])
        self.square.mul_(self.betas[1]).addcmul_(gradient, gradient, value=1 - self.betas[1])
        step = self.mean / (self.square / second).sqrt_().add_(self.eps)
        self.parameters.addcmul_(step * self.units, self.rates, value=-factor / first)
