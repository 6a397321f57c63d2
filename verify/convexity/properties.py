"""Witness: Hypothesis looks for instances and directions in which the curvature is too small.

The curvature is evaluated from the risk's polynomial in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flint
import sympy
from hypothesis import assume
from hypothesis import strategies as st

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.values import scalar_value
from theory.designs.instance import Instance, instance
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import curvature, second_order
from theory.scalars.arithmetic import EXACT, fraction, is_positive_semidefinite
from verify.convexity.subject import Case, Subject
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.settings import Settings
from verify.strategies import factors, instances, orthogonal_matrices
from verify.verdict import Finding

MARGIN = flint.fmpq(1, 10**9)
"""How far an irrational eigenvalue, known in double precision, is moved up and down."""


def examine(subject: Subject, settings: Settings) -> Finding:
    """Run every check on drawn instances of every claimed domain."""
    checks = {
        f"{name}, {case.name}": partial(_on, case, check)
        for case in subject.cases
        for name, check in CHECKS.items()
        if check is not rotation or case.domain.design.covariances
    }
    return hunt(checks, st.none(), settings)


Check = Callable[[Case, Instance, st.DataObject], None]


def _on(case: Case, check: Check, nothing: None, data: st.DataObject) -> None:
    check(case, data.draw(_members(case.domain)), data)


@st.composite
def _members(draw: st.DrawFn, domain: Domain) -> Instance:
    """Instances of a domain; every other one is at an edge of it.

    There parameters sit at the ends of their ranges, and covariances that may be singular are.
    """
    at = draw(instances(domain.design, domain.definite, most_n=6, most_d=3))
    if draw(st.booleans()):
        scalars = {
            p.name: fraction(
                draw(st.sampled_from([p.low, p.high if p.high.is_finite else p.low + 1]))
            )
            for p in domain.design.parameters
        }
        matrices = {
            name: m if name in domain.definite else draw(st.sampled_from([m, m * 0, _cut(m)]))
            for name, m in at.matrices.items()
        }
        at = instance(domain.design, n=at.n, d=at.d, scalars=scalars, covariances=matrices)
    assume(domain.holds_at(at))
    return at


def _cut(matrix: flint.fmpq_mat) -> flint.fmpq_mat:
    """A positive semi-definite matrix without its first row and column."""
    size = matrix.nrows()
    rows = [[matrix[r, c] if r and c else 0 for c in range(size)] for r in range(size)]
    return EXACT.matrix(rows)


def _numbers(at: Instance) -> TracePolynomial:
    """The second-order part of the risk, with its coefficients put to numbers once."""

    def value(c: sympy.Expr) -> sympy.Rational:
        number = scalar_value(c, at.scalars, EXACT)
        return sympy.Rational(int(number.p), int(number.q))

    return TracePolynomial.expanded({m: value(c) for m, c in second_order(at.design).terms.items()})


def curved(case: Case, at: Instance, data: st.DataObject) -> None:
    """The modulus is the smallest eigenvalue of the whole Hessian, and it is positive.

    In a drawn direction the curvature is at least the modulus.
    """
    modulus, _ = case.hessian.smallest_at(at)
    if not modulus > 0:
        raise Falsified(f"{case.name}: not strongly convex", at, modulus, "> 0")
    second = _numbers(at)
    below, above = _bracket(modulus)
    direction = data.draw(factors(at.d)) * data.draw(factors(at.d)).transpose()
    if data.draw(st.booleans()) and at.d > 1:
        direction = direction - flint.fmpq(9, 10) * direction.transpose()
    found = curvature(second, direction, at)
    if found < below * EXACT.trace(direction * direction.transpose()):
        raise Falsified(f"{case.name}: the curvature is below the modulus", at, found, below)
    rows = _matrix(second, at)
    one = EXACT.identity(rows.nrows())
    if not is_positive_semidefinite(rows - one * below):
        raise Falsified(f"{case.name}: an eigenvalue is below the modulus", at, "-", modulus)
    if above == below:
        if (rows - one * below).det() != 0:
            raise Falsified(f"{case.name}: the modulus is no eigenvalue", at, "-", modulus)
    elif is_positive_semidefinite(rows - one * above):
        raise Falsified(f"{case.name}: all eigenvalues are above the modulus", at, "-", modulus)


def _bracket(value: Any) -> tuple[Any, Any]:
    """Exact numbers below and above an eigenvalue; itself where it is exact."""
    if isinstance(value, flint.fmpq):
        return value, value
    top, bottom = value.as_integer_ratio()
    middle = flint.fmpq(top, bottom)
    return middle * (1 - MARGIN), middle * (1 + MARGIN)


def _matrix(second: TracePolynomial, at: Instance) -> flint.fmpq_mat:
    """The Hessian as a matrix on the d^2 entries of the weight, by polarisation."""
    size = at.d
    units = []
    for k in range(size * size):
        unit = flint.fmpq_mat(size, size)
        unit[k // size, k % size] = 1
        units.append(unit)
    single = [curvature(second, unit, at) for unit in units]
    rows = flint.fmpq_mat(len(units), len(units))
    for k, first in enumerate(units):
        for j, other in enumerate(units[: k + 1]):
            both = curvature(second, first + other, at)
            value = (both - single[k] - single[j]) / 2
            rows[k, j] = rows[j, k] = single[k] if k == j else value
    return rows


def rotation(case: Case, at: Instance, data: st.DataObject) -> None:
    """Turning all covariances turns the Hessian: the modulus stays."""
    turn = data.draw(orthogonal_matrices(at.d))
    turned = instance(
        at.design,
        n=at.n,
        d=at.d,
        scalars={p.name: at.scalars[p.name] for p in at.design.parameters},
        covariances={k: turn * m * turn.transpose() for k, m in at.matrices.items()},
    )
    before, after = (_bracket(case.hessian.smallest_at(a)[0]) for a in (at, turned))
    if before[1] < after[0] or after[1] < before[0]:
        raise Falsified(f"{case.name}: a rotation changes the modulus", at, *before)


CHECKS: dict[str, Check] = {"curvature": curved, "rotation": rotation}
