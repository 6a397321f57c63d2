"""The sizes and covariances at which prompts are sampled and models are trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from theory.designs.computed import rank_at
from theory.designs.defined_at import undefined
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from verify.settings import Level, Settings


@dataclass(frozen=True)
class Case:
    """A named instance in double precision."""

    name: str
    at: Instance


def cases(design: Design, settings: Settings) -> list[Case]:
    """What sampling and training look at, by level."""
    found = [
        Case("small", _drawn(design, 8, 3, settings.seed, noise=0.5)),
        Case("fewer examples than features", _drawn(design, 3, 4, settings.seed + 1, noise=0.0)),
    ]
    if settings.level is Level.FULL:
        found.append(Case("noiseless", _plain(design, 40, 20, noise=0.0)))
        if design.parameters:
            found.append(Case("noisy", _plain(design, 40, 20, noise=1.0)))
        if "Sigma_beta" in design.covariances:
            shared = {"Sigma_beta": equicorrelated(20, 0.5)}
            found.append(Case("equicorrelated task, 0.5", _plain(design, 40, 20, 0.0, shared)))
    return found


def equicorrelated(d: int, gamma: float) -> np.ndarray:
    """``gamma 1 1' + (1 - gamma) I``.

    >>> equicorrelated(2, 0.5).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    return gamma * np.ones((d, d)) + (1 - gamma) * np.eye(d)


def _plain(
    design: Design, n: int, d: int, noise: float, covariances: dict[str, Any] | None = None
) -> Instance:
    projected = {p.name for p in design.projections}
    given = {name: np.eye(d) for name in design.covariances if name not in projected}
    given |= covariances or {}
    return _defined(design, n, d, noise, given)


def inside(design: Design, n: int, d: int, unbounded: float) -> Instance:
    """A small instance, every parameter inside its range; covariances are equicorrelated."""
    projected = {p.name for p in design.projections}
    each = (name for name in design.covariances if name not in projected)
    return _defined(design, n, d, unbounded, {name: equicorrelated(d, 0.5) for name in each})


SHARES = tuple(Fraction(share) for share in ("2/5", "1/5", "1/10", "0", "1"))
"""How far up in their ranges parameters are sought that satisfy what they have to together."""


def _defined(
    design: Design, n: int, d: int, unbounded: float, covariances: dict[str, Any]
) -> Instance:
    """Every parameter inside its range; those without an upper end at the given value."""
    for share in SHARES:
        inside = partial(_inside, unbounded=unbounded, share=share)
        scalars = design.scalars(n, d, inside)
        found = placed(design, n, d, scalars, covariances)
        if undefined(found) is None:
            break
    return found


def _inside(parameter: Parameter, unbounded: float, share: Fraction) -> float | int:
    """A value so far up in a bounded range; the given one in any other."""
    if parameter.whole:
        return int(parameter.at(share, Fraction(unbounded)))
    return float(parameter.at(share, Fraction(0))) if parameter.is_bounded else unbounded


def uneven(design: Design, d: int) -> dict[str, list[float]]:
    """Fixed vectors of a design, of length one: none in the direction of another.

    >>> from theory.language.gallery.designs import biased_task
    >>> [round(v, 3) for v in uneven(biased_task, 2)["m"]]
    [0.447, 0.894]
    """
    steps = (np.roll(np.arange(1.0, d + 1), k) for k in range(len(design.means)))
    return {
        name: (step / np.linalg.norm(step)).tolist()
        for name, step in zip(design.means, steps, strict=True)
    }


def _drawn(design: Design, n: int, d: int, seed: int, noise: float) -> Instance:
    return _plain(design, n, d, noise, spread(design, d, seed))


def spread(design: Design, d: int, seed: int) -> dict[str, Any]:
    """Those of a design with eigenvalues from 1/2 to 2 in random bases, so that none commute.

    Projections are not among them: see :func:`placed`.
    """
    projected = {p.name for p in design.projections}
    names = [name for name in design.covariances if name not in projected]
    return spread_covariances(names, d, np.random.default_rng(seed))


def placed(
    design: Design, n: int, d: int, scalars: Mapping[str, Any], covariances: Mapping[str, Any]
) -> Instance:
    """An instance with these covariances, and with projections in bases of their own."""
    found, random = dict(covariances), np.random.default_rng(d)
    for one in design.projections:
        rank = (
            (d + 1) // 2 if one.rank is None else rank_at(one.name, one.rank, {**scalars, "d": d})
        )
        basis, _ = np.linalg.qr(random.normal(size=(d, d)))
        found[one.name] = basis[:, :rank] @ basis[:, :rank].T
    means = uneven(design, d)
    return instance(design, n=n, d=d, scalars=scalars, covariances=found, means=means)


def spread_covariances(
    names: Iterable[str], d: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """By name: eigenvalues from 1/2 to 2 in random bases."""
    found = {}
    for name in names:
        basis, _ = np.linalg.qr(random.normal(size=(d, d)))
        found[name] = basis @ np.diag(np.geomspace(0.5, 2, d)) @ basis.T
    return found
