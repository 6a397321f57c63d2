"""How far models get below the best PGD, such as sample weights below uniform ones."""

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
    """How far a model gets below the best PGD at one exact instance.

    Parameters
    ----------
    model, least
        Its name, and its risk.
    pgd
        The least risk of PGD.
    confirmed
        Whether the risks were computed once more in another way.
    omega
        The best sample weights, where it has some.
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
        found = {
            "at": str(self.at),
            "pgd": str(self.pgd),
            self.model: str(self.least),
            "omega": [str(w) for w in self.omega],
            "difference": str(self.difference),
            "confirmed": self.confirmed,
        }
        return {name: value for name, value in found.items() if value != []}


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
