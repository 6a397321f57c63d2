"""Isserlis' theorem by literal enumeration: the naive twin of :mod:`theory.algebra.moments`.

The expectation of a product of Gaussian entries is the sum over all ways to pair them. Here every
way is written out: the ends of all letters are joined, and the loops that result are read off one
by one. It needs (2k-1)!! steps where the engine needs a handful, and shares nothing with it but the
notion of a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import sympy

from theory.algebra.polynomials import Monomial, TracePolynomial, trace_of
from theory.algebra.words import Factor, Letter, Space, Word

End = tuple[int, bool]  # an occurrence of a letter, and whether its right end is meant


def pairings(items: Sequence[int]) -> Iterator[tuple[tuple[int, int], ...]]:
    """All ways to pair the items; none when their number is odd.

    >>> len(list(pairings(range(6))))
    15
    """
    if not items:
        yield ()
        return
    first, rest = items[0], items[1:]
    for k, partner in enumerate(rest):
        for others in pairings([*rest[:k], *rest[k + 1 :]]):
            yield ((first, partner), *others)


def expectation_by_pairings(polynomial: TracePolynomial) -> TracePolynomial:
    """The exact expectation, summed over all pairings of equal Gaussian letters.

    Same contract as :func:`theory.algebra.moments.expectation`; use it for small degrees only.

    Examples
    --------
    >>> from theory.algebra.words import D, ONE, gaussian
    >>> from theory.algebra.polynomials import letter
    >>> x = letter(gaussian("x", D, ONE))
    >>> expectation_by_pairings((x.mT @ x).trace() ** 2)
    d**2 + 2*d
    """
    return TracePolynomial.sum(_monomial(monomial) * c for monomial, c in polynomial.terms.items())


def _monomial(monomial: Monomial) -> TracePolynomial:
    factors: list[Factor] = [f for trace in monomial for f in trace.word]
    glued: dict[End, End] = {}
    start = 0
    for trace in monomial:
        length = len(trace.word)
        for k in range(length):
            here, after = start + k, start + (k + 1) % length
            glued[here, True] = (after, False)
            glued[after, False] = (here, True)
        start += length
    groups: dict[Letter, list[int]] = {}
    for k, factor in enumerate(factors):
        if factor.letter.is_gaussian:
            groups.setdefault(factor.letter, []).append(k)
    return TracePolynomial.sum(
        _loops(factors, glued, [pair for group in choice for pair in group])
        for choice in product(*(list(pairings(group)) for group in groups.values()))
    )


def _loops(
    factors: list[Factor], glued: dict[End, End], paired: list[tuple[int, int]]
) -> TracePolynomial:
    """The product of traces that one complete pairing leaves behind."""
    across: dict[End, tuple[End, Word]] = {}
    for a, b in paired:
        letter = factors[a].letter
        for column_end, covariance in (
            (False, letter.row_covariance),
            (True, letter.column_covariance),
        ):
            ends = [(k, column_end != factors[k].transposed) for k in (a, b)]
            between: Word = () if covariance is None else (Factor(covariance, False),)
            across[ends[0]] = (ends[1], between)
            across[ends[1]] = (ends[0], between)
    for k, factor in enumerate(factors):
        if not factor.letter.is_gaussian:
            across[k, False] = ((k, True), (factor,))
            across[k, True] = ((k, False), (factor.T,))
    value = TracePolynomial.of(sympy.Integer(1))
    todo = set(across)
    while todo:
        first = end = min(todo)
        word: list[Factor] = []
        space: Space = factors[first[0]].cols if first[1] else factors[first[0]].rows
        while True:
            other, letters = across[end]
            word += letters
            todo -= {end, other}
            end = glued[other]
            if end == first:
                break
        value = value * trace_of(tuple(word), space)
    return value
