"""Expectations of products, without the products that vanish; and of sums over examples."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import sympy

from theory.algebra.indexed import HERE, OTHER, by_examples, of_another, summed_over
from theory.algebra.moments import expectation, odd_gaussians
from theory.algebra.polynomials import Monomial, TracePolynomial, normalised, product_of
from theory.algebra.words import Letter

MOST_TERMS = 3_000_000
"""Terms on the way to a mean, which takes minutes then."""


def mean_product(left: TracePolynomial, right: TracePolynomial) -> TracePolynomial:
    """``expectation(left * right)``, without the products that vanish.

    Some Gaussian letter occurs an odd number of times in these. Terms with letters that each
    example has one of are sums over the examples (:mod:`theory.algebra.indexed`): with f and g the
    terms of one example,

        E sum_i f_i sum_j g_j = sum_i sum_j E f_i g_j + sum_i (E f_i g_i - [E f_i g_j]_{j = i}),

    where on the right j is always another example than i. Raises
    :class:`~theory.algebra.moments.TooManyTerms` beyond :data:`MOST_TERMS` on the way.

    Examples
    --------
    >>> from theory.algebra.words import D, ONE, gaussian
    >>> from theory.algebra.polynomials import letter
    >>> x, y = (letter(gaussian(name, D, ONE)) for name in "xy")
    >>> both = (x.mT @ x + x.mT @ y).trace()
    >>> mean_product(both, both)
    d**2 + 3*d
    """
    first = by_examples(left)
    second = first if left is right else by_examples(right)
    parts = []
    for space, f in first.items():
        for other, g in second.items():
            if space is None or other is None:
                one = space or other
                parts.append(summed_over(_of_terms(f, g), {HERE: one} if one else {}))
                continue
            apart = _of_terms(f, of_another(g))
            parts.append(summed_over(apart, {HERE: space, OTHER: other}))
            if space == other:
                parts.append(summed_over(_of_terms(f, g), {HERE: space}))
                parts.append(-summed_over(apart, {HERE: space}))
    return TracePolynomial.sum(parts) if parts else TracePolynomial()


def _of_terms(left: TracePolynomial, right: TracePolynomial) -> TracePolynomial:
    """Where no term is a sum; of a square each pair of terms is multiplied once."""
    partners: dict[frozenset[Letter], list[tuple[Monomial, sympy.Expr]]] = defaultdict(list)
    for m, c in right.terms.items():
        partners[odd_gaussians(m)].append((m, c))
    products: dict[Monomial, list[sympy.Expr]] = defaultdict(list)

    @cache  # a residual has many terms and few coefficients
    def times(c: sympy.Expr, e: sympy.Expr) -> sympy.Expr:
        return normalised(c * e)

    if left is right:
        for group in partners.values():
            for at, (m, c) in enumerate(group):
                products[product_of(m, m)].append(times(c, c))
                for k, e in group[:at]:
                    products[product_of(m, k)].append(2 * times(c, e))
    else:
        for m, c in left.terms.items():
            for k, e in partners[odd_gaussians(m)]:
                products[product_of(m, k)].append(times(c, e))
    whole = TracePolynomial({m: sympy.Add(*cs) for m, cs in products.items()})
    return expectation(whole, MOST_TERMS)
