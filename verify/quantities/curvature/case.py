"""The Hessian derived for a design, on a domain where it is claimed to be positive definite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import flint
import sympy

from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.predictors import pgd
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import Hessian, curvature
from theory.risks.coordinates import parabola_along
from theory.scalars.arithmetic import EXACT, fraction
from verify.checks.on_trial import Compared, Node


@dataclass(frozen=True)
class HessianCase:
    """One domain, and the Hessian that was derived for its design."""

    domain: Domain
    hessian: Hessian

    @property
    def design(self) -> Design:
        return self.domain.design

    @property
    def name(self) -> str:
        return self.design.name

    def claimed(self, direction: Any, at: Instance) -> Any:
        """The curvature along a direction, by the derived Hessian."""
        return curvature(self.hessian.second_order, direction, at)

    def compare(self, direction: flint.fmpq_mat, at: Instance) -> Iterator[Compared]:
        """The curvature along a direction beside that of the coordinates."""
        what = f"{self.name}: the curvature in {direction.tolist()} is wrong"
        yield Compared(what, at, along(direction, at), self.claimed(direction, at))

    def flattest(self, random: Random | None = None) -> Iterator[Node]:
        """At every edge of the domain, the curvature in the flattest direction."""
        for at in edges(self.domain):
            yield Node(at, self._curved(at))

    def _curved(self, at: Instance) -> Iterator[Compared]:
        smallest, direction = self.hessian.smallest_at(at)
        for value in (smallest, along(flint.fmpq_mat(direction), at)):
            yield Compared(f"{self.name}: not strongly convex", at, value, "> 0", bool(value > 0))


def along(direction: flint.fmpq_mat, at: Instance) -> Any:
    """The second derivative of the risk along a direction, coordinate by coordinate.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> along(flint.fmpq_mat([[1]]), instance(designs.isotropic_noiseless, n=1, d=1))
    6
    """
    name = pgd.weights[0].name
    _, _, square = parabola_along(pgd, {name: direction * 0}, {name: direction}, at)
    return 2 * square


def edges(domain: Domain) -> Iterator[Instance]:
    """Instances with parameters at the ends of their ranges and 0-1 covariances.

    >>> from theory.language.gallery import designs
    >>> domain = Domain(designs.rag, positive=(1 - designs.alpha,))
    >>> {fraction(at.scalars["alpha"]) for at in edges(domain)}
    {Fraction(0, 1)}
    """
    design = domain.design
    ends = [[p.low, p.high if p.high.is_finite else p.low + 1] for p in design.parameters]
    for size, count in ((1, 1), (2, 1), (2, 2)):
        choices = [
            [EXACT.diagonal([int(k < ones) for k in range(size)]) for ones in (size, 1, 0)]
            for _ in design.covariances
        ]
        for numbers in product(*ends):
            for roots in product(*choices):
                at = instance(
                    design,
                    n=count,
                    d=size,
                    scalars={
                        p.name: fraction(sympy.Rational(v))
                        for p, v in zip(design.parameters, numbers, strict=True)
                    },
                    roots=dict(zip(design.covariances, roots, strict=True)),
                )
                if domain.holds_at(at):
                    yield at
