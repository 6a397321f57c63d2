"""How far sample weights get below uniform ones, by exact linear algebra in coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.risks.coordinates import risk_at
from theory.scalars.arithmetic import EXACT
from verify.quantities.sample_weights.dense import dense_at


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
    form = dense_at(at)
    omega, least = form.optimum()
    weights = {"W": EXACT.identity(at.d), "Omega": EXACT.diagonal(omega)}
    confirmed = risk_at(wpgd, weights, at) == least
    return Advantage(str(at), form.equal(), least, tuple(omega), confirmed)
