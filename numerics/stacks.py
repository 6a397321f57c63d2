"""Stacks of linear attention layers in which labels move and features stay, trained."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from numerics.models import Model
from numerics.units import Units
from theory.designs.predictors import polynomial
from theory.designs.prompt import Prompt
from theory.errors import ShapeError


class Stack(Model):
    """Layers of linear attention on tokens ``[x_i; y_i; u_i]`` that write to u alone.

    At first every u is 0. Layer l compares features by ``a_l x_t' x_i`` and adds to the u of every
    token t, the query's among them, the attention-weighted sum of the values ``w_l y_i + v_l u_i``;
    the query's own token is masked, and its u after the last layer is the prediction. With ``q_l``
    the polynomial in ``X'X`` that so many layers have made,

        q_l(t) = (1 + a_l v_l t) q_{l-1}(t) + a_l w_l,

    so that L layers predict ``x' q_L(X'X) X' y``. They reach every q of degree below L: with
    ``a_L v_L = 1`` and ``a_L w_L = q(-1)`` what is left to the layers before is
    ``(q(t) - q(-1))/(1 + t)``. Without the copy of the labels, ``v_l = -w_l`` throughout, they are
    gradient steps of sizes ``a_l w_l``, and reach those q alone for which ``1 - t q(t)`` has real
    roots.

    Parameters
    ----------
    layers
        How many, L. Each of ``a``, ``w`` and ``v`` has shape (R, L); ``v_1`` never acts.

    Examples
    --------
    >>> model = Stack(3, 2, layers=2, restarts=4, generator=torch.Generator().manual_seed(0))
    >>> {name: tuple(weight.shape) for name, weight in model.weights().items()}
    {'c_0': (4, 1, 1), 'c_1': (4, 1, 1)}
    """

    gram = True
    a: Tensor
    w: Tensor
    v: Tensor

    def __init__(self, n: int, d: int, *, layers: int, restarts: int, generator: torch.Generator):
        if layers < 1:
            raise ShapeError(f"layers must be at least 1, got {layers}")
        super().__init__(n, d, restarts=restarts, generator=generator)
        self.predictor = self.core = polynomial(layers)
        for name in ("a", "w", "v"):
            initial = torch.randn((restarts, layers), generator=generator)
            self.register_parameter(name, nn.Parameter(initial))
        with torch.no_grad():  # X'X is about as large as this
            self.a.div_(n + d)

    @staticmethod
    def shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
        return {}

    def layers(self, dtype: torch.dtype) -> list[tuple[Tensor, Tensor]]:
        """What each adds: ``a_l w_l`` of the labels, and ``a_l v_l`` of what they became."""
        pairs = (self.a * self.w, self.a * self.v)
        return list(zip(*(p.to(dtype).unbind(-1) for p in pairs), strict=True))

    def reading(self, prompt: Prompt[Tensor]) -> Tensor:
        features = prompt.features.unsqueeze(-4)
        start = (prompt.features.mT @ prompt.labels).unsqueeze(-4)
        read = torch.zeros_like(start)
        for of_labels, of_moved in self.layers(start.dtype):
            new, old = (c[..., None, None, None] for c in (of_labels, of_moved))
            read = read + new * start + old * (features.mT @ (features @ read))
        return read.squeeze(-1)

    @torch.no_grad()
    def rescale(self, factor: Tensor) -> None:
        """Multiply the predictions by positive factors (R): they are linear in all ``w_l``."""
        self.w.mul_(factor[..., None])

    def scales(self, units: Units) -> dict[str, Tensor]:
        return {"a": 1 / units.features.square().flatten(-2)}

    def weights(self) -> dict[str, Tensor]:
        layers = self.layers(torch.float64)
        reached = [torch.zeros_like(layers[0][0])] * len(layers)
        for of_labels, of_moved in layers:
            moved = [torch.zeros_like(of_moved), *(of_moved * c for c in reached[:-1])]
            reached = [c + m for c, m in zip(reached, moved, strict=True)]
            reached[0] = reached[0] + of_labels
        return {f"c_{k}": c[..., None, None] for k, c in enumerate(reached)}
