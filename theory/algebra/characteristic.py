"""The characteristic polynomial of a rational matrix, also where its entries have many digits.

Entries of a solution share a denominator of as many digits as a determinant. The coefficients of
the characteristic polynomial have hardly more, while the bound that computing it in whole numbers
must assume is a multiple of d times that. So it is computed modulo one prime after the other, until
the rational numbers that this determines no longer change.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint

from theory.scalars.multimodular import primes

LONG = 512
"""Bits of a denominator from which on there are fewer primes than whole numbers would need."""
FIRST = 8
"""Primes before the first look; each next one is at half as many more."""


def characteristic(matrix: flint.fmpq_mat) -> flint.fmpz_poly:
    """A multiple of ``det(x - matrix)`` whose coefficients are whole numbers without common factor.

    >>> characteristic(flint.fmpq_mat([[1, 2], [3, 4]]) * flint.fmpq(1, 2))
    2*x^2 + (-5)*x + (-1)
    """
    numerator, denominator = matrix.numer_denom()
    if denominator.bit_length() < LONG:
        return _primitive(matrix.charpoly().numer())
    modulus, values = 1, [0] * (matrix.nrows() + 1)
    found: Sequence[int] | None = None
    look = FIRST
    for taken, prime in enumerate((p for p in primes() if denominator % p), 1):
        scale = flint.nmod(1, prime) / flint.nmod(denominator, prime)
        seen = [int(c) for c in (flint.nmod_mat(numerator, prime) * scale).charpoly().coeffs()]
        if found and _agree(found, seen, prime):
            return _primitive(flint.fmpz_poly(list(found)))
        inverse = pow(modulus, -1, prime)
        values = [
            v + (s - v) * inverse % prime * modulus for v, s in zip(values, seen, strict=True)
        ]
        modulus *= prime
        if taken >= look:
            found = _rational(values, modulus, int(denominator))
            look += look // 2
    raise AssertionError("there are primes without end")


def _agree(found: Sequence[int], seen: Sequence[int], prime: int) -> bool:
    """Whether a polynomial is modulo a prime what was computed there, up to its leading factor."""
    return all((c - found[-1] * s) % prime == 0 for c, s in zip(found, seen, strict=True))


def _rational(values: Sequence[int], modulus: int, common: int) -> list[int] | None:
    """Fractions known modulo a number, as numerators over the last, their common denominator.

    ``common`` is a part of it. None where the modulus is seen to be too small.
    """
    for value in values:
        common *= _denominator(value * common % modulus, modulus)
        if common >= modulus:
            return None
    found = (v * common % modulus for v in values)
    return [v - modulus if 2 * v > modulus else v for v in found]


def _denominator(value: int, modulus: int) -> int:
    """Of the fraction that a number modulo another stands for, if its denominator is small.

    That has at most a quarter of the modulus' digits, the numerator almost three.
    """
    least = modulus >> (modulus.bit_length() // 4 + 1)
    before, after, past, now = modulus, value, 0, 1
    while after > least:
        quotient = before // after
        before, after = after, before - quotient * after
        past, now = now, past - quotient * now
    return abs(now)


def _primitive(polynomial: flint.fmpz_poly) -> flint.fmpz_poly:
    content = polynomial.content()
    return polynomial // (content if polynomial[polynomial.degree()] > 0 else -content)
