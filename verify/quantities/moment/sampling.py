"""Linear functionals of a moment, to be estimated from Gaussian draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import matmul

import numpy as np
import torch
from torch import Tensor

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.values import scalar_value
from theory.algebra.words import Letter, Word
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation_numbers import Point, space_size
from theory.records.moment_powers import ORDER, Powers
from theory.scalars.arithmetic import FLOATING
from verify.cases import spread_covariances
from verify.checks.on_trial import Measurement
from verify.expected import Expected
from verify.quantities.moment.behaviour import free
from verify.quantities.moment.case import MomentCase
from verify.settings import Level, Settings

FUNCTIONALS = 4
ORDERS = (1, 2, 3)
DRAWS, BATCH = 3_000_000, 100_000


def measurements(case: MomentCase, settings: Settings) -> Iterator[Measurement]:
    """A moment in a few random directions.

    A direction is a matrix P of norm 1 and the functional ``tr(P' M)``; its scale is the norm of
    the claimed moment, the most that such a functional can be. Powers above the third have tails
    too heavy to be averaged in reasonable time.
    """
    sizes = [("small", 4, 3)] + ([("larger", 12, 8)] if settings.level is Level.FULL else [])
    for name, count, size in sizes:
        for order in ORDERS if isinstance(case.moment, Powers) else (1,):
            scalars = {"n": count, "d": size, ORDER: order}
            at = _drawn(case, {p: scalars[p] for p in case.parameters}, settings.seed)
            yield _measurement(case, f"{case.moment.id}, {name}", at, settings)


def _measurement(case: MomentCase, name: str, at: Point, settings: Settings) -> Measurement:
    record = case.record(at)
    claimed = torch.as_tensor(np.atleast_2d(np.asarray(case.claimed_at(at), dtype=float)))
    directions = _directions(record.shape is None, len(claimed), settings.seed)
    scale = float(claimed.norm())
    return Measurement(
        name,
        ", ".join(f"{k} = {v}" for k, v in at.scalars.items()),
        Products(record, at, settings.device),
        lambda seen: torch.einsum("bij,pij->pb", seen.cpu(), directions),
        [
            (
                "value" if record.shape is None else f"direction {k + 1}",
                Expected.claim(float(value)),
                scale,
            )
            for k, value in enumerate(torch.einsum("ij,pij->p", claimed, directions))
        ],
        DRAWS,
        BATCH,
    )


def _drawn(case: MomentCase, scalars: dict[str, int], seed: int) -> Point:
    """Covariances with eigenvalues from 1/2 to 2 in random bases; fixed matrices near some I."""
    random, d = np.random.default_rng(seed), scalars["d"]
    record = case.of_order(1)
    matrices = spread_covariances(sorted(record.letters.covariances), d, random)
    for a in free(record):
        matrices[a.name] = np.eye(d) + random.normal(size=(d, d)) / d**0.5
    return Point(scalars, {k: FLOATING.matrix(m) for k, m in matrices.items()}, FLOATING)


def _directions(scalar: bool, size: int, seed: int) -> Tensor:
    """(P, d, d) of norm 1 each; the first is along the identity."""
    if scalar:
        return torch.ones(1, 1, 1, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    found = torch.randn(FUNCTIONALS, size, size, generator=generator, dtype=torch.float64)
    found[0] = torch.eye(size)
    return found / found.flatten(1).norm(dim=1)[:, None, None]


@dataclass(frozen=True)
class Products:
    """Draws what a moment is of: (B, d, d) or (B, 1, 1) for B draws."""

    record: ClaimedExpectation
    at: Point
    device: str

    def draw(self, batch: int, generator: torch.Generator) -> Tensor:
        """Independent ones."""
        at, letters = self.at, self.record.letters

        def tensor(matrix: object) -> Tensor:
            return torch.as_tensor(np.asarray(matrix), device=self.device)

        def root(a: Letter) -> Tensor:
            return tensor(FLOATING.root(at.matrices[a.name]))

        values = {letters.matrices[name]: tensor(at.matrices[name]) for name in letters.given}
        for a in (letters.matrices[name] for name in letters.gaussians):
            shape = (batch, space_size(a.rows, at.scalars), space_size(a.cols, at.scalars))
            drawn = torch.randn(shape, generator=generator, dtype=torch.float64, device=self.device)
            if a.row_covariance is not None:
                drawn = root(a.row_covariance) @ drawn
            if a.column_covariance is not None:
                drawn = drawn @ root(a.column_covariance)
            values[a] = drawn

        def product(word: Word) -> Tensor:
            factors = (values[f.letter].mT if f.transposed else values[f.letter] for f in word)
            return reduce(matmul, factors)

        def scalar(value: TracePolynomial) -> Tensor:
            total = torch.zeros(1, 1, dtype=torch.float64, device=self.device)
            for monomial, front in value.terms.items():
                part = torch.tensor(scalar_value(front, at.scalars, FLOATING), device=self.device)
                for trace in monomial:
                    traced = product(trace.word).diagonal(dim1=-2, dim2=-1).sum(-1)
                    part = part * traced[..., None, None]
                total = total + part
            return total

        value = self.record.product
        if isinstance(value, MatrixPolynomial):
            parts = (product(word) * scalar(front) for word, front in value.terms.items())
            return sum(parts, torch.zeros((), dtype=torch.float64, device=self.device))
        return scalar(value)
