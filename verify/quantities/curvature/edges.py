"""Small exact instances at the ends of a domain, where definiteness is lost first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import sympy

from theory.designs.instance import Instance, instance
from theory.optima.curvature.definiteness import Domain
from theory.scalars.arithmetic import EXACT, fraction


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
