"""Polynomials that are zero at no whole numbers."""

from __future__ import annotations

from collections.abc import Set
from math import gcd

import sympy


def is_never_zero(polynomial: sympy.Expr, whole: Set[sympy.Symbol]) -> bool:
    """Whether a polynomial over the rationals is seen to be zero at no whole numbers.

    Either it is irreducible and in one symbol, with no whole root, or a number divides all its
    coefficients but the constant one. Anything else is not seen.

    >>> n, d = sympy.symbols("n d")
    >>> [is_never_zero(one, {n, d}) for one in (2 * n - 7, n**2 - 2, 2 * n - 4 * d + 1, n - 7)]
    [True, True, True, False]
    >>> is_never_zero(2 * n - 7, set())
    False
    """
    free = polynomial.free_symbols
    if not free or not free <= whole or not polynomial.is_polynomial(*free):
        return False
    found = sympy.Poly(polynomial, *free)
    if not all(c.is_Rational for c in found.coeffs()):
        return False
    _, found = found.clear_denoms(convert=True)
    if len(free) == 1 and found.degree() > 1 and found.is_irreducible:
        return True
    constant = int(found.nth(*(0 for _ in free)))
    others = [int(c) for powers, c in found.terms() if any(powers)]
    return constant % gcd(*others) != 0


def is_whole(expr: sympy.Expr, whole: Set[sympy.Symbol]) -> bool:
    """Whether a polynomial with whole coefficients is a whole number as its symbols are.

    >>> n, k = sympy.symbols("n k")
    >>> is_whole(n - 2 * k, {n, k}), is_whole(n / 2, {n}), is_whole(k * n, {n})
    (True, False, False)
    """
    free = expr.free_symbols
    if not free <= whole or not expr.is_polynomial(*free):
        return False
    return all(c.is_Integer for c in (sympy.Poly(expr, *free).coeffs() if free else [expr]))
