"""Panels 3c and 3d: attention of low rank, and adapters of low rank for a new task."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

import theory
from numerics.sweeps.run import Pairs, Run
from theory.designs.families import family
from theory.records.low_rank_risk import LowRankRisk
from verify.figures.adapted import Adapted
from verify.figures.panel import Curve, LineKind, Panel, Theory, TrainedLine, TrainedPoint
from verify.figures.scale import FOR_ADAPTERS, Scale

RANK = "rank $r$"
SPECTRA = (
    ("eye", r"$\lambda_k \propto 1$"),
    ("power:1", r"$\lambda_k \propto 1/k$"),
    ("power:2", r"$\lambda_k \propto 1/k^2$"),
)
"""Of the task's covariance in 3c, from flat to steep, and what the picture calls them."""
OLD = "power:2"
"""Of the task that models are trained for before they are adapted in 3d."""
SHIFTS = (
    ("power:-1", r"to $\lambda_k \propto k$"),
    ("eye", "to isotropic"),
    ("equicorrelated:1/2", "to correlated"),
)
"""Of the new task in 3d. The old eigenvalues in reverse order, more or less; equal ones; and
one that does not commute with the old covariance."""


def normalised(name: str, d: int) -> str:
    """A family scaled so that the trace is d, up to three digits.

    >>> normalised("power:1", 5), normalised("eye", 5)
    ('2.19*power:1', 'eye')
    """
    trace = sum((row[k] for k, row in enumerate(family(name, d))), Fraction(0))
    return name if trace == d else f"{float(d / trace):.3g}*{name}"


def low_rank(scale: Scale) -> Panel:
    """Attention whose ``W_q`` and ``W_k`` have rank r, for several spectra of the task."""
    curves = tuple(_low_rank(scale, name, label) for name, label in SPECTRA)
    return Panel("3c", "Low-rank attention", "r", RANK, scale.d, curves)


def statement() -> LowRankRisk:
    """The statement that 3d shows."""
    found = theory.statement("lemma4")
    assert isinstance(found, LowRankRisk)
    return found


def _run(scale: Scale, model: str, beta: str, **more: Any) -> Run:
    """A run without noise for a task of this covariance."""
    task: Pairs = () if beta == "eye" else (("Sigma_beta", beta),)
    noise = (("sigma", "0"),)
    return scale.run(model, "independent", scale.n, scalars=noise, covariances=task, **more)


def _curve(
    scale: Scale,
    model: str,
    beta: str,
    label: str,
    point: Callable[[int], TrainedPoint],
    exact: Callable[[int], float],
) -> Curve:
    """A model trained at the scale's ranks, and theory at every one."""
    trained = TrainedLine(model, tuple(map(point, scale.ranks)))
    line = Theory.along(LineKind.EXACT, range(scale.d + 1), exact)
    return Curve(f"Sigma_beta = {beta}", label, (trained,), (line,))


def _low_rank(scale: Scale, name: str, label: str) -> Curve:
    beta, lemma3 = normalised(name, scale.d), theory.statement("lemma3")
    matrix, model = family(beta, scale.d), "low-rank-att"

    def exact(rank: int) -> float:
        return float(lemma3.evaluate(n=scale.n, sigma=0, sigma_beta=matrix, rank=rank).risk)

    def point(rank: int) -> TrainedPoint:
        return TrainedPoint(rank, _run(scale, model, beta, rank=rank), exact(rank))

    return _curve(scale, model, beta, label, point, exact)


def adapted(scale: Scale) -> Panel:
    """Attention trained for one task covariance, with an adapter of rank r for another one.

    Lemma 4 has a model that is optimal for the old task, so that one is trained on the exact risk;
    the adapters are trained on prompts.
    """
    beta, theorem1 = normalised(OLD, scale.d), theory.statement("theorem1")
    base = _run(scale, "att", beta, purpose=FOR_ADAPTERS)
    least = theorem1.evaluate(n=scale.n, sigma=0, sigma_beta=family(beta, scale.d)).risk
    curves = tuple(_adapted(scale, base, beta, name, label) for name, label in SHIFTS)
    before = (TrainedPoint(scale.n, base, float(least)),)
    return Panel("3d", "LoRA for a new task", "r", RANK, scale.d, curves, beside=before)


def _adapted(scale: Scale, origin: Run, old: str, name: str, label: str) -> Curve:
    new, lemma4 = normalised(name, scale.d), statement()
    # in double precision: where old and new do not commute, the exact value is irrational
    given = {
        "n": scale.n,
        "sigma": 0.0,
        "sigma_beta": np.array(family(new, scale.d), float),
        "sigma_beta_old": np.array(family(old, scale.d), float),
    }

    def exact(rank: int) -> float:
        return float(lemma4.evaluate(**given, rank=rank).risk)

    def point(rank: int) -> TrainedPoint:
        found = lemma4.evaluate(**given, rank=rank)
        base = Adapted.of(lemma4, lemma4.instance(**given), found.risk)
        run = _run(scale, "lora-att", new, rank=rank, base=origin)
        return TrainedPoint(rank, run, found.risk, found.claimed, adapted=base)

    return _curve(scale, "lora-att", new, label, point, exact)
