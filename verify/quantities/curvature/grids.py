"""Places and directions at which coordinates decide the curvature.

An isotropic design is unchanged by rotations, so its curvature in three directions decides all of
them. At fixed direction it is, times the denominator of the squared label scale, a polynomial in
the sizes of known degree.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from random import Random

import flint
import sympy

from theory.designs.predictors import pgd
from theory.optima.curvature.hessian import InvariantHessian
from theory.scalars.rational import cancelled
from theory.scalars.symbols import d, n
from verify.checks.on_trial import Compared, Grid, Node
from verify.degrees import risk_degrees, sizes_are_free
from verify.instances import random_instance, random_matrix
from verify.quantities.curvature.case import HessianCase

HEIGHT = 10**6


def grid(case: HessianCase, random: Random) -> Grid:
    """Enough curvatures for one design, after those in the flattest directions at the edges."""
    if isinstance(case.hessian, InvariantHessian):
        nodes, error, degrees = _isotropic(case, case.hessian, random)
    else:
        nodes, error, degrees = _matrices(case, random)
    return Grid(
        case.name,
        chain(case.flattest(), nodes),
        "the curvature in all directions is that of the Hessian, and positive at the edges of "
        "every domain; established for all n, d and all parameters and matrices",
        Fraction(error, HEIGHT),
        {"degrees": degrees, "height": HEIGHT},
    )


Decisive = tuple[Iterator[Node], int, dict[str, int]]
"""Nodes, the degree in what is drawn, and the degrees in the rest."""


def _isotropic(case: HessianCase, hessian: InvariantHessian, random: Random) -> Decisive:
    """Three directions on the full grid, at freshly drawn parameters at every point."""
    bound = risk_degrees(case.design, pgd)
    parameters = [p.symbol for p in case.design.parameters]
    values = (hessian.symmetric, hessian.antisymmetric, hessian.identity)
    ratios = [sympy.fraction(cancelled(value)) for value in values]
    scale = sympy.fraction(cancelled(case.design.label_scale**2))[1]
    in_n = max(max(bound.n + _degree(low, n), _degree(top, n)) for top, low in ratios)
    in_d = max(
        max(bound.d + _degree(low, d), _degree(top, d) + _degree(scale, d)) for top, low in ratios
    )
    # e_1 e_1' is a mixture of two eigenvalues with weights 1 - 1/d and 1/d, and the grid leaves
    # out d = 1 for two of the directions
    in_d += 2
    # every Gaussian brings one parameter at most, and the square of the label scale two
    error = max(_degree(top, *parameters) + _degree(low, *parameters) for top, low in ratios)

    def nodes() -> Iterator[Node]:
        for size in range(1, in_d + 2):
            for count in range(1, in_n + 2):
                at = random_instance(case.design, count, size, random, HEIGHT)
                for direction in _directions(size):
                    yield Node(at, case.compare(direction, at))

    return nodes(), error + bound.gaussians + 2, {"n": in_n, "d": in_d}


def _degree(polynomial: sympy.Expr, *by: sympy.Symbol) -> int:
    return int(sympy.Poly(polynomial, *by).total_degree()) if by and polynomial != 0 else 0


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


def _matrices(case: HessianCase, random: Random) -> Decisive:
    """Random covariances and directions at enough n, and at d up to the number of matrices.

    Trace identities of d x d matrices begin at degree d + 1, so a polynomial of degree k in the
    matrices that vanishes generically at d = k is zero, if its coefficients cannot depend on d.
    """
    second = case.hessian.second_order
    free = sizes_are_free(case.design) and not any(c.has(d) for c in second.terms.values())
    bound = risk_degrees(case.design, pgd, "Sigma_x")

    def nodes() -> Iterator[Node]:
        what, everywhere = f"{case.name}: the Hessian depends on d", "all sizes"
        yield Node(everywhere, [Compared(what, everywhere, "-", second, free)])
        for size in range(1, bound.matrices + 1):
            at = random_instance(case.design, 1, size, random, HEIGHT)
            direction = random_matrix(random, size, HEIGHT)
            for count in range(1, bound.n + 2):
                here = at.with_examples(count)
                yield Node(here, case.compare(direction, here))

    # a root A A' for every Gaussian, the direction twice, and the noise twice
    return nodes(), 2 * bound.gaussians + 4, {"n": bound.n, "matrices": bound.matrices}
