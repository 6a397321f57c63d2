"""A risk as a quadratic form in sample weights, entry by entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint

from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.optima.sample_weights.form import NumericForm
from theory.risks.coordinates import parabola_along
from theory.scalars.arithmetic import EXACT


@dataclass(frozen=True)
class DenseForm:
    """A quadratic form ``constant - 2 c'w + w'A w``, entry by entry."""

    constant: flint.fmpq
    linear: Sequence[flint.fmpq]
    matrix: flint.fmpq_mat

    @staticmethod
    def of(numbers: NumericForm) -> DenseForm:
        """A form whose matrix is known by its pairs."""
        return DenseForm(numbers.constant, numbers.linear, numbers.matrix())

    def optimum(self) -> tuple[list[flint.fmpq], flint.fmpq]:
        """The best weights by elimination in the full matrix, and their risk."""
        column = flint.fmpq_mat([[c] for c in self.linear])
        weights = self.matrix.solve(column)
        return weights.entries(), self.constant - (column.transpose() * weights)[0, 0]

    def equal(self) -> flint.fmpq:
        """The least risk of equal weights."""
        slope = sum(self.linear, flint.fmpq(0))
        return self.constant - slope**2 / sum(self.matrix.entries(), flint.fmpq(0))


def dense_at(at: Instance) -> DenseForm:
    """The risk's dependence on the sample weights beside ``W = I``, from coordinates.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> found = dense_at(instance(designs.growing_noise, n=2, d=1, scalars={"sigma": 1}))
    >>> found.optimum()[1] < found.equal()
    True
    """
    one = EXACT.identity(at.d)
    units = [EXACT.diagonal([int(a == b) for b in range(at.n)]) for a in range(at.n)]

    def line(start: flint.fmpq_mat, direction: flint.fmpq_mat) -> tuple[flint.fmpq, ...]:
        along = {"W": one * 0, "Omega": direction}
        return parabola_along(wpgd, {"W": one, "Omega": start}, along, at)

    alone = [line(unit * 0, unit) for unit in units]
    matrix = EXACT.diagonal([square for _, _, square in alone])
    for a in range(at.n):
        for b in range(a):
            cross = (line(units[a], units[b])[1] - alone[b][1]) / 2
            matrix[a, b] = matrix[b, a] = cross
    return DenseForm(alone[0][0], [-slope / 2 for _, slope, _ in alone], matrix)
