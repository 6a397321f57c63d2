"""Places at which coordinates decide a moment, with the degrees that make them enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random

import sympy

from theory.algebra.means import form
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.words import D, N, Space, Word
from theory.records.moment_powers import ORDER, ORDERS, Powers
from theory.scalars.symbols import d, n
from verify.checks.on_trial import Grid, Node
from verify.quantities.moment.case import MomentCase
from verify.quantities.moment.places import random_place

HEIGHT = 10**9
Form = MatrixPolynomial | TracePolynomial


def grid(case: MomentCase, random: Random) -> Grid:
    """Enough places for one moment."""
    record = case.of_order(1)
    isotropic = record.shape is None and not record.letters.given
    return _sizes(case, random) if isotropic else _matrices(case, random)


def _sizes(case: MomentCase, random: Random) -> Grid:
    """Scalars that depend on the sizes alone: all d up to a degree, for each order."""
    orders = ORDERS if isinstance(case.moment, Powers) else range(1, 2)
    degrees = {}
    for order in orders:
        record = case.of_order(order)
        top, bottom = _degrees(sympy.together(_scalars(record.claim.value)[0]), d)
        # a sum over the coordinates for every passage through the d-dimensional space
        degrees[order] = max(top, bottom + _passages(form(record.product), D))

    def nodes() -> Iterator[Node]:
        for order, degree in degrees.items():
            for size in range(1, degree + 2):
                numbers = dict.fromkeys(case.parameters, order) | {"d": size}
                at = random_place(case.of_order(1), numbers, random, HEIGHT)
                yield Node(at, case.compare(at))

    shown = f"{ORDER} = {orders[0]} to {orders[-1]}" if len(orders) > 1 else "this moment"
    return Grid(
        case.moment.id,
        nodes(),
        f"{case.moment.id}: proved for all d at {shown}, degree {max(degrees.values())}",
        data={"degrees": {str(k): v for k, v in degrees.items()}},
    )


def _matrices(case: MomentCase, random: Random) -> Grid:
    """Random rational matrices: enough n for all n, and enough d for all d.

    Contracted with one more matrix both sides are sums of products of traces. Those of m matrices
    and their transposes are linearly independent at ``d >= m`` (identities of d x d matrices begin
    at degree d + 1), so the two sides are equal at all d if they are at d = m, provided that no
    coefficient depends on d.
    """
    record, name = case.of_order(1), case.moment.id
    product = form(record.product)
    words = [[f for trace in monomial for f in trace.word] for monomial in product.terms]
    forms: list[Form] = [record.claim.value, case.derived()]
    inside = [_matrices_in(value) for value in forms]
    fixed = {a for a in record.fixed if a.name not in record.letters.covariances}
    halves = [sum(f.letter.is_gaussian for f in word) for word in words]
    letters = [sum(f.letter in fixed for f in word) for word in words]
    most = max(max(inside) + 1, *(h // 2 + k + 1 for h, k in zip(halves, letters, strict=True)))
    coefficients = [sympy.together(c) for value in forms for c in _scalars(value)]
    everywhere = _sizes_are_free(product) and not any(c.has(d) for c in coefficients)
    tops, bottoms = zip((0, 0), *(_degrees(c, n) for c in coefficients), strict=True)
    in_n = max(_passages(product, N), *tops) + sum(bottoms)
    # a factor of a covariance for every Gaussian, two for every covariance in a formula
    entries = max(*(h + k for h, k in zip(halves, letters, strict=True)), *(2 * m for m in inside))
    sizes = range(1, most + 1)

    def nodes() -> Iterator[Node]:
        for size in sizes:
            numbers = dict.fromkeys(case.parameters, 1) | {"d": size}
            drawn = random_place(record, numbers, random, HEIGHT)
            for count in range(1, in_n + 2) if "n" in numbers else (1,):
                scalars = {k: count if k == "n" else v for k, v in numbers.items()}
                at = replace(drawn, at=replace(drawn.at, scalars=scalars))
                yield Node(at, case.compare(at))

    where = "all d" if everywhere else f"d = {', '.join(map(str, sizes))}"
    rows = "all n and " if "n" in case.parameters else ""
    return Grid(
        name,
        nodes(),
        f"{name}: with random matrices at d up to {most}, established for {rows}{where} and "
        "all matrices",
        Fraction(entries, 2 * HEIGHT + 1),
        {
            "sizes": list(sizes),
            "degrees": {"n": in_n, "matrices": most, "entries": entries},
            "height": HEIGHT,
            "all_d": everywhere,
        },
    )


def _terms(value: Form) -> list[tuple[Word, TracePolynomial]]:
    return list(value.terms.items()) if isinstance(value, MatrixPolynomial) else [((), value)]


def _matrices_in(value: Form) -> int:
    """The most matrices in one term."""
    return max(
        (
            len(word) + sum(len(trace.word) for trace in monomial)
            for word, coefficient in _terms(value)
            for monomial in coefficient.terms
        ),
        default=0,
    )


def _scalars(value: Form) -> list[sympy.Expr]:
    """The coefficients, in n and d."""
    found = [c for _, coefficient in _terms(value) for c in coefficient.terms.values()]
    return found or [sympy.Integer(0)]


def _degrees(ratio: sympy.Expr, size: sympy.Symbol) -> tuple[int, int]:
    """The degrees of numerator and denominator in a size."""
    top, bottom = (int(sympy.degree(p, size)) if p.has(size) else 0 for p in sympy.fraction(ratio))
    return top, bottom


def _passages(product: TracePolynomial, space: Space) -> int:
    """How often a product passes through a space at most: a sum over that index each time."""
    words = ([f for trace in monomial for f in trace.word] for monomial in product.terms)
    return max(sum(f.rows == space for f in word) for word in words)


def _sizes_are_free(product: TracePolynomial) -> bool:
    """Whether d cannot occur in a coefficient: every Gaussian has a covariance on that side."""
    return all(
        covariance is not None
        for a in product.letters
        if a.is_gaussian
        for space, covariance in ((a.rows, a.row_covariance), (a.cols, a.column_covariance))
        if space == D
    )
