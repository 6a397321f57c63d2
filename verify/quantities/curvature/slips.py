"""Claims of strong convexity gone wrong: larger domains, and Hessians with a slip in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice

import sympy

from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import hessian
from verify.quantities.curvature.case import HessianCase
from verify.quantities.neighbours import neighbours

sigma = sympy.Symbol("sigma")
SLIPS, SHARE = 4, 3
"""About how many slips are made of each formula, and every how many of them is put on trial."""


def slips(cases: Sequence[HessianCase]) -> Iterator[tuple[str, HessianCase, HessianCase]]:
    """Each with its name, and beside the right case that it was made from."""
    for turn, case in enumerate(cases):
        for condition in case.domain.conditions:
            larger = replace(case, domain=case.domain.without(condition))
            yield f"without {condition} > 0", larger, case
        parts = {field.name: f"{field.name} part" for field in fields(case.hessian)}
        found = neighbours(case.hessian, parts, most=SLIPS)
        for what, wrong in islice(found, turn % SHARE, None, SHARE):
            yield what, replace(case, hessian=wrong), case


def strangers() -> Iterator[tuple[str, HessianCase]]:
    """Designs to which the claim does not extend."""
    copies, noiseless = designs.rag.at(alpha=1), designs.independent.at(sigma=0)
    for name, domain in (
        ("rag with alpha = 1", Domain(copies)),
        ("independent with sigma = 0, any task", Domain(noiseless, definite=("Sigma_x",))),
    ):
        yield name, HessianCase(domain, hessian(domain.design))


def relatives(case: HessianCase) -> Iterator[tuple[str, HessianCase]]:
    """Right claims: smaller domains, and other designs whose Hessian is the same."""
    if case.design == designs.rag:
        smaller = replace(case.domain, positive=(*case.domain.positive, sigma))
        yield "rag, on a smaller domain", replace(case, domain=smaller)
    if case.design == designs.independent:
        shifted = replace(case.domain, design=designs.shifted_task)
        yield "query task Gamma beta", HessianCase(shifted, hessian(shifted.design))
        plain = Domain(designs.independent.isotropic())
        yield "independent, isotropic", HessianCase(plain, hessian(plain.design))
