"""Linear functionals of a moment, to be estimated from Gaussian draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import matmul

import numpy as np
import torch
from torch import Tensor

from theory.algebra.values import scalar_value
from theory.algebra.words import ONE, Letter, Space
from theory.records.identities import Moment, Point
from theory.scalars.arithmetic import FLOATING
from verify.cases import spread_covariances
from verify.checks.on_trial import Measurement
from verify.expected import Expected
from verify.settings import Level, Settings

FUNCTIONALS = 4
ORDERS = (1, 2, 3)
DRAWS, BATCH = 3_000_000, 100_000


def measurements(moment: Moment, settings: Settings) -> Iterator[Measurement]:
    """A moment in a few random directions.

    A direction is a matrix P of norm 1 and the functional ``tr(P' M)``; its scale is the norm of
    the claimed moment, the most that such a functional can be. Powers above the third have tails
    too heavy to be averaged in reasonable time.
    """
    sizes = [("small", 4, 3)] + ([("larger", 12, 8)] if settings.level is Level.FULL else [])
    for name, count, size in sizes:
        for order in ORDERS if moment.power is not None else (1,):
            scalars = {"n": count, "d": size, str(moment.power): order}
            at = _drawn(moment, {p: scalars[p] for p in moment.parameters}, settings.seed)
            yield _measurement(moment, f"{moment.name}, {name}", at, settings)


def _measurement(moment: Moment, case: str, at: Point, settings: Settings) -> Measurement:
    claimed = torch.as_tensor(np.atleast_2d(np.asarray(moment.claimed_at(at), dtype=float)))
    directions = _directions(moment, len(claimed), settings.seed)
    scale = float(claimed.norm())
    return Measurement(
        case,
        ", ".join(f"{k} = {v}" for k, v in at.scalars.items()),
        Products(moment, at, settings.device),
        lambda seen: torch.einsum("bij,pij->pb", seen.cpu(), directions),
        [
            (
                "value" if moment.is_scalar else f"direction {k + 1}",
                Expected.claim(float(value)),
                scale,
            )
            for k, value in enumerate(torch.einsum("ij,pij->p", claimed, directions))
        ],
        DRAWS,
        BATCH,
    )


def _drawn(moment: Moment, scalars: dict[str, int], seed: int) -> Point:
    """Covariances with eigenvalues from 1/2 to 2 in random bases; fixed matrices near some I."""
    random, d = np.random.default_rng(seed), scalars["d"]
    matrices = spread_covariances([a.name for a in moment.covariances], d, random)
    for a in moment.fixed:
        matrices[a.name] = np.eye(d) + random.normal(size=(d, d)) / d**0.5
    return Point(scalars, {k: FLOATING.matrix(m) for k, m in matrices.items()}, FLOATING)


def _directions(moment: Moment, size: int, seed: int) -> Tensor:
    """(P, d, d) of norm 1 each; the first is along the identity."""
    if moment.is_scalar:
        return torch.ones(1, 1, 1, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    found = torch.randn(FUNCTIONALS, size, size, generator=generator, dtype=torch.float64)
    found[0] = torch.eye(size)
    return found / found.flatten(1).norm(dim=1)[:, None, None]


@dataclass(frozen=True)
class Products:
    """Draws what a moment is of: (B, d, d) or (B, 1, 1) for B draws."""

    moment: Moment
    at: Point
    device: str

    def draw(self, batch: int, generator: torch.Generator) -> Tensor:
        """Independent ones."""
        at = self.at

        def size(space: Space) -> int:
            return 1 if space == ONE else int(at.scalars[space.name])

        def tensor(matrix: object) -> Tensor:
            return torch.as_tensor(np.asarray(matrix), device=self.device)

        def root(a: Letter) -> Tensor:
            return tensor(FLOATING.root(at.matrices[a.name]))

        constants = (*self.moment.covariances, *self.moment.fixed)
        values = {a: tensor(at.matrices[a.name]) for a in constants}
        for a in self.moment.gaussians:
            shape = (batch, size(a.rows), size(a.cols))
            drawn = torch.randn(shape, generator=generator, dtype=torch.float64, device=self.device)
            if a.row_covariance is not None:
                drawn = root(a.row_covariance) @ drawn
            if a.column_covariance is not None:
                drawn = drawn @ root(a.column_covariance)
            values[a] = drawn
        total = torch.zeros((), dtype=torch.float64, device=self.device)
        for word, front in self.moment.left.terms.items():
            factors = (values[f.letter].mT if f.transposed else values[f.letter] for f in word)
            scale = scalar_value(front.constant, at.scalars, FLOATING)
            total = total + reduce(matmul, factors) * scale
        return total ** self.moment.order(at)
