"""Attention of low rank: with thin factors, or as an adapter beside frozen weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from numerics.models import ATT
from numerics.units import Units
from theory.errors import ShapeError


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

    def scales(self, units: Units) -> dict[str, Tensor]:
        frozen = super().scales(units)
        return {**frozen, "W_up": frozen["W_q"], "W_down": frozen["W_k"]}

    def acting(self, dtype: torch.dtype) -> Tensor:
        """The adapted blocks ``[C_xx C_xy]``, (R, d, d+1)."""
        added = self.W_up[..., : self.d, :].to(dtype) @ self.W_down.mT.to(dtype)
        return super().acting(dtype) + added


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
