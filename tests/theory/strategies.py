"""Random closed words in Gaussian and fixed letters of every kind."""

from __future__ import annotations

from collections import Counter
from math import prod

from hypothesis import strategies as st

from theory.algebra.polynomials import TracePolynomial, trace_of
from theory.algebra.words import (
    ONE,
    D,
    Factor,
    Letter,
    N,
    Word,
    diagonal,
    fixed,
    gaussian,
    ones,
    symmetric,
    transpose,
)

S, T, Q = symmetric("S", D), symmetric("T", D), symmetric("Q", N)
LETTERS: tuple[Letter, ...] = (
    gaussian("X", N, D, row_covariance=Q, column_covariance=S),
    gaussian("Y", N, D),
    gaussian("g", D, ONE, row_covariance=T),
    gaussian("z", N, ONE),
    gaussian("H", D, D, row_covariance=S, column_covariance=T),
    gaussian("c", ONE, ONE),
    fixed("A", D, D),
    fixed("u", D, ONE),
    diagonal("O", N),
    diagonal("P", N),
    ones(N),
    S,
)
FACTORS = [f for a in LETTERS for f in {Factor(a, False), Factor(a, False).T}]


@st.composite
def closed_words(draw: st.DrawFn, longest: int = 7) -> Word:
    """A closed word: a walk through the spaces that returns to where it began."""
    start = draw(st.sampled_from([N, D, ONE]))
    here, word = start, []
    while len(word) < longest:
        factor = draw(st.sampled_from([f for f in FACTORS if f.rows == here]))
        word.append(factor)
        here = factor.cols
        if here == start and draw(st.booleans()):
            return tuple(word)
    # There is a letter from every space to the one-dimensional one, and back.
    home = {N: Factor(ones(N), False), D: Factor(LETTERS[7], False)}
    if here != start and here != ONE:
        word.append(home[here])
    if start != ONE and here != start:
        word.append(home[start].T)
    return tuple(word)


@st.composite
def paired_words(draw: st.DrawFn) -> list[Word]:
    """Closed words in which every Gaussian letter occurs an even number of times.

    A word and its double, beside each other or in one trace, with a turn and a mirror in between.
    """
    word = draw(closed_words(longest=5))
    other = word
    if draw(st.booleans()):
        other = transpose(other)
    if word[0].rows == other[0].rows and draw(st.booleans()):
        return [word + other]
    shift = draw(st.integers(0, len(other) - 1))
    return [word, other[shift:] + other[:shift]]


def pairings_needed(words: list[Word]) -> int:
    """How many pairings the naive twin would write out; 0 when some letter is unpaired."""
    counts = Counter(f.letter for w in words for f in w if f.letter.is_gaussian)
    if any(k % 2 for k in counts.values()):
        return 0
    return prod(prod(range(1, k, 2)) for k in counts.values())


def product(words: list[Word]) -> TracePolynomial:
    """The product of the traces of closed words."""
    value = TracePolynomial.of(1)
    for word in words:
        value = value * trace_of(word, word[0].rows)
    return value
