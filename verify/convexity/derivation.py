"""Witness: the Hessian put together again, and the sign of its eigenvalues, for all sizes."""

from __future__ import annotations

from random import Random

from theory.optima.curvature.definiteness import is_definite
from theory.optima.curvature.hessian import curvature, second_order
from verify.convexity.edges import edges
from verify.convexity.subject import Case, Subject
from verify.falsified import Falsified
from verify.instances import random_matrix, small_instances
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare the Hessian's form with the risk's second-order part, and prove it positive.

    The eigenvalues with their projections, or the Kronecker factors, must give back the
    second-order part of the risk as a polynomial in words. They must be visibly positive on the
    claimed domain; where they are not, a flat direction is sought at its edges.
    """
    invisible = []
    for case in subject.cases:
        second = second_order(case.domain.design)
        if case.hessian.second_order != second:
            return _different(case, settings).finding(NAME)
        if not is_definite(case.hessian, case.domain):
            flat = _flat(case)
            if flat is not None:
                return flat.finding(NAME)
            invisible.append(case.name)
    if invisible:
        return Finding(
            NAME,
            Verdict.UNDECIDED,
            f"not visibly definite: {', '.join(invisible)}; no flat direction at the edges",
            examined=len(subject.cases),
        )
    names = [case.name for case in subject.cases]
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"the Hessian is positive definite in {len(names)} designs for all sizes: its eigenvalues "
        "are proved positive on the claimed domains, and give back the risk's second-order part",
        examined=2 * len(names),
        data={"designs": names},
    )


def _different(case: Case, settings: Settings) -> Falsified:
    """An instance and a direction at which the Hessian is not that of the risk."""
    random = Random(settings.seed)
    second = second_order(case.domain.design)
    for at in small_instances(case.domain.design, case.domain.definite, random):
        direction = random_matrix(random, at.d, 3)
        exact = curvature(second, direction, at)
        claimed = curvature(case.hessian.second_order, direction, at)
        if exact != claimed:
            return Falsified(f"{case.name}: the Hessian is wrong", at, exact, claimed)
    what = f"{case.name}: the Hessian is not the second-order part of the risk"
    return Falsified(what, "all sizes", second, case.hessian.second_order)


def _flat(case: Case) -> Falsified | None:
    for at in edges(case.domain):
        value, _ = case.hessian.smallest_at(at)
        if value <= 0:
            return Falsified(f"{case.name}: not strongly convex", at, value, "> 0")
    return None
