"""The quadratic form coordinate by coordinate, at small sizes, for all d and all noise.

A risk at a fixed number of examples is a polynomial in d and sigma of known degrees, so its values
at enough of both determine it. All coefficients of the form are compared, not samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

import flint
import sympy

from theory.designs.design import Design, ranges_of
from theory.designs.instance import instance
from theory.designs.predictors import wpgd
from theory.optima.sample_weights.form import QuadraticForm
from theory.records.sample_weights_gain import Relation, WeightedVariant
from theory.risks.coordinates import parabola_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.signs import is_positive
from theory.scalars.symbols import d, i, k, sigma
from verify.checks.on_trial import Compared, Grid, Node
from verify.degrees import risk_degrees, scalar_degrees
from verify.instances import random_matrix
from verify.quantities.sample_weights.dense import DenseForm, dense_at
from verify.quantities.sample_weights.place import SizedVariant

LARGEST = 4
HEIGHT = 10**9
Weights = Mapping[str, flint.fmpq_mat]


def grid(v: WeightedVariant, seed: int) -> Grid:
    """Every size up to ``LARGEST``, with enough d and sigma for all of them."""
    most = {d: risk_degrees(v.design, wpgd).d, sigma: scalar_degrees(v.design, wpgd).parameters}

    def nodes() -> Iterator[Node]:
        for size in range(1, LARGEST + 1):
            for features, noise in product(range(1, most[d] + 2), range(most[sigma] + 1)):
                at = SizedVariant(v, size, features, Fraction(noise))
                yield Node(at, at.compare(_form_at(at)))
            yield Node(f"size {size}", _everywhere(v, size, most))
        yield Node("a multiple of I", _multiples_suffice(v.design, seed))

    return Grid(
        v.name or "averaged",
        nodes(),
        "all coefficients of the quadratic form and where equal weights are optimal: proved for "
        f"all d and sigma at sizes 1 to {LARGEST}, at larger sizes nothing",
        data={
            "largest": LARGEST,
            "degree": most[d],
            "degree_in_sigma": most[sigma],
            "height": HEIGHT,
        },
    )


def _form_at(at: SizedVariant) -> DenseForm:
    """The form at a place; for a mean over lengths, the mean of those of them."""
    if not at.variant.lengths:
        return _at_length(at.variant.design, at.size, at.d, at.sigma)
    size = at.size
    constant, linear = flint.fmpq(0), [flint.fmpq(0)] * size
    matrix = flint.fmpq_mat(size, size)
    for length in range(1, size + 1):
        found = _at_length(at.variant.design, length, at.d, at.sigma)
        constant += found.constant / size
        for a in range(length):
            # example a + 1 of a prompt of this length has the filter's entry length - a
            linear[length - 1 - a] += found.linear[a] / size
            for b in range(length):
                matrix[length - 1 - a, length - 1 - b] += found.matrix[a, b] / size
    return DenseForm(constant, linear, matrix)


@cache
def _at_length(design: Design, count: int, features: int, noise: Fraction) -> DenseForm:
    return dense_at(instance(design, n=count, d=features, scalars={"sigma": noise}))


def _everywhere(
    v: WeightedVariant, size: int, most: Mapping[sympy.Symbol, int]
) -> Iterator[Compared]:
    """What agrees at enough d and sigma agrees at all; then equal weights are judged for all."""
    claim, where = v.claim, f"size {size}"
    constant, linear, rows = _entries(claim.form, size)
    for entry in (constant, *linear, *(e for row in rows for e in row)):
        for symbol, degree in most.items():
            known = entry.is_polynomial(symbol) and sympy.degree(entry, symbol) <= degree
            what = f"an entry is not of the known degree in {symbol}"
            yield Compared(what, where, "-", entry, bool(known))
    sums = [sympy.Add(*row) for row in rows]
    slope, curvature = sympy.Add(*linear), sympy.Add(*sums)
    equal, said = constant - slope**2 / curvature, claim.equal_risk.subs(claim.form.size, size)
    same = is_zero(equal - said)
    yield Compared("the risk of equal weights is wrong", where, equal, said, same)
    slopes = [sympy.expand(c * curvature - a * slope) for c, a in zip(linear, sums, strict=True)]
    seen = None
    if not any(slopes):
        seen = Relation.EQUAL
    elif any(is_positive(sign * s, ranges_of(v.design)) for s in slopes for sign in (1, -1)):
        seen = Relation.BELOW
    what, claimed = "the least risks do not stand as claimed for all d and sigma", claim.at(size)
    yield Compared(what, where, slopes, claimed.value, seen is claimed)


@cache
def _entries(
    form: QuadraticForm, size: int
) -> tuple[sympy.Expr, list[sympy.Expr], list[list[sympy.Expr]]]:
    """The claimed constant, linear part and matrix at a size, as functions of d and sigma."""
    examples = range(1, size + 1)
    table = {form.size: size}
    linear = [sympy.expand(form.linear.subs({**table, i: a})) for a in examples]
    outer, square = form.outer.subs(table), form.square.subs(table)
    rows = [
        [
            sympy.expand(square.subs(i, a) if a == b else outer.subs({i: max(a, b), k: min(a, b)}))
            for b in examples
        ]
        for a in examples
    ]
    return sympy.expand(form.constant.subs(table)), linear, rows


@cache
def _multiples_suffice(design: Design, seed: int) -> list[Compared]:
    """Beside random weights, no traceless direction of W has a slope at a multiple of I."""
    random, found = Random(seed), []
    for count, features in ((1, 2), (2, 2), (3, 2), (1, 3), (2, 3)):
        at = instance(design, n=count, d=features, scalars={"sigma": 1})
        one, direction = EXACT.identity(features), random_matrix(random, features, HEIGHT)
        direction = direction - one * (EXACT.trace(direction) / features)
        weights = EXACT.diagonal([random.randint(1, HEIGHT) for _ in range(count)])
        start, along = {"W": one, "Omega": weights}, {"W": direction, "Omega": weights * 0}
        _, slope, curvature = parabola_along(wpgd, start, along, at)
        best = bool(slope == 0 and curvature > 0)
        found.append(Compared("a multiple of I is not the best W", at, slope, 0, best))
    return found
