"""Values of random scalars from uniform ones."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from theory.designs.law import Law, recurrence

Numbers = Sequence[float]


def drawn(law: Law, uniform: Tensor) -> Tensor:
    """Draws of a law whose arguments are numbers, from uniform draws in ``[0, 1)``: its quantiles.

    Of a law that is given by its moments, draws of one that has few values and these moments.

    >>> u = torch.tensor([0.0, 0.5])
    >>> drawn(Law("uniform", (1, 3)), u).tolist(), drawn(Law("bernoulli", (0.2,)), u).tolist()
    ([1.0, 2.0], [1.0, 0.0])
    """
    arguments = [float(value) for value in law.arguments]
    if law.family == "uniform":
        low, high = arguments
        return low + (high - low) * uniform
    if law.family == "exponential":
        return -torch.log1p(-uniform) / arguments[0]
    if law.family == "bernoulli":
        return (uniform < arguments[0]).to(uniform)
    values, weights = quadrature(law)
    place = torch.searchsorted(weights.cumsum(0)[:-1].to(uniform), uniform, right=True)
    return values.to(uniform)[place]


def quadrature(law: Law) -> tuple[Tensor, Tensor]:
    """Values and probabilities of a law with few values that has given moments: Gauss quadrature.

    >>> values, weights = quadrature(Law("moments", (0, 1)))
    >>> values.tolist(), weights.round(decimals=6).tolist()
    ([-1.0, 1.0], [0.5, 0.5])
    """
    found = recurrence(law.arguments)
    assert found is not None  # or there would be no such law
    along, beside = found
    # the next moment is free where an even number is given: one that continues the recurrence
    along = along + along[-1:] * (len(beside) - len(along) + 1)
    jacobi = torch.diag(torch.tensor([float(a) for a in along], dtype=torch.float64))
    for k, square in enumerate(beside[: len(along) - 1]):
        jacobi[k, k + 1] = jacobi[k + 1, k] = float(square) ** 0.5
    values, vectors = torch.linalg.eigh(jacobi)
    weights: Tensor = vectors[0] ** 2
    return values, weights
