"""How the curvature has to behave at every instance of a domain.

It is evaluated from the risk's polynomial in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import flint
import sympy
from hypothesis import assume
from hypothesis import strategies as st

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import curvature, second_order
from theory.scalars.arithmetic import EXACT, fraction, is_positive_semidefinite
from verify.checks.on_trial import Compared
from verify.quantities.curvature.case import HessianCase
from verify.strategies import factors, instances, orthogonal_matrices

MARGIN = flint.fmpq(1, 10**9)
"""How far an irrational eigenvalue, known in double precision, is moved up and down."""


@st.composite
def members(draw: st.DrawFn, domain: Domain) -> Instance:
    """Instances of a domain; every other one is at an edge of it.

    There parameters sit at the ends of their ranges, and covariances that may be singular are.
    """
    at = draw(instances(domain.design, domain.definite, most_n=6, most_d=3))
    if draw(st.booleans()):
        ends = {
            p.name: (p.low, p.high if p.high.is_finite else p.low + 1)
            for p in domain.design.parameters
        }
        scalars = {k: EXACT.number(fraction(draw(st.sampled_from(v)))) for k, v in ends.items()}
        matrices = {
            name: m if name in domain.definite else draw(st.sampled_from([m, m * 0, _cut(m)]))
            for name, m in at.matrices.items()
        }
        at = replace(at, scalars={**at.scalars, **scalars}, matrices=matrices, roots={})
    assume(domain.holds_at(at))
    return at


def _cut(matrix: flint.fmpq_mat) -> flint.fmpq_mat:
    """A positive semi-definite matrix without its first row and column."""
    keep = EXACT.diagonal([int(k > 0) for k in range(matrix.nrows())])
    return keep * matrix * keep


def curved(case: HessianCase, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """The modulus is the smallest eigenvalue of the whole Hessian, and it is positive.

    In a drawn direction the curvature is at least the modulus.
    """
    modulus, _ = case.hessian.smallest_at(at)
    yield Compared(f"{case.name}: not strongly convex", at, modulus, "> 0", bool(modulus > 0))
    second = _numbers(at)
    below, above = _bracket(modulus)
    direction = data.draw(factors(at.d)) * data.draw(factors(at.d)).transpose()
    if data.draw(st.booleans()) and at.d > 1:
        direction = direction - flint.fmpq(9, 10) * direction.transpose()
    found = curvature(second, direction, at)
    enough = found >= below * EXACT.trace(direction * direction.transpose())
    yield Compared(f"{case.name}: the curvature is below the modulus", at, found, below, enough)
    rows = _matrix(second, at)
    one = EXACT.identity(rows.nrows())
    none_below = is_positive_semidefinite(rows - one * below)
    what = f"{case.name}: an eigenvalue is below the modulus"
    yield Compared(what, at, "-", modulus, none_below)
    reached = (
        (rows - one * below).det() == 0
        if above == below
        else not is_positive_semidefinite(rows - one * above)
    )
    yield Compared(f"{case.name}: the modulus is no eigenvalue", at, "-", modulus, reached)


def _numbers(at: Instance) -> TracePolynomial:
    """The second-order part of the risk, with its coefficients put to numbers once."""
    second = second_order(at.design)
    terms = {m: scalar_value(c, at.scalars, EXACT) for m, c in second.terms.items()}
    return TracePolynomial.expanded(
        {m: sympy.Rational(int(v.p), int(v.q)) for m, v in terms.items()}
    )


def _bracket(value: Any) -> tuple[Any, Any]:
    """Exact numbers below and above an eigenvalue; itself where it is exact."""
    if isinstance(value, flint.fmpq):
        return value, value
    middle = flint.fmpq(*value.as_integer_ratio())
    return middle * (1 - MARGIN), middle * (1 + MARGIN)


def _matrix(second: TracePolynomial, at: Instance) -> flint.fmpq_mat:
    """The Hessian as a matrix on the d^2 entries of the weight, by polarisation."""
    units = []
    for row, column in product(range(at.d), repeat=2):
        unit = flint.fmpq_mat(at.d, at.d)
        unit[row, column] = 1
        units.append(unit)
    single = [curvature(second, unit, at) for unit in units]
    rows = EXACT.diagonal(single)
    for k in range(len(units)):
        for j in range(k):
            both = curvature(second, units[k] + units[j], at)
            rows[k, j] = rows[j, k] = (both - single[k] - single[j]) / 2
    return rows


def rotation(case: HessianCase, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """Turning all covariances turns the Hessian: the modulus stays."""
    turn = data.draw(orthogonal_matrices(at.d))
    rotated = {k: turn * m * turn.transpose() for k, m in at.matrices.items()}
    turned = replace(at, matrices=rotated, roots={})
    (low, high), (below, above) = (_bracket(case.hessian.smallest_at(a)[0]) for a in (at, turned))
    same = low <= above and below <= high
    yield Compared(f"{case.name}: a rotation changes the modulus", at, low, below, same)
