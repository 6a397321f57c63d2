"""Rational matrices modulo a large prime: to see that one vanishes without computing it.

A number that is not zero vanishes modulo a given prime of 62 bits only if that prime divides it,
and a number of k digits has fewer than k/18 such primes.
"""

from __future__ import annotations

from typing import Any

import flint

from theory.scalars.cleared import Cleared


class Modular:
    """Arithmetic of matrices modulo a prime.

    >>> a = Modular(7).matrix(Cleared.of(flint.fmpq_mat([[1, 2], [3, 4]]) * flint.fmpq(1, 2)))
    >>> a
    [4, 1]
    [5, 2]
    """

    def __init__(self, prime: int):
        self.prime = prime

    def number(self, value: Any) -> flint.nmod:
        """Raises ZeroDivisionError where the prime divides the denominator."""
        return flint.nmod(flint.fmpq(value), self.prime)

    def matrix(self, a: Cleared) -> flint.nmod_mat:
        """Raises ZeroDivisionError where the prime divides the denominator."""
        return flint.nmod_mat(a.numerator, self.prime) / self.number(a.denominator)

    def transpose(self, a: flint.nmod_mat) -> flint.nmod_mat:
        return a.transpose()

    def trace_of_product(self, a: flint.nmod_mat, b: flint.nmod_mat) -> flint.nmod:
        pairs = zip(a.entries(), b.transpose().entries(), strict=True)
        return sum((v * w for v, w in pairs), self.number(0))
