"""One draw of a design's vectors: examples in their order, or rotated into a triangle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import sympy
import torch
from torch import Tensor

from theory.algebra.polynomials import MatrixPolynomial
from theory.designs.design import IDENTITY, Design
from theory.designs.groups import Group
from theory.designs.prompt import Words, read
from theory.designs.random_scalars import Indeterminate, RandomScalar
from theory.errors import InputError


class Source(Protocol):
    """What does not depend on a draw, as :class:`numerics.Sampler` has it."""

    design: Design
    n: int
    d: int
    queries: int | None
    of_query_alone: frozenset[str]
    kind: dict[str, Any]
    matrices: dict[str, Tensor]
    roots: dict[str, Tensor]
    rows: Mapping[str, range]

    def law(self, one: RandomScalar, uniform: Tensor) -> Tensor: ...

    def scalar(self, expression: sympy.Expr) -> Tensor: ...

    def entries(self, expression: sympy.Expr) -> Tensor: ...


class Draw:
    """The :class:`theory.designs.prompt.VectorAlgebra` of tensors.

    :class:`Plain` or :class:`Triangular`.

    Parameters
    ----------
    sampler
        Which has the sizes, the coefficients and the roots of the covariances.
    batch
        How many prompts: the axis before those of every matrix.
    generator
        Where randomness comes from.
    """

    def __init__(self, sampler: Source, batch: int, generator: torch.Generator):
        self.sampler, self.batch, self.generator = sampler, batch, generator
        self.random = {one.name: self._drawn(one) for one in sampler.design.random}

    def _drawn(self, one: RandomScalar) -> Tensor:
        """The values of a random scalar, (batch, 1, 1), or for each example, (batch, n, 1)."""
        shape = (self.batch, self.sampler.n if one.per_example else 1, 1)
        uniform = torch.rand(shape, generator=self.generator, **self.sampler.kind)
        return self.sampler.law(one, uniform)

    def normal(self, *shape: int) -> Tensor:
        """Standard normals (batch, *shape)."""
        return torch.randn((self.batch, *shape), generator=self.generator, **self.sampler.kind)

    def coloured(self, standard: Tensor, covariance: str) -> Tensor:
        """Rows of independent standard normals, given a covariance."""
        return standard if covariance == IDENTITY else standard @ self.sampler.roots[covariance]

    def vector(self, name: str, covariance: str) -> Tensor:
        if name not in self.sampler.of_query_alone:
            standard = self.normal(1, self.sampler.d)
        elif self.sampler.queries is None:
            standard = self.nodes()
        else:
            standard = self.normal(self.sampler.queries, self.sampler.d)
        return self.coloured(standard, covariance).mT

    def nodes(self) -> Tensor:
        """Points (1, many, d) over which quadratic functions have a standard normal's mean."""
        axes = self.sampler.d**0.5 * torch.eye(self.sampler.d, **self.sampler.kind)
        alone = self.sampler.design.query.vectors == self.sampler.of_query_alone
        # an odd part, which the query's other vectors make, cancels between a point and its mirror
        return (axes if alone else torch.cat((axes, -axes)))[None]

    def mean(self, name: str) -> Tensor:
        return self.sampler.matrices[name]

    def matrix(self, name: str) -> Tensor:
        return self.sampler.matrices[name]

    def one(self) -> Tensor:
        return torch.ones(1, 1, **self.sampler.kind)

    def query_noise(self) -> Tensor:
        if self.sampler.queries is None:
            return torch.zeros(1, 1, 1, **self.sampler.kind)
        return self.normal(self.sampler.queries, 1)

    def scale(self, scalar: sympy.Expr, value: Tensor) -> Tensor:
        return self.sampler.scalar(scalar) * value

    def along(self, entry: sympy.Expr, value: Tensor) -> Tensor:
        return self.sampler.entries(entry) * value

    def dots(self, left: Tensor, right: Tensor) -> Tensor:
        return (left * right).sum(dim=-1, keepdim=True)

    def times_random(
        self, one: Indeterminate, power: int, value: Tensor, group: Group | None
    ) -> Tensor:
        drawn = self.random[one.scalar.name]
        if group is not None and one.scalar.per_example:
            rows = self.sampler.rows[group.name]
            drawn = drawn[..., rows.start : rows.stop, :]
        return (drawn.sqrt() if one.rooted else drawn) ** power * value

    def stacked(self, parts: Sequence[Tensor]) -> Tensor:
        if len(parts) == 1:
            return parts[0]
        lead = torch.broadcast_shapes(*(part.shape[:-2] for part in parts))
        return torch.cat([part.expand(*lead, *part.shape[-2:]) for part in parts], dim=-2)


class Plain(Draw):
    """Examples as they are, in their order."""

    def count(self, group: Group) -> int:
        return len(self.sampler.rows[group.name])

    def examples(self, name: str, covariance: str, group: Group) -> Tensor:
        return self.coloured(self.normal(self.count(group), self.sampler.d), covariance)

    def ones(self, group: Group) -> Tensor:
        return torch.ones(self.count(group), 1, **self.sampler.kind)

    def noise(self, group: Group) -> Tensor:
        return self.normal(self.count(group), 1)


class Triangular(Draw):
    """Examples rotated among themselves, so that their Gaussian coordinates form a triangle.

    All example-level coordinates of a prompt, columns of ``G`` (n x c, independent standard
    normals), enter beside the all-ones vector. A rotation of the examples that takes this vector to
    ``sqrt(n) e_1`` leaves ``G`` a standard normal matrix; one of the other rows makes them upper
    triangular, with independent entries: normal above the diagonal, and on it roots of chi-squared
    variables of n - 1, n - 2, ... degrees of freedom (n, n - 1, ... where the all-ones vector does
    not occur): Bartlett's decomposition. ``Z0' Z0`` is the same before and after, and has the same
    law as without any rotation; the rows below the triangle are zero and left out.

    Parameters
    ----------
    sampler, batch, generator
        As for every :class:`Draw`.
    length
        The length of each prompt, (batch, 1); by default the sampler's n.
    """

    def __init__(
        self, sampler: Source, batch: int, generator: torch.Generator, length: Tensor | None = None
    ):
        super().__init__(sampler, batch, generator)
        if (design := sampler.design).is_row_by_row:
            raise InputError(f"examples of {design.name} cannot be rotated: it mixes rows")
        with_ones, with_noise = _occurring(sampler.design)
        columns = sampler.d * len(sampler.design.example) + with_noise
        self.first = int(with_ones)
        self.rows = self.first + min(columns, sampler.n - self.first)
        if length is None:
            length = torch.full((1, 1), sampler.n, device=sampler.kind["device"])
        self.length = length.to(sampler.kind["dtype"])
        self.coordinates = self._triangle(columns)
        self.taken = 0

    def _triangle(self, columns: int) -> Tensor:
        """The rotated coordinates, (batch, rows, columns)."""
        size = self.rows - self.first
        above = _above(size, columns, self.sampler.kind["device"])
        flat = torch.zeros(self.batch, size * columns, **self.sampler.kind)
        flat.index_copy_(1, above, self.normal(len(above)))
        triangle = flat.unflatten(1, (size, columns))
        index = torch.arange(size, device=self.sampler.kind["device"])
        freedom = (self.length - self.first - index).clamp(min=0).expand(self.batch, size)
        # torch has no public sampler of these that takes a generator
        chi = (2 * torch._standard_gamma(freedom / 2, generator=self.generator)).sqrt()
        triangle.diagonal(dim1=-2, dim2=-1).copy_(chi)
        if len(self.length) > 1:
            triangle = triangle * (freedom > 0)[..., None]  # short prompts have fewer rows
        if self.first:
            triangle = torch.cat((self.normal(1, columns), triangle), dim=-2)
        return triangle

    def _take(self, columns: int) -> Tensor:
        self.taken += columns
        return self.coordinates[..., self.taken - columns : self.taken]

    def examples(self, name: str, covariance: str, group: Group) -> Tensor:
        return self.coloured(self._take(self.sampler.d), covariance)

    def noise(self, group: Group) -> Tensor:
        return self._take(1)

    def ones(self, group: Group) -> Tensor:
        column = torch.zeros(len(self.length), self.rows, 1, **self.sampler.kind)
        column[:, 0] = self.length.sqrt()
        return column


@dataclass(frozen=True)
class _Occurring(Words):
    """Takes note of whether the all-ones vector and noises occur in a design."""

    found: set[str] = field(default_factory=set)

    def ones(self, group: Group) -> MatrixPolynomial:
        self.found.add("ones")
        return super().ones(group)

    def noise(self, group: Group) -> MatrixPolynomial:
        self.found.add("noise")
        return super().noise(group)


@cache
def _occurring(design: Design) -> tuple[bool, bool]:
    """Whether the all-ones vector, and whether noises, occur."""
    algebra = _Occurring(design)
    read(design, algebra)
    return "ones" in algebra.found, "noise" in algebra.found


@cache
def _above(rows: int, columns: int, device: torch.device) -> Tensor:
    """Where the entries above the diagonal are in a matrix written row by row."""
    row, column = torch.triu_indices(rows, columns, offset=1, device=device)
    return row * columns + column
