"""How far sample weights get below uniform ones, by exact linear algebra in coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flint

from theory.designs.instance import Instance
from theory.designs.predictors import pgd, wpgd
from theory.risks.coordinates import parabola_along, risk_at
from theory.scalars.arithmetic import EXACT, fraction


@dataclass(frozen=True)
class Advantage:
    """The best multiple of I for PGD, and the best sample weights beside ``W = I``.

    ``confirmed`` says that the risk at those weights was computed once more.
    """

    at: str
    pgd: Any
    wpgd: Any
    omega: tuple[Any, ...]
    confirmed: bool

    @property
    def difference(self) -> Any:
        return self.pgd - self.wpgd

    def as_data(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "pgd": str(self.pgd),
            "wpgd": str(self.wpgd),
            "omega": [str(w) for w in self.omega],
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
    one = flint.fmpq_mat(EXACT.identity(at.d))
    constant, slope, square = parabola_along(pgd, {"W": one * 0}, {"W": one}, at)
    best = constant - slope**2 / (4 * square)

    def risk(omega: list[Any]) -> Any:
        return risk_at(wpgd, {"W": one, "Omega": EXACT.diagonal(omega)}, at)

    def unit(*which: int) -> list[int]:
        return [which.count(k) for k in range(at.n)]

    # risk = constant + b'omega + omega' A omega, by polarisation
    single = [risk(unit(k)) for k in range(at.n)]
    twice = [risk([2 * w for w in unit(k)]) for k in range(at.n)]
    A, b = flint.fmpq_mat(at.n, at.n), flint.fmpq_mat(at.n, 1)
    for k in range(at.n):
        A[k, k] = (twice[k] - 2 * single[k] + constant) / 2
        b[k, 0] = single[k] - constant - A[k, k]
    for k in range(at.n):
        for j in range(k):
            A[k, j] = A[j, k] = (risk(unit(k, j)) - single[k] - single[j] + constant) / 2
    omega = A.solve(b) / -2
    found = constant + (b.transpose() * omega)[0, 0] / 2
    weights = [omega[k, 0] for k in range(at.n)]
    return Advantage(
        str(at),
        fraction(best),
        fraction(found),
        tuple(fraction(w) for w in weights),
        risk(weights) == found,
    )
