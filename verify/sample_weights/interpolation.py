"""Witness: the quadratic form coordinate by coordinate, at small sizes, for all d and all noise.

A risk at a fixed number of examples is a polynomial in d and sigma of known degrees, so its values
at enough of both determine it. They are computed by :mod:`theory.risks.coordinates`, which knows
nothing of words or of the moment engine. All coefficients of the form are compared, not samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

import flint
import sympy

from theory.designs.design import Design, ranges_of
from theory.designs.instance import instance
from theory.designs.predictors import wpgd
from theory.optima.sample_weights.form import QuadraticForm, k
from theory.records.sample_weights_gain import Relation, Variant
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.signs import is_positive
from theory.scalars.symbols import d, i, sigma
from verify.degrees import risk_degrees, scalar_degrees
from verify.falsified import Falsified
from verify.instances import random_matrix
from verify.sample_weights.subject import Subject, Values
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
LARGEST = 4
HEIGHT = 10**9


def examine(subject: Subject, settings: Settings) -> Finding:
    """Check form, optimum of equal weights and relation at every size up to ``LARGEST``."""
    try:
        return _examined(subject, settings)
    except ZeroDivisionError:
        return Falsified("the claim is undefined", "a size where the optimum exists").finding(NAME)
    except Falsified as found:
        return found.finding(NAME)


def _examined(subject: Subject, settings: Settings) -> Finding:
    points = 0
    degrees = {}
    for v in subject.variants:
        most, loudest = risk_degrees(v.design, wpgd).d, scalar_degrees(v.design, wpgd).parameters
        degrees[v.name] = (most, loudest)
        for size in range(1, LARGEST + 1):
            for features, noise in product(range(1, most + 2), range(loudest + 1)):
                at = (size, features, Fraction(noise))
                _values(v, *at).judge(v, *at)
                points += 1
            _everywhere(v, size, {d: most, sigma: loudest})
        _multiples_suffice(v.design, settings.seed)
    degree, noisy = (max(both) for both in zip(*degrees.values(), strict=True))
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"all coefficients of the quadratic form and where equal weights are optimal: proved for "
        f"all d and sigma at sizes 1 to {LARGEST} ({points} grid points, degree {degree} in d and "
        f"{noisy} in sigma); "
        "at larger sizes nothing",
        examined=points,
        data={
            "points": points,
            "largest": LARGEST,
            "degree": degree,
            "degree_in_sigma": noisy,
            "height": HEIGHT,
        },
    )


def _values(v: Variant, size: int, features: int, noise: Fraction) -> Values:
    """The form at these sizes and noise; for a mean over lengths, the mean of those of them."""
    if not v.lengths:
        return _at_length(v.design, size, features, noise)
    zero = flint.fmpq(0)
    constant, linear = zero, [zero] * size
    matrix = flint.fmpq_mat(size, size)
    for length in range(1, size + 1):
        found = _at_length(v.design, length, features, noise)
        constant += found.constant / size
        for a in range(length):
            # example a + 1 of a prompt of this length has the filter's entry length - a
            linear[length - 1 - a] += found.linear[a] / size
            for b in range(length):
                matrix[length - 1 - a, length - 1 - b] += found.matrix[a, b] / size
    return Values(constant, linear, matrix)


@cache
def _at_length(design: Design, count: int, features: int, noise: Fraction) -> Values:
    """The risk's dependence on the sample weights, with ``W = I``."""
    at = instance(design, n=count, d=features, scalars={"sigma": noise})
    one = EXACT.identity(features)

    def line(start: int | None, direction: int) -> list[flint.fmpq]:
        here = flint.fmpq_mat(count, count) if start is None else _unit(count, start)
        found = risk_along(
            wpgd,
            {"W": one, "Omega": here},
            {"W": one * 0, "Omega": _unit(count, direction)},
            at,
        )
        return [*found, flint.fmpq(0), flint.fmpq(0)][:3]

    alone = [line(None, a) for a in range(count)]
    matrix = flint.fmpq_mat(count, count)
    for a in range(count):
        matrix[a, a] = alone[a][2]
        for b in range(a):
            matrix[a, b] = matrix[b, a] = (line(a, b)[1] - alone[b][1]) / 2
    return Values(alone[0][0], [-slope / 2 for _, slope, _ in alone], matrix)


def _unit(size: int, at: int) -> flint.fmpq_mat:
    found = flint.fmpq_mat(size, size)
    found[at, at] = 1
    return found


def _everywhere(v: Variant, size: int, most: Mapping[sympy.Symbol, int]) -> None:
    """What agrees at enough d and sigma agrees at all; then equal weights are judged for all."""
    claim = v.claim
    constant, linear, rows = _entries(claim.form, size)
    for entry in (constant, *linear, *(e for row in rows for e in row)):
        for symbol, degree in most.items():
            if not entry.is_polynomial(symbol) or sympy.degree(entry, symbol) > degree:
                what = f"an entry is not of the known degree in {symbol}"
                raise Falsified(what, f"size {size}", "-", entry)
    sums = [sympy.Add(*row) for row in rows]
    slope, curvature = sympy.Add(*linear), sympy.Add(*sums)
    equal = constant - slope**2 / curvature
    said = claim.equal_risk.subs(claim.form.size, size)
    if not is_zero(equal - said):
        raise Falsified("the risk of equal weights is wrong", f"size {size}", equal, said)
    slopes = [sympy.expand(c * curvature - a * slope) for c, a in zip(linear, sums, strict=True)]
    seen = None
    if not any(slopes):
        seen = Relation.EQUAL
    elif any(is_positive(sign * s, ranges_of(v.design)) for s in slopes for sign in (1, -1)):
        seen = Relation.BELOW
    if seen is not claim.at(size):
        what = "the least risks do not stand as claimed for all d and sigma"
        raise Falsified(what, f"size {size}", slopes, claim.at(size).value)


@cache
def _entries(
    form: QuadraticForm, size: int
) -> tuple[sympy.Expr, list[sympy.Expr], list[list[sympy.Expr]]]:
    """The claimed constant, linear part and matrix at a size, as functions of d and sigma."""
    symbols = range(1, size + 1)
    table = {form.size: size}
    linear = [sympy.expand(form.linear.subs({**table, i: a})) for a in symbols]
    outer, square = form.outer.subs(table), form.square.subs(table)
    rows = [
        [
            sympy.expand(square.subs(i, a) if a == b else outer.subs({i: max(a, b), k: min(a, b)}))
            for b in symbols
        ]
        for a in symbols
    ]
    return sympy.expand(form.constant.subs(table)), linear, rows


@cache
def _multiples_suffice(design: Design, seed: int) -> None:
    """Beside random weights, no traceless direction of W has a slope at a multiple of I."""
    random = Random(seed)
    for count, features in ((1, 2), (2, 2), (3, 2), (1, 3), (2, 3)):
        at = instance(design, n=count, d=features, scalars={"sigma": 1})
        direction = random_matrix(random, features, HEIGHT)
        trace = sum((direction[a, a] for a in range(features)), flint.fmpq(0))
        one = EXACT.identity(features)
        direction = direction - one * (trace / features)
        weights = flint.fmpq_mat(count, count)
        for a in range(count):
            weights[a, a] = random.randint(1, HEIGHT)
        start = {"W": one, "Omega": weights}
        line = risk_along(wpgd, start, {"W": direction, "Omega": weights * 0}, at)
        slope, curvature = [*line, flint.fmpq(0), flint.fmpq(0)][1:3]
        if slope != 0 or not curvature > 0:
            raise Falsified("a multiple of I is not the best W", str(at), slope, 0)
