"""Limited-memory BFGS for many independent problems at once, each with its own step length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

MEMORY = 20
"""How many past steps the curvature is estimated from."""
DECREASE = 1e-4
"""The part of the decrease promised by the slope that a step has to give (Armijo)."""
HALVINGS = 30


class LBFGS:
    """The method of Liu and Nocedal (1989) for losses without noise, in double precision.

    Parameters
    ----------
    parameters
        What to change, in place; the leading axes are those of the problems.
    units
        Of each parameter, a tensor that broadcasts against it: curvature is that of the parameter
        divided by its unit.
    losses
        The losses (problems) at the parameters as they are; none feels another's parameters.

    Examples
    --------
    >>> x = torch.tensor([[1.0, -3.0], [5.0, 2.0]], dtype=torch.float64, requires_grad=True)
    >>> loss = lambda: 1 + (x.square() * torch.tensor([1, 50])).sum(-1)
    >>> search = LBFGS([x], [torch.ones(())], loss)
    >>> while search.moving:
    ...     search.step()
    >>> bool(x.abs().max() < 1e-6), search.taken < 30
    (True, True)
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        units: Iterable[Tensor],
        losses: Callable[[], Tensor],
    ):
        self.parameters, self.units, self.losses = parameters, list(units), losses
        self.axes = losses().ndim
        self.loss, self.slope = self._evaluated()
        self.place = self._flat(p.detach() / unit for p, unit in self._each())
        self.taken = 0
        self.pairs: list[tuple[Tensor, Tensor, Tensor]] = []
        self.scale = self._first()
        self.fresh = torch.ones_like(self.loss, dtype=torch.bool)
        self.resting = torch.zeros_like(self.fresh)

    @property
    def moving(self) -> bool:
        """Whether some problem is not yet at a minimum to rounding."""
        return not bool(self.resting.all())

    def _each(self) -> Iterable[tuple[Tensor, Tensor]]:
        return zip(self.parameters, self.units, strict=True)

    def _flat(self, values: Iterable[Tensor]) -> Tensor:
        """One vector for each problem, (problems, all)."""
        return torch.cat([value.flatten(self.axes) for value in values], dim=-1)

    def _evaluated(self) -> tuple[Tensor, Tensor]:
        """Losses, and slopes as vectors, at the parameters as they are."""
        losses = self.losses()
        gradients = torch.autograd.grad(losses.sum(), self.parameters)
        slopes = (g * unit for g, unit in zip(gradients, self.units, strict=True))
        return losses.detach(), self._flat(slopes)

    @torch.no_grad()
    def _move(self, place: Tensor) -> None:
        parts = place.split([p[(0,) * self.axes].numel() for p in self.parameters], dim=-1)
        for (p, unit), part in zip(self._each(), parts, strict=True):
            p.copy_(part.reshape(p.shape) * unit)

    def step(self) -> None:
        """Take one step in every problem that is not at rest."""
        place, loss, slope = self.place, self.loss, self.slope
        way = torch.where(self.resting[..., None], 0.0, self._downhill())
        promised, length = _dot(slope, way), torch.ones_like(loss)
        for _ in range(HALVINGS):
            found = place + length[..., None] * way
            self._move(found)
            new_loss, new_slope = self._evaluated()
            taken = new_loss <= loss + DECREASE * length * promised
            if bool(taken.all()):
                break
            length = torch.where(taken, length, length / 2)
        moved = taken & (new_loss < loss)
        self.loss, self.slope, self.place = (
            torch.where(moved.reshape(*moved.shape, *[1] * (new.ndim - moved.ndim)), new, old)
            for new, old in ((new_loss, loss), (new_slope, slope), (found, place))
        )
        self._move(self.place)
        # where not even the slope alone leads down there is a minimum
        self.resting = self.resting | (~moved & self.fresh)
        self._remember(self.place - place, self.slope - slope, moved)
        self.taken += 1

    def _first(self) -> Tensor:
        """How far to go along a slope of which no curvature is known."""
        return 1 / self.slope.norm(dim=-1).clamp(min=1)

    def _remember(self, step: Tensor, change: Tensor, moved: Tensor) -> None:
        """Add a step to the curvature; where there was none, forget what was known."""
        curvature, size = _dot(step, change), _dot(change, change)
        usable = curvature > torch.finfo(step.dtype).eps * size
        self.scale = torch.where(usable, curvature / size, self.scale)
        self.scale = torch.where(moved, self.scale, self._first())
        pair = (step, change, torch.where(usable, 1 / curvature, 0.0))
        self.pairs = [(s, c, inverse * moved) for s, c, inverse in (*self.pairs, pair)][-MEMORY:]
        self.fresh = ~moved

    def _downhill(self) -> Tensor:
        """The direction against the slope, in the metric of the curvature that was seen."""
        way, parts = -self.slope, []
        for step, change, inverse in reversed(self.pairs):
            parts.append(inverse * _dot(step, way))
            way = way - parts[-1][..., None] * change
        way = way * self.scale[..., None]
        for (step, change, inverse), part in zip(self.pairs, reversed(parts), strict=True):
            way = way + (part - inverse * _dot(change, way))[..., None] * step
        return way


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(-1)
