"""Monomials in independent standard normal coordinates, and the means of their products."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import prod
from operator import add

import flint

Powers = tuple[int, ...]
"""A monomial: the power of each coordinate."""
ODD = {k: prod(range(1, k, 2)) for k in range(0, 40, 2)}
"""``E g^k = (k-1)!!`` for even k; odd sums do not occur."""


def by_order(monomials: Mapping[Powers, Mapping[int, flint.fmpz]]) -> flint.fmpz_mat:
    """A row for each monomial: the coefficients of ``t^0, t^1, ...`` by which it is multiplied.

    >>> by_order({(1, 0): {0: flint.fmpz(3)}, (0, 1): {1: flint.fmpz(2)}})
    [3, 0]
    [0, 2]
    """
    rows = monomials.values()
    last = max(map(max, rows))
    return flint.fmpz_mat([[orders.get(k, 0) for k in range(last + 1)] for orders in rows])


@lru_cache(maxsize=4096)
def means(left: tuple[Powers, ...], right: tuple[Powers, ...]) -> flint.fmpz_mat:
    """The means of the products of two monomials, whose coordinates have the same parities.

    >>> means(((2, 0), (0, 2)), ((2, 0),))
    [3]
    [1]
    """
    pairs = ((map(add, one, other) for other in right) for one in left)
    return flint.fmpz_mat([[prod(ODD[k] for k in sums if k > 2) for sums in row] for row in pairs])
