"""How far models get below the best PGD, where an assumption fails that keeps them from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import flint

from theory.algebra.calculus import derivative
from theory.designs.instance import Instance, instance
from theory.designs.predictors import att, pgd, wpgd
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.optima.equivalence.comparisons import attention
from theory.optima.equivalence.parity import cross_moments
from theory.risks.coordinates import risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Break
from verify.quantities.readable import sizes
from verify.quantities.sample_weights.dense import dense_at


@dataclass(frozen=True)
class Advantage:
    """How far a model gets below the best PGD at one exact instance.

    Parameters
    ----------
    confirmed
        Whether the risks were computed once more in another way.
    """

    at: Instance
    model: str
    pgd: Any
    least: Any
    confirmed: bool
    omega: tuple[Any, ...] = ()

    @property
    def difference(self) -> Any:
        return self.pgd - self.least

    @property
    def seen(self) -> bool:
        return bool(self.confirmed and self.difference > 0)

    def as_data(self) -> dict[str, Any]:
        return {
            "at": str(self.at),
            "pgd": str(self.pgd),
            self.model: str(self.least),
            **({"omega": [*map(str, self.omega)]} if self.omega else {}),
            "difference": str(self.difference),
            "confirmed": self.confirmed,
        }


def advantage_of_weights(at: Instance) -> Advantage:
    """For an isotropic instance, where the best weight of PGD is a multiple of I.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> at = instance(designs.growing_noise, n=2, d=1, scalars={"sigma": 1})
    >>> advantage_of_weights(at).difference > 0
    True
    """
    form = dense_at(at)
    omega, least = form.optimum()
    weights = {"W": EXACT.identity(at.d), "Omega": EXACT.diagonal(omega)}
    confirmed = risk_at(wpgd, weights, at) == least
    return Advantage(at, "wpgd", form.equal(), least, confirmed, tuple(omega))


def advantage_of_attention(at: Instance | None = None) -> Advantage:
    """How far attention gets below the best PGD, by default for one task with a mean.

    Where the odd moment ``E beta`` survives, attention's term ``x' C_xx X' X v_x`` can add a
    constant guess of the task that no weight ``W`` can make.
    """
    if at is None:
        design = designs.biased_task
        at = instance(design, n=2, d=2, scalars={"sigma": 1}, means={"m": [1, 0]})
    design = at.design
    weight, best = derive(design, pgd).plain.at(at)
    weights, risk = _attention(at, weight), population_risk(design, att)
    least = at.values.put(weights).scalar(risk)
    again = risk_at(pgd, {"W": weight}, at), risk_at(att, weights, at)
    return Advantage(at, "att", best, least, again == (best, least))


def _attention(at: Instance, weight: Any) -> dict[str, Any]:
    """PGD's optimum embedded in attention, and then the best ``v_x`` along the slope there."""
    zero = flint.fmpq_mat([[0]] * at.d)
    start = {"C_xx": weight, "C_xy": zero, "v_x": zero, "v_y": EXACT.identity(1)}
    risk = population_risk(at.design, att)
    inside = {**at.matrices, **start}
    (v_x,) = (letter for letter in att.weights if letter.name == "v_x")
    slope = derivative(risk, v_x)
    direction = at.values.put(inside).matrix(slope) if slope else zero
    here, there, beyond = (
        at.values.put({**inside, "v_x": direction * t}).scalar(risk) for t in (0, 1, 2)
    )
    # The risk along the slope is a parabola through these three values.
    curvature = beyond - 2 * there + here
    if curvature == 0:
        return start
    step = (here * 3 - there * 4 + beyond) / (2 * curvature)
    return {**start, "v_x": direction * step}


def breaks(weights: bool) -> Iterator[Break]:
    """A task with a mean; and, if ``weights``, examples that are not alike."""
    gap = advantage_of_attention()
    yield Break(
        "a task of non-zero mean, where attention should beat PGD",
        gap.seen,
        f"with a task of non-zero mean (Assumption 1 broken; {sizes(gap.at)}) attention beats PGD "
        f"by {gap.difference} exactly",
        gap.as_data(),
    )
    if not weights:
        return
    for what, at in (
        (
            "noise that grows along 2 examples",
            instance(designs.growing_noise, n=2, d=1, scalars={"sigma": 1}),
        ),
        ("a task that drifts along 3 examples", instance(designs.drifting, n=3, d=2)),
    ):
        found = advantage_of_weights(at)
        moments = cross_moments(at.design, attention)
        attention_is_pgd = not moments.label and not moments.step
        yield Break(
            f"{what}, where sample weights should help",
            found.seen and attention_is_pgd,
            f"with {what} ({sizes(at)}; they are not identically distributed) H3 beats PGD, and so "
            f"attention, by {found.difference} exactly or more: the best sample weights beside a "
            "multiple of I are in proportion "
            f"{', '.join(str(w / found.omega[0]) for w in found.omega)}",
            found.as_data(),
        )
