"""Witness: Monte Carlo of linear functionals of the claimed moments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import matmul
from typing import Any

import numpy as np
import torch
from torch import Tensor

from theory.algebra.values import scalar_value
from theory.algebra.words import ONE, Letter, Space
from theory.records.identities import Moment, Point
from theory.scalars.arithmetic import FLOATING
from verify import measured
from verify.expected import Expected
from verify.moment.subject import Subject
from verify.settings import Level, Settings
from verify.verdict import Finding

FUNCTIONALS = 4
ORDERS = (1, 2, 3)
DRAWS, BATCH = 3_000_000, 100_000


def examine(subject: Subject, settings: Settings) -> Finding:
    """Estimate moments from Gaussian draws, in a few random directions each.

    A direction is a matrix P of norm 1 and the functional ``tr(P' M)``; its scale is the norm of
    the claimed moment, the most that such a functional can be. Powers above the third have tails
    too heavy to be averaged in reasonable time. How a comparison is judged stands in
    :mod:`verify.measured`.
    """
    rows: list[dict[str, Any]] = []
    places = [(m, name, at) for m in subject.moments for name, at in _points(m, settings)]
    for done, (moment, name, at) in enumerate(places):
        settings.progress(f"sampling: {moment.name}, {name}", done, len(places))
        rows += _measured(moment, name, at, settings)
    draws = sum({(r["case"], r["at"]): r["draws"] for r in rows}.values())
    return measured.finding("claimed moments in random directions", rows, "draws", draws)


def _points(moment: Moment, settings: Settings) -> Iterator[tuple[str, Point]]:
    sizes = [("small", 4, 3)] + ([("larger", 12, 8)] if settings.level is Level.FULL else [])
    for name, count, size in sizes:
        for order in ORDERS if moment.power is not None else (1,):
            scalars = {"n": count, "d": size, str(moment.power): order}
            yield name, _drawn(moment, {p: scalars[p] for p in moment.parameters}, settings.seed)


def _drawn(moment: Moment, scalars: dict[str, int], seed: int) -> Point:
    """Covariances with eigenvalues from 1/2 to 2 in random bases; fixed matrices near some I."""
    random = np.random.default_rng(seed)
    d = scalars["d"]
    matrices = {}
    for a in moment.covariances:
        basis, _ = np.linalg.qr(random.normal(size=(d, d)))
        matrices[a.name] = FLOATING.matrix(basis @ np.diag(np.geomspace(0.5, 2, d)) @ basis.T)
    for a in moment.fixed:
        matrices[a.name] = FLOATING.matrix(np.eye(d) + random.normal(size=(d, d)) / d**0.5)
    return Point(scalars, matrices, FLOATING)


def _measured(moment: Moment, case: str, at: Point, settings: Settings) -> list[dict[str, Any]]:
    generator = torch.Generator(settings.device).manual_seed(settings.seed)
    claimed = torch.as_tensor(np.atleast_2d(np.asarray(moment.claimed_at(at), dtype=float)))
    directions = _directions(moment, len(claimed), settings)
    totals = torch.zeros(2, len(directions), dtype=torch.float64)
    draws = 0
    while draws < DRAWS:
        seen = _product(moment, at, generator, settings.device).cpu()
        values = torch.einsum("bij,pij->pb", seen, directions)
        # about the claimed value, where the cancellation is least
        values = values - torch.einsum("ij,pij->p", claimed, directions)[:, None]
        totals += torch.stack([values.sum(-1), values.square().sum(-1)])
        draws += values.shape[-1]
    mean = totals[0] / draws
    error = ((totals[1] / draws - mean**2) / draws).sqrt()
    scale = float(claimed.norm())
    values = torch.einsum("ij,pij->p", claimed, directions)
    where = ", ".join(f"{k} = {v}" for k, v in at.scalars.items())
    return [
        measured.row(
            f"{moment.name}, {case}",
            where,
            "value" if moment.is_scalar else f"direction {k + 1}",
            mean=float(values[k] + mean[k]),
            error=float(error[k]),
            expected=Expected.claim(float(values[k])),
            scale=scale,
            draws=draws,
        )
        for k in range(len(directions))
    ]


def _directions(moment: Moment, size: int, settings: Settings) -> Tensor:
    """(P, d, d) of norm 1 each; the first is along the identity."""
    if moment.is_scalar:
        return torch.ones(1, 1, 1, dtype=torch.float64)
    generator = torch.Generator().manual_seed(settings.seed)
    found = torch.randn(FUNCTIONALS, size, size, generator=generator, dtype=torch.float64)
    found[0] = torch.eye(size)
    return found / found.flatten(1).norm(dim=1)[:, None, None]


def _product(moment: Moment, at: Point, generator: torch.Generator, device: str) -> Tensor:
    """What the moment is of, for a batch of draws: (BATCH, d, d) or (BATCH, 1, 1)."""

    def size(space: Space) -> int:
        return 1 if space == ONE else int(at.scalars[space.name])

    def root(a: Letter) -> Tensor:
        return torch.as_tensor(np.asarray(FLOATING.root(at.matrices[a.name])), device=device)

    values = {
        a: torch.as_tensor(np.asarray(at.matrices[a.name]), device=device)
        for a in (*moment.covariances, *moment.fixed)
    }
    for a in moment.gaussians:
        shape = (BATCH, size(a.rows), size(a.cols))
        drawn = torch.randn(shape, generator=generator, dtype=torch.float64, device=device)
        if a.row_covariance is not None:
            drawn = root(a.row_covariance) @ drawn
        if a.column_covariance is not None:
            drawn = drawn @ root(a.column_covariance)
        values[a] = drawn
    total = torch.zeros((), dtype=torch.float64, device=device)
    for word, front in moment.left.terms.items():
        factors = (values[f.letter].mT if f.transposed else values[f.letter] for f in word)
        total = total + reduce(matmul, factors) * scalar_value(front.constant, at.scalars, FLOATING)
    return total ** moment.order(at)
