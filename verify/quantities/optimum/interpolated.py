"""A risk as a polynomial in the sizes and counts, through exact values at small integers.

They are computed coordinate by coordinate, without words or the moment engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from typing import Any

import flint
import sympy

from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.parameter import Parameter
from theory.designs.predictors import Predictor
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import d, n
from verify.degrees import counted, risk_degrees, scalar_degrees


@dataclass(frozen=True)
class RiskPolynomial:
    """The risk of ``w I`` for all sizes, at drawn parameters: ``constant + linear w + square w^2``.

    Interpolated from exact values, coordinate by coordinate, on the grid ``points`` of counts of
    the groups and d; in the result n, d and the parameters of the counts are symbols.
    """

    constant: sympy.Expr
    linear: sympy.Expr
    square: sympy.Expr
    points: tuple[tuple[int, ...], ...]
    degrees: tuple[int, int]

    @property
    def weight(self) -> sympy.Expr:
        return -self.linear / (2 * self.square)

    @property
    def risk(self) -> sympy.Expr:
        return self.constant - self.linear**2 / (4 * self.square)


@cache
def risk_polynomial(
    design: Design, predictor: Predictor, scalars: tuple[tuple[str, Fraction], ...]
) -> RiskPolynomial:
    """Interpolate the risk of multiples of the identity under an isotropic design.

    ``scalars`` are the values of its parameters, by name; of those that count examples none is
    looked at.

    Raises TypeError where the risk is not known to be a polynomial in the counts.
    """
    if set(counted(design)) & frozenset().union(*(c.free_symbols for c in design.coefficients)):
        raise TypeError(f"a coefficient of {design.name} holds a count")
    free, counts = with_free_counts(design)
    bound = risk_degrees(free, predictor)
    raised = scalar_degrees(free, predictor)
    name = predictor.weights[0].name
    table = {k: sympy.Rational(v.numerator, v.denominator) for k, v in scalars}
    cleared = raised.denominator.subs(table)
    high = bound.d + raised.d
    own = {k: v for k, v in scalars if k not in map(str, counted(design))}
    exponents = [(*powers, k) for powers in simplex(len(counts), bound.n) for k in range(high + 1)]
    points = [(first + 1, *rest, k + 1) for first, *rest, k in exponents]
    lines = []
    for *numbers, size in points:
        sizes = {s.name: v for s, v in zip(counts, numbers, strict=True)}
        given = own | {p.name: sizes[p.name] for p in free.parameters if p.name in sizes}
        at = instance(free, n=sum(numbers), d=size, scalars=given)
        zero, one = at.arithmetic.identity(size) * 0, at.arithmetic.identity(size)
        line = risk_along(predictor, {name: zero}, {name: one}, at)
        scale = EXACT.number(sympy.Rational(cleared.subs(d, size)))
        lines.append([v * scale for v in (*line, flint.fmpq(0), flint.fmpq(0))[:3]])
    of = (*(group.count for group in design.groups), d)
    constant, linear, square = (v / cleared for v in through(points, lines, exponents, of))
    return RiskPolynomial(constant, linear, square, tuple(points), (bound.n, high))


def with_free_counts(design: Design) -> tuple[Design, tuple[sympy.Symbol, ...]]:
    """The same design with counts that are parameters of their own, and these; n where it is one.

    >>> from theory.language.gallery import shipped
    >>> with_free_counts(shipped("partly-retrieved").design)[1]
    (count[retrieved], count[unrelated])
    """
    if not design.examples:
        return design, (n,)
    counts = tuple(sympy.Symbol(f"count[{share.name}]") for share in design.examples)
    shares = tuple(
        replace(share, count=None if share.count is None else count)
        for share, count in zip(design.examples, counts, strict=True)
    )
    rest = {str(c) for c, share in zip(counts, shares, strict=True) if share.count is None}
    own = tuple(p for p in design.parameters if p.symbol not in counted(design))
    made = tuple(Parameter(c.name, whole=True) for c in counts if c.name not in rest)
    return replace(design, examples=shares, parameters=(*own, *made)), counts


def simplex(size: int, degree: int) -> list[tuple[int, ...]]:
    """The exponents of all monomials up to a degree; a polynomial is known by its values there.

    >>> simplex(2, 1)
    [(0, 0), (0, 1), (1, 0)]
    """
    powers = product(range(degree + 1), repeat=size)
    return [each for each in powers if sum(each) <= degree]


def through(
    points: Sequence[tuple[int, ...]],
    values: Sequence[Sequence[Any]],
    exponents: Sequence[tuple[int, ...]],
    sizes: tuple[sympy.Expr, ...],
) -> list[sympy.Expr]:
    """The polynomials of these monomials through values at as many points, one for each column.

    >>> x = sympy.Symbol("x")
    >>> through([(1,), (2,)], [[flint.fmpq(3)], [flint.fmpq(5)]], [(0,), (1,)], (x,))
    [2*x + 1]
    """
    rows = [[prod(map(pow, point, powers)) for powers in exponents] for point in points]
    found = flint.fmpq_mat(rows).solve(flint.fmpq_mat([*map(list, values)]))
    monomials = [sympy.Mul(*map(pow, sizes, powers)) for powers in exponents]
    return [
        sympy.Add(
            *(
                sympy.Rational(int(found[k, at].p), int(found[k, at].q)) * monomial
                for k, monomial in enumerate(monomials)
            )
        )
        for at in range(len(values[0]))
    ]
