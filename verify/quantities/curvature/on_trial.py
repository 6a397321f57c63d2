"""Strong convexity of the risk of PGD on some domains, on trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import islice
from random import Random
from typing import Any

import flint
import sympy

from theory.designs.instance import Instance, instance
from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain, is_definite
from theory.optima.curvature.hessian import curvature, hessian, second_order
from theory.records.strong_convexity import StrongConvexity
from verify.checks.on_trial import (
    Break,
    Compared,
    Equality,
    Grid,
    Measurement,
    Mutant,
    Node,
    OnTrial,
    Property,
)
from verify.instances import anywhere, random_matrix, small_instances
from verify.outcome.verdict import Vacuous
from verify.quantities.curvature.behaviour import curved, members, rotation
from verify.quantities.curvature.case import HessianCase, along
from verify.quantities.curvature.grids import grid
from verify.quantities.neighbours import neighbours
from verify.quantities.readable import sizes, written
from verify.settings import Settings

SLIPS, SHARE = 4, 3
"""About how many slips are made of each formula, and every how many of them is put on trial."""


@dataclass(frozen=True)
class Curvatures(OnTrial):
    """On each of these domains the Hessian is positive definite."""

    cases: tuple[HessianCase, ...]

    measured = "curvature of the risk"

    def __post_init__(self) -> None:
        if not self.cases:
            raise Vacuous("a claim about no design says nothing")

    @staticmethod
    def of(statement: StrongConvexity) -> Curvatures:
        """Those of a statement."""
        return Curvatures(tuple(HessianCase(d, hessian(d.design)) for d in statement.domains))

    def equalities(self, settings: Settings) -> Iterator[Equality]:
        """The Hessian put together again, and the signs of its eigenvalues."""
        names = ", ".join(case.name for case in self.cases)
        said = (
            "the eigenvalues of the Hessian, or its Kronecker factors, give back the risk's "
            f"second-order part ({names})",
            "they are positive on the claimed domains",
        )
        for k, case in enumerate(self.cases):
            first, then = said if k == 0 else ("", "")
            same = case.hessian.second_order == second_order(case.design)
            yield Equality(f"{case.name}, the Hessian", same, first, partial(_differ, case))
            definite = is_definite(case.hessian, case.domain)
            yield Equality(f"{case.name}, definite", definite, then, case.flattest)

    def grids(self, settings: Settings) -> Iterator[Grid]:
        random = Random(settings.seed)
        return (grid(case, random) for case in self.cases)

    def properties(self, settings: Settings) -> dict[str, Property]:
        return {
            f"{name} ({case.name})": Property(members(case.domain), partial(compared, case))
            for case in self.cases
            for name, compared in (("curvature", curved), ("rotation", rotation))
            if compared is curved or case.design.covariances
        }

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.curvature.sampling import measurement

        return (measurement(case, settings) for case in self.cases)

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """Every domain, and the curvature there in a random direction."""
        found = []
        for case in self.cases:
            at = anywhere(case.design, random)
            if at is None:
                return None
            found.append((case.domain, case.claimed(random_matrix(random, at.d, 9), at)))
        return tuple(found)

    def mutants(self) -> Iterator[Mutant]:
        for name, wrong, case in _slips(self.cases):
            yield Mutant(f"{case.name}: {name}", Curvatures((wrong,)), Curvatures((case,)))
        for name, case in _strangers():
            yield Mutant(name, Curvatures((case,)))

    def truths(self) -> Iterator[Mutant]:
        for case in self.cases:
            for name, other in _relatives(case):
                yield Mutant(name, Curvatures((other,)))

    def breaks(self) -> Iterator[Break]:
        return _flat_directions()


def _differ(case: HessianCase, random: Random) -> Iterator[Node]:
    """Small instances at which a Hessian is seen not to be that of the risk."""
    second, what = second_order(case.design), f"{case.name}: the Hessian is wrong"

    def compared(at: Any) -> Iterator[Compared]:
        direction = random_matrix(random, at.d, 3)
        yield Compared(what, at, curvature(second, direction, at), case.claimed(direction, at))

    for at in small_instances(case.design, case.domain.definite, random):
        yield Node(at, compared(at))
    everywhere = "all sizes"
    yield Node(everywhere, [Compared(what, everywhere, second, case.hessian.second_order)])


def _along(name: str, at: Instance, rows: list[list[int]], flat: bool = True) -> Break:
    """Whether a direction at an instance is flat, or curved, as it should be."""
    direction = flint.fmpq_mat(rows)
    value = along(direction, at)
    should, where = "which should be curved all the same", "in the only direction"
    if flat:
        should = "where a direction should be flat"
        where = f"of the risk in the direction W = {written(direction)}"
    says = f"{name} ({sizes(at)}): the curvature {where} is {value}"
    data = {"at": str(at), "direction": str(rows), "curvature": str(value)}
    return Break(f"{name}, {should}", bool(value == 0) is flat and value >= 0, says, data)


def _flat_directions() -> Iterator[Break]:
    """A singular covariance, nothing to learn, and copies of the query."""
    plain, nought = designs.independent, [[0, 0], [0, 0]]
    silent = instance(plain, n=2, d=2, scalars={"sigma": 0}, roots={"Sigma_beta": nought})
    singular = instance(plain, n=2, d=2, scalars={"sigma": 1}, roots={"Sigma_x": [[1, 0], [0, 0]]})
    pair, one = (instance(designs.rag, n=2, d=d, scalars={"alpha": 1, "sigma": 1}) for d in (2, 1))
    yield _along("a singular Sigma_x", singular, [[0, 0], [0, 1]])
    yield _along("neither signal nor noise", silent, [[1, 0], [0, 1]])
    yield _along("rag with alpha = 1, d = 2", pair, [[0, 1], [-1, 0]])
    yield _along("rag with alpha = 1, d = 1", one, [[1]], flat=False)


def _slips(cases: Sequence[HessianCase]) -> Iterator[tuple[str, HessianCase, HessianCase]]:
    """Each with its name, and beside the right case that it was made from."""
    for turn, case in enumerate(cases):
        for condition in case.domain.conditions:
            larger = replace(case, domain=case.domain.without(condition))
            yield f"without {condition} > 0", larger, case
        parts = {field.name: f"{field.name} part" for field in fields(case.hessian)}
        found = neighbours(case.hessian, parts, most=SLIPS)
        for what, wrong in islice(found, turn % SHARE, None, SHARE):
            yield what, replace(case, hessian=wrong), case


def _strangers() -> Iterator[tuple[str, HessianCase]]:
    """Designs to which the claim does not extend."""
    copies, noiseless = designs.rag.at(alpha=1), designs.independent.at(sigma=0)
    for name, domain in (
        ("rag with alpha = 1", Domain(copies)),
        ("independent with sigma = 0, any task", Domain(noiseless, definite=("Sigma_x",))),
    ):
        yield name, HessianCase(domain, hessian(domain.design))


def _relatives(case: HessianCase) -> Iterator[tuple[str, HessianCase]]:
    """Right claims: smaller domains, and other designs whose Hessian is the same."""
    if case.design == designs.rag:
        smaller = replace(case.domain, positive=(*case.domain.positive, sympy.Symbol("sigma")))
        yield "rag, on a smaller domain", replace(case, domain=smaller)
    if case.design == designs.independent:
        shifted = replace(case.domain, design=designs.shifted_task)
        yield "query task Gamma beta", HessianCase(shifted, hessian(shifted.design))
        plain = Domain(designs.independent.isotropic())
        yield "independent, isotropic", HessianCase(plain, hessian(plain.design))
