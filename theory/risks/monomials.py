"""Polynomials in independent normal coordinates: means of monomials, and of squares.

Hermite polynomials are orthogonal: in products of them the mean of a square is a sum of squares,
where monomials would have to meet in pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import factorial, prod
from typing import Any

import flint

Powers = tuple[int, ...]
"""A monomial: the power of each coordinate."""
ODD = {k: prod(range(1, k, 2)) for k in range(0, 40, 2)}
"""``E g^k = (k-1)!!`` for even k; odd sums do not occur."""
NORM = {k: factorial(k) for k in range(20)}
"""``E He_k(g)^2 = k!`` for the Hermite polynomial with leading term ``g^k``."""
_ONE = flint.fmpq(1)


def in_hermite(polynomial: Any, first: int, variances: Mapping[int, flint.fmpq]) -> Any:
    """The same in products of Hermite polynomials, each written as its leading monomial.

    The coordinates are the generators from the ``first`` on, of the variances that are given by
    their place among them, else of variance one. What makes one of the other is ``exp(L/2)``,
    with the Laplace operator L of the coordinates, each weighted by its variance.

    >>> x, y = flint.fmpq_mpoly_ctx.get(("x", "y"), "lex").gens()
    >>> in_hermite(x**2 * y + y**4, 0, {}), in_hermite(x**2, 0, {0: flint.fmpq(5)})
    (x^2*y + y^4 + 6*y^2 + y + 3, x^2 + 5)
    """
    found = polynomial
    for place, degree in enumerate(map(int, polynomial.degrees()[first:])):
        half, term = variances.get(place, _ONE) / 2, found
        for order in range(1, degree // 2 + 1):
            term = term.derivative(first + place).derivative(first + place) * (half / order)
            found = found + term
    return found
