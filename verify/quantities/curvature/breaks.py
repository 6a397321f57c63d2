"""Where an assumption of strong convexity fails there is a flat direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import flint

from theory.designs.instance import Instance, instance
from theory.language.gallery import designs
from verify.checks.on_trial import Break
from verify.quantities.curvature.case import along
from verify.quantities.readable import sizes, written


@dataclass(frozen=True)
class Direction:
    """A direction at an instance, and whether it should be flat."""

    name: str
    at: Instance
    rows: list[list[int]]
    flat: bool = True

    @property
    def seen(self) -> Break:
        direction = flint.fmpq_mat(self.rows)
        value = along(direction, self.at)
        says = f"{self.name} ({sizes(self.at)}): the curvature"
        if self.flat:
            name = f"{self.name}, where a direction should be flat"
            says += f" of the risk in the direction W = {written(direction)} is {value}"
        else:
            name = f"{self.name}, which should be curved all the same"
            says += f" in the only direction is {value}"
        data = {"at": str(self.at), "direction": str(self.rows), "curvature": str(value)}
        return Break(name, bool(value == 0) is self.flat and value >= 0, says, data)


def breaks() -> Iterator[Break]:
    """A singular covariance, nothing to learn, and copies of the query."""
    plain, nought = designs.independent, [[0, 0], [0, 0]]
    silent = instance(plain, n=2, d=2, scalars={"sigma": 0}, roots={"Sigma_beta": nought})
    singular = instance(plain, n=2, d=2, scalars={"sigma": 1}, roots={"Sigma_x": [[1, 0], [0, 0]]})
    pair, one = (instance(designs.rag, n=2, d=d, scalars={"alpha": 1, "sigma": 1}) for d in (2, 1))
    for direction in (
        Direction("a singular Sigma_x", singular, [[0, 0], [0, 1]]),
        Direction("neither signal nor noise", silent, [[1, 0], [0, 1]]),
        Direction("rag with alpha = 1, d = 2", pair, [[0, 1], [-1, 0]]),
        Direction("rag with alpha = 1, d = 1", one, [[1]], flat=False),
    ):
        yield direction.seen
