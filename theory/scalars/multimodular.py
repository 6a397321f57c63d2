"""Whole-number linear systems solved modulo many primes at once.

By Cramer's rule the determinant is a common denominator of the solution, and Hadamard's inequality
bounds what is above it. So as many primes as that bound has words determine the numerators: no
rational number is guessed from its remainders, and nothing grows before the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import flint

SMALL = 24
"""Up to how many rows python-flint's own solver is the faster one, and for few columns."""


def primes() -> Iterator[int]:
    """The primes above 2^62, in order.

    >>> found = primes()
    >>> [next(found) - 2**62, next(found) - 2**62]
    [135, 169]
    """
    return (p for p in count(2**62 + 1, 2) if flint.fmpz(p).is_probable_prime())


def solved(a: flint.fmpz_mat, b: flint.fmpz_mat) -> tuple[flint.fmpz_mat, flint.fmpz]:
    """``x`` and a common denominator ``c`` that is not zero, with ``a x = c b``.

    Raises ZeroDivisionError where ``a`` is singular.

    >>> solved(flint.fmpz_mat([[2, 0], [0, 3]]), flint.fmpz_mat([[1], [1]]))
    ([3]
    [2], 6)
    """
    if a.nrows() <= SMALL or 4 * b.ncols() <= a.nrows():
        exact: Any = a.solve(b)
        return exact.numer_denom()
    common = a.det()
    if common == 0:
        raise ZeroDivisionError("singular matrix in solve()")
    remainders: list[int] = []
    moduli: list[int] = []
    modulus, bits = flint.fmpz(1), _bound(a, b)
    usable = (p for p in primes() if common % p)
    while modulus.bit_length() <= bits + 2:
        prime = next(usable)
        inside = flint.nmod_mat(a, prime).solve(flint.nmod_mat(b, prime))
        remainders += [int(v) for v in (inside * flint.nmod(common, prime)).entries()]
        moduli.append(prime)
        modulus *= prime
    # the numbers that have these remainders, all entries at once
    parts = [modulus // p for p in moduli]
    units = [part * pow(int(part % p), -1, p) for part, p in zip(parts, moduli, strict=True)]
    table = flint.fmpz_mat(len(units), b.nrows() * b.ncols(), remainders)
    sums, half = flint.fmpz_mat(1, len(units), units) * table, modulus // 2
    entries = [(v + half) % modulus - half for v in sums.entries()]
    return flint.fmpz_mat(b.nrows(), b.ncols(), entries), common


def _bound(a: flint.fmpz_mat, b: flint.fmpz_mat) -> int:
    """Bits that no determinant of ``a`` exceeds, with a column of ``b`` for one of its own."""
    squares = [max(flint.fmpz(1), _norm(column)) for column in a.transpose().tolist()]
    found = max(map(_norm, b.transpose().tolist()))
    for square in squares:
        found *= square
    return found.bit_length() // 2 + 1


def _norm(column: list[flint.fmpz]) -> flint.fmpz:
    """The sum of squares."""
    return sum((v * v for v in column), flint.fmpz(0))
