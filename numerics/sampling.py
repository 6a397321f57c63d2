"""Sampling the prompts of a design: the reading of a design in tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy
import torch
from torch import Tensor

from numerics import values
from numerics.device import device as checked
from theory.design import IDENTITY, Design
from theory.instance import Instance, instance
from theory.prompt import Prompt, read


def root(covariance: Tensor) -> Tensor:
    """The symmetric positive semi-definite square root; singular matrices are welcome.

    >>> root(torch.tensor([[4.0, 0.0], [0.0, 0.0]]))
    tensor([[2., 0.],
            [0., 0.]])
    """
    values, vectors = torch.linalg.eigh(covariance)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.mT


class Sampler:
    """Draws batches of prompts; everything that does not depend on the draw is computed once.

    Parameters
    ----------
    at
        An instance of a design, exact or floating.
    dtype, device
        Of the tensors drawn. The generator must live on the same device.

    Examples
    --------
    >>> from theory import designs
    >>> from theory.instance import instance
    >>> sampler = Sampler(instance(designs.isotropic_noiseless, n=5, d=3))
    >>> sampler.draw(7, torch.Generator().manual_seed(0)).features.shape
    torch.Size([7, 5, 3])
    """

    def __init__(
        self,
        at: Instance,
        *,
        dtype: torch.dtype = torch.float64,
        device: torch.device | str = "cpu",
    ):
        self.at = at
        if isinstance(device, str):
            device = checked(device)
        self.kind: dict[str, Any] = {"dtype": dtype, "device": device}
        given = values.matrices(at)
        self.matrices = {name: m.to(**self.kind) for name, m in given.items()}
        self.roots = {name: root(given[name]).to(**self.kind) for name in at.design.covariances}
        self.ones = torch.ones(at.n, 1, **self.kind)
        self._scalars: dict[sympy.Expr, float] = {}
        self._entries: dict[sympy.Expr, Tensor] = {}

    def scalar(self, expression: sympy.Expr) -> float:
        """The value of a coefficient, remembered."""
        if expression not in self._scalars:
            self._scalars[expression] = values.number(expression, self.at)
        return self._scalars[expression]

    def entries(self, expression: sympy.Expr) -> Tensor:
        """The values of a coefficient at the n examples, n x 1, remembered."""
        if expression not in self._entries:
            column = values.entries(expression, self.at)[:, None]
            self._entries[expression] = column.to(**self.kind)
        return self._entries[expression]

    def draw(self, batch: int, generator: torch.Generator) -> Prompt[Tensor]:
        """Independent prompts.

        Returns
        -------
        Prompt
            ``query`` (batch, d, 1), ``features`` (batch, n, d), ``labels`` (batch, n, 1) and
            ``label`` (batch, 1, 1). The same generator state gives the same prompts.
        """
        n, d = self.at.n, self.at.d
        prompt = read(self.at.design, _Draw(self, batch, generator))
        return Prompt(
            # a design made of fixed vectors alone has no batch axis of its own
            query=prompt.query.expand(batch, d, 1),
            features=prompt.features.expand(batch, n, d),
            labels=prompt.labels.expand(batch, n, 1),
            label=prompt.label.expand(batch, 1, 1),
        )


@dataclass(frozen=True)
class _Draw:
    """One draw of the vectors: the :class:`theory.prompt.Algebra` of tensors."""

    sampler: Sampler
    batch: int
    generator: torch.Generator

    def _normal(self, rows: int, cols: int) -> Tensor:
        shape = (self.batch, rows, cols)
        return torch.randn(shape, generator=self.generator, **self.sampler.kind)

    def vector(self, name: str, covariance: str) -> Tensor:
        standard = self._normal(self.sampler.at.d, 1)
        return standard if covariance == IDENTITY else self.sampler.roots[covariance] @ standard

    def examples(self, name: str, covariance: str) -> Tensor:
        standard = self._normal(self.sampler.at.n, self.sampler.at.d)
        return standard if covariance == IDENTITY else standard @ self.sampler.roots[covariance]

    def mean(self, name: str) -> Tensor:
        return self.sampler.matrices[name]

    def matrix(self, name: str) -> Tensor:
        return self.sampler.matrices[name]

    def ones(self) -> Tensor:
        return self.sampler.ones

    def noise(self) -> Tensor:
        return self._normal(self.sampler.at.n, 1)

    def query_noise(self) -> Tensor:
        return self._normal(1, 1)

    def scale(self, scalar: sympy.Expr, value: Tensor) -> Tensor:
        return self.sampler.scalar(scalar) * value

    def along(self, entry: sympy.Expr, value: Tensor) -> Tensor:
        return self.sampler.entries(entry) * value


def sample(
    design: Design,
    *,
    n: int,
    d: int,
    batch: int,
    generator: torch.Generator,
    scalars: Mapping[str, Any] | None = None,
    covariances: Mapping[str, Any] | None = None,
    means: Mapping[str, Any] | None = None,
    dtype: torch.dtype = torch.float64,
    device: torch.device | str = "cpu",
) -> Prompt[Tensor]:
    """Draw prompts once; to draw many times, keep a :class:`Sampler`.

    The arguments are those of :class:`~theory.instance.Instance` and :class:`Sampler`.

    Examples
    --------
    >>> from theory import designs
    >>> from theory.instance import instance
    >>> generator = torch.Generator().manual_seed(0)
    >>> prompt = sample(
    ...     designs.isotropic_noiseless, n=5, d=3, batch=7, generator=generator
    ... )
    >>> prompt.label.shape
    torch.Size([7, 1, 1])
    """
    at = instance(design, n=n, d=d, scalars=scalars, covariances=covariances, means=means)
    return Sampler(at, dtype=dtype, device=device).draw(batch, generator)
