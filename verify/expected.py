"""What a measured or trained value is compared with, called what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from theory.designs.instance import Instance


@dataclass(frozen=True)
class Expected:
    """The value that a measurement should have.

    Parameters
    ----------
    value, name
        The one it is compared with: ``exact`` or ``claimed``.

    Examples
    --------
    >>> Expected.claim(2.0).name, Expected.of(2.0, claimed=3.0).name
    ('claimed', 'exact')
    """

    value: float
    name: str
    exact: float | None = None
    claimed: float | None = None

    @classmethod
    def of(cls, exact: Any, claimed: Any = None) -> Expected:
        """Compared with the exact value, beside what is claimed of it to leading order."""
        beside = None if claimed is None else float(claimed)
        return cls(float(exact), "exact", float(exact), beside)

    @classmethod
    def claim(cls, claimed: Any, exact: Any = None) -> Expected:
        """Compared with the claimed value, beside the exact one where that is known."""
        beside = None if exact is None else float(exact)
        return cls(float(claimed), "claimed", beside, float(claimed))

    @property
    def as_data(self) -> dict[str, Any]:
        """Both values, and which of them decides."""
        return {"exact": self.exact, "claimed": self.claimed, "against": self.name}


def numbers_of(at: Instance) -> dict[str, Any]:
    """Sizes, parameters and covariances of an instance as a report has them, to repeat it.

    >>> from theory.language.gallery.designs import independent
    >>> from theory.designs.instance import instance
    >>> numbers_of(instance(independent, n=2, d=1, scalars={"sigma": 0.5}))["Sigma_x"]
    [[1.0]]
    """
    found: dict[str, Any] = {k: float(v) for k, v in at.scalars.items()}
    found |= {"n": at.n, "d": at.d}
    plain = at.arithmetic.plain
    return found | {k: plain(m).astype(float).tolist() for k, m in at.given.items()}
