"""Why a risk is convex in its weight: its second-order part as a sum of squares.

A closed word that can be cut into two palindromes (each its own transpose, with at most a positive
semi-definite letter in the middle) is the trace of a product of two positive semi-definite
matrices, hence non-negative. If every second-order term is such a word with a non-negative
coefficient, the risk is convex, and the terms say when it is strictly so.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.errors import Underivable
from theory.polynomials import TracePolynomial
from theory.words import Kind, Letter, Trace, Word, d, n, transpose


def _is_psd(piece: Word) -> bool:
    if transpose(piece) != piece:
        return False
    return len(piece) % 2 == 0 or piece[len(piece) // 2].letter.kind is Kind.SYMMETRIC


def cut(trace: Trace) -> tuple[Word, Word] | None:
    """Cut a closed word into two positive semi-definite palindromes, if that can be done.

    Every symmetric letter is a covariance, so a palindrome with one in its middle is positive
    semi-definite.

    >>> from theory.words import D, Factor, fixed, symmetric
    >>> W, S = fixed("W", D, D), symmetric("S", D)
    >>> cut(Trace((Factor(S, False), Factor(W, False), Factor(W, True))))
    ((S,), (W, W'))
    """
    word = trace.word
    for start in range(len(word)):
        turned = word[start:] + word[:start]
        for size in range(1, len(word) + 1):
            if _is_psd(turned[:size]) and _is_psd(turned[size:]):
                return turned[:size], turned[size:]
    return None


def is_nonnegative(coefficient: sympy.Expr) -> bool:
    """Whether a coefficient is visibly non-negative for n >= 1 and real parameters.

    Visibly: written in ``n - 1``, a polynomial with non-negative numbers in front of monomials in
    which every other symbol has an even power (``d`` counts as positive).
    """
    symbols = sorted(coefficient.free_symbols, key=str)
    if not symbols:
        return bool(coefficient >= 0)
    shifted = sympy.Poly(coefficient.subs(n, n + 1), *symbols)
    return all(
        number >= 0
        and all(s in (n, d) or power % 2 == 0 for s, power in zip(symbols, powers, strict=True))
        for powers, number in shifted.terms()
    )


@dataclass(frozen=True)
class Convexity:
    """The second-order part of a risk as a sum of non-negative terms.

    Parameters
    ----------
    squares
        The non-negative terms, one trace polynomial each.
    definite
        Those that are bounded below by a multiple of ``||W||^2`` once the covariances in
        ``positive`` are positive definite and their coefficient does not vanish.
    positive
        Covariances that must be positive definite for that.
    """

    squares: tuple[TracePolynomial, ...]
    definite: TracePolynomial
    positive: tuple[Letter, ...]


def convexity(risk: TracePolynomial, weight: Letter) -> Convexity:
    """Write the second-order part of ``risk`` in ``weight`` as a sum of squares.

    Raises :class:`~theory.errors.Underivable` when some term is not visibly non-negative.
    """
    squares, definite, positive = [], [], set()
    for monomial, c in risk.part(2, weight).sorted_terms():
        term = TracePolynomial({monomial: c})
        if not is_nonnegative(c) or any(cut(trace) is None for trace in monomial):
            raise Underivable(f"the second-order term {term} is not visibly non-negative")
        squares.append(term)
        quadratic = [t for t in monomial if any(f.letter == weight for f in t.word)]
        others = {f.letter for f in quadratic[0].word} - {weight}
        if len(quadratic) == 1 and _is_full(quadratic[0], weight):
            definite.append((term, others))
    if not definite:
        raise Underivable("no second-order term controls the whole weight")
    # Least demanding first: the fewest covariances to be positive definite.
    fewest = min(len(others) for _, others in definite)
    chosen = [(t, o) for t, o in definite if len(o) == fewest]
    positive = set().union(*(o for _, o in chosen))
    return Convexity(
        tuple(squares),
        TracePolynomial.sum(t for t, _ in chosen),
        tuple(sorted(positive, key=lambda a: a.key)),
    )


def _is_full(trace: Trace, weight: Letter) -> bool:
    """Whether tr(W A W' B) with A, B products of symmetric letters: definite if those are."""
    return sum(f.letter == weight for f in trace.word) == 2 and all(
        f.letter == weight or f.letter.kind is Kind.SYMMETRIC for f in trace.word
    )
