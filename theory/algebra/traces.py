"""Traces of closed words, known up to cyclic shift and transposition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import sympy

from theory.algebra.words import (
    ONE,
    Kind,
    Space,
    Word,
    cancelled,
    normal,
    root,
    sort_key,
    transpose,
)


@dataclass(frozen=True)
class Trace:
    """The trace of a closed word, canonical under cyclic shift and transposition.

    Build it with :func:`traces`, which also splits a word that passes several times through the
    one-dimensional space; the constructor trusts its argument to be canonical.
    """

    word: Word

    @property
    def key(self) -> tuple:
        return sort_key(self.word)

    def __repr__(self) -> str:
        body = " ".join(map(repr, self.word))
        return f"tr({body})"


def traces(word: Word) -> Iterator[Trace | sympy.Expr]:
    """The canonical traces whose product is the trace of a closed, non-empty word.

    A closed word that visits the one-dimensional space several times is a product of scalars. A
    closed loop without letters is yielded as its dimension, and a projection alone as its rank.
    """
    space, word = word[0].rows, cancelled(word)
    if any(f.letter.merges for f in word):
        space, word = _closed(word)
    if not word:
        yield space.dimension
        return
    cuts = [k for k, factor in enumerate(word) if factor.rows == ONE]
    if len(cuts) <= 1:
        pieces = [word]
    else:
        pieces = [word[a:b] for a, b in pairwise(cuts)]
        pieces.append(word[cuts[-1] :] + word[: cuts[0]])
    for piece in pieces:
        yield _canonical(piece)


def _closed(word: Word) -> tuple[Space, Word]:
    """A closed word that begins with a whole run of powers of one letter, and its first space."""
    space = word[0].rows
    for _ in range(len(word)):
        if len(word) < 2 or root(word[-1]) != root(word[0]):
            break
        space, word = word[-1].rows, cancelled((word[-1], *word[:-1]))
    return space, word


def _canonical(word: Word) -> Trace | sympy.Expr:
    if len(word) == 1 and word[0].letter.rank is not None:
        return word[0].letter.rank
    ends = [k for k, f in enumerate(word) if f.letter.kind is Kind.ONES]
    inside = [f for f in word if f.letter.kind is Kind.DIAGONAL]
    if len(ends) == 2 and len(inside) == len(word) - 2:
        # 1' D E 1 is the trace of D E for diagonal D, E; and 1' 1 the dimension.
        space = word[ends[0]].letter.rows
        if not inside:
            return space.dimension
        return Trace(tuple(sorted(inside, key=lambda f: f.key)))
    if len(inside) == len(word):
        return Trace(tuple(sorted(word, key=lambda f: f.key)))
    merging = any(f.letter.merges for f in word)
    both = (word, transpose(word))
    candidates = [
        normal(w[k:] + w[:k])
        for w in both
        for k in range(len(word))
        # a rotation that cuts a run of commuting letters in two would hide its order
        if not w[k - 1].letter.kind is w[k].letter.kind is Kind.DIAGONAL
        and not (merging and root(w[k - 1]) == root(w[k]))
    ]
    # a power of one letter is cut nowhere
    return Trace(min(candidates or map(normal, both), key=sort_key))
