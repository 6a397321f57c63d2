"""Witness: the curvature coordinate by coordinate, on a grid large enough to be a proof.

Coordinates know nothing of words or of the moment engine. An isotropic design is unchanged by
rotations, so its curvature in three directions decides all of them. At fixed direction it is, times
the denominator of the squared label scale, a polynomial in the sizes of known degree.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import flint
import sympy

from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.optima.curvature.hessian import Invariant, Kronecker, curvature
from theory.risks.coordinates import risk_along
from theory.scalars.rational import cancelled
from theory.scalars.symbols import d, n
from verify.convexity.edges import edges
from verify.convexity.subject import Case, Subject
from verify.degrees import risk_degrees, sizes_are_free
from verify.falsified import Falsified
from verify.instances import random_instance, random_matrix
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
HEIGHT = 10**6


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare curvatures with those of the Hessian, and look for flat directions at the edges."""
    random = Random(settings.seed)
    grids: dict[str, Any] = {}
    points = 0
    try:
        for done, case in enumerate(subject.cases):
            settings.progress(f"interpolation: {case.name}", done, len(subject.cases))
            flat = _edges(case)
            check = _isotropic if isinstance(case.hessian, Invariant) else _matrices
            found = check(case, random)
            grids[case.name] = {**found, "edges": flat}
            points += found["points"] + flat
    except Falsified as found:
        return found.finding(NAME, points)
    worst = max(Fraction(grid["error_probability"]) for grid in grids.values())
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"the curvature in all directions is that of the Hessian, and positive at the edges of "
        f"every domain: {points} curvatures in {len(grids)} designs; established for all n, d and "
        f"all parameters and matrices up to a probability of error of {float(worst):.0e}",
        examined=points,
        data={"grids": grids, "height": HEIGHT},
    )


def _exact(at: Instance, direction: flint.fmpq_mat) -> Any:
    """The second derivative of the risk along a direction."""
    name = pgd.weights[0].name
    line = risk_along(pgd, {name: direction * 0}, {name: direction}, at)
    return 2 * (*line, flint.fmpq(0), flint.fmpq(0))[2]


def _edges(case: Case) -> int:
    """The flattest direction at every edge of the domain must still be curved."""
    seen = 0
    for at in edges(case.domain):
        _, direction = case.hessian.smallest_at(at)
        value = _exact(at, flint.fmpq_mat(direction))
        seen += 1
        if not value > 0:
            raise Falsified(f"{case.name}: not strongly convex", at, value, "> 0")
    return seen


def _isotropic(case: Case, random: Random) -> dict[str, Any]:
    """Three directions on the full grid, at freshly drawn parameters at every point."""
    high = _degrees(case)
    points = 0
    for size in range(1, high[1] + 2):
        for count in range(1, high[0] + 2):
            at = random_instance(case.domain.design, count, size, random, HEIGHT)
            for direction in _directions(size):
                _compare(case, at, direction)
                points += 1
    return {
        "points": points,
        "degrees": {"n": high[0], "d": high[1]},
        "error_probability": str(Fraction(_parameter_degree(case), HEIGHT)),
    }


def _directions(size: int) -> list[flint.fmpq_mat]:
    """What decides a form unchanged by rotations: ``e_1 e_1'``, and ``e_1 e_2' +- e_2 e_1'``."""
    first = flint.fmpq_mat(size, size)
    first[0, 0] = 1
    found = [first]
    for sign in (1, -1) if size > 1 else ():
        pair = flint.fmpq_mat(size, size)
        pair[0, 1], pair[1, 0] = 1, sign
        found.append(pair)
    return found


def _degrees(case: Case) -> tuple[int, int]:
    """Degrees in n and d of the difference that has to vanish, brought to one denominator.

    The grid leaves out d = 1 for two of the directions, hence one more in d.
    """
    bound = risk_degrees(case.domain.design, pgd)
    assert isinstance(case.hessian, Invariant)
    found = [0, 0]
    for value in (case.hessian.symmetric, case.hessian.antisymmetric, case.hessian.identity):
        top, bottom = sympy.fraction(cancelled(value))
        for k, (size, most) in enumerate(((n, bound.n), (d, bound.d))):
            above, below = (sympy.degree(p, size) if p.has(size) else 0 for p in (top, bottom))
            scale = _scale_degree(case) if size == d else 0
            found[k] = max(found[k], int(most + below), int(above + scale))
    # e_1 e_1' is a mixture of two eigenvalues with weights 1 - 1/d and 1/d
    return found[0], found[1] + 2


def _parameter_degree(case: Case) -> int:
    """The degree in the parameters of the difference that has to vanish.

    On one side every Gaussian brings one parameter at most, and the square of the label scale two.
    """
    symbols = [p.symbol for p in case.domain.design.parameters]
    hessian = case.hessian
    assert isinstance(hessian, Invariant)
    values = (hessian.symmetric, hessian.antisymmetric, hessian.identity)
    ends = [sympy.fraction(cancelled(value)) for value in values]
    own = max(
        sum(int(sympy.Poly(end, *symbols).total_degree()) for end in pair) if symbols else 0
        for pair in ends
    )
    return own + risk_degrees(case.domain.design, pgd).gaussians + 2


def _scale_degree(case: Case) -> int:
    """The degree in d of the denominator of the squared label scale."""
    _, bottom = sympy.fraction(cancelled(case.domain.design.label_scale**2))
    return int(sympy.degree(bottom, d)) if bottom.has(d) else 0


def _matrices(case: Case, random: Random) -> dict[str, Any]:
    """Random covariances and directions at enough n, and at d up to the number of matrices.

    Trace identities of d x d matrices begin at degree d + 1, so a polynomial of degree k in the
    matrices that vanishes generically at d = k is zero, if its coefficients cannot depend on d.
    """
    assert isinstance(case.hessian, Kronecker)
    if not sizes_are_free(case.domain.design) or any(
        c.has(d) for c in case.hessian.second_order.terms.values()
    ):
        raise Falsified(f"{case.name}: the Hessian depends on d", "all sizes")
    bound = risk_degrees(case.domain.design, pgd, "Sigma_x")
    points = 0
    for size in range(1, bound.matrices + 1):
        at = random_instance(case.domain.design, 1, size, random, HEIGHT)
        direction = random_matrix(random, size, HEIGHT)
        for count in range(1, bound.n + 2):
            _compare(case, at.with_examples(count), direction)
            points += 1
    # a root A A' for every Gaussian, the direction twice, and the noise twice
    degree = 2 * bound.gaussians + 4
    return {
        "points": points,
        "degrees": {"n": bound.n, "matrices": bound.matrices},
        "error_probability": str(Fraction(degree, HEIGHT)),
    }


def _compare(case: Case, at: Instance, direction: flint.fmpq_mat) -> None:
    exact = _exact(at, direction)
    claimed = curvature(case.hessian.second_order, direction, at)
    if exact != claimed:
        raise Falsified(f"{case.name}: the curvature in {direction.tolist()}", at, exact, claimed)
