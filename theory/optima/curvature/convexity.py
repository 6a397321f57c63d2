"""Why a risk is convex in its weight: its second-order part, as squares or by its eigenvalues.

A closed word that can be cut into two palindromes (each its own transpose, with at most a positive
semi-definite letter in the middle) is the trace of a product of two positive semi-definite
matrices, hence non-negative. If every second-order term is such a word with a non-negative
coefficient, the risk is convex, and the terms say when it is strictly so. Where no matrix but the
weight occurs, the second-order part is unchanged by rotations and has three eigenvalues at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import sympy

from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.traces import Trace
from theory.algebra.words import Kind, Letter, Word, transpose
from theory.errors import Underivable
from theory.scalars.rational import factored
from theory.scalars.signs import Ranges, is_nonnegative, is_positive
from theory.scalars.symbols import d


def _is_psd(piece: Word) -> bool:
    if transpose(piece) != piece:
        return False
    return len(piece) % 2 == 0 or piece[len(piece) // 2].letter.kind is Kind.SYMMETRIC


def cut(trace: Trace) -> tuple[Word, Word] | None:
    """Cut a closed word into two positive semi-definite palindromes, if that can be done.

    Every symmetric letter is a covariance, so a palindrome with one in its middle is positive
    semi-definite.

    >>> from theory.algebra.words import D, Factor, fixed, symmetric
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


@dataclass(frozen=True)
class SumOfSquares:
    """The second-order part of a risk as a sum of non-negative terms.

    Parameters
    ----------
    definite
        Those terms that are bounded below by a multiple of ``||W||^2`` once the covariances in
        ``positive`` are positive definite and their coefficient does not vanish.
    positive
        Covariances that must be positive definite for that.
    """

    definite: TracePolynomial
    positive: tuple[Letter, ...]


@dataclass(frozen=True)
class InvariantForm:
    """A second-order part ``a tr(W W') + b tr(W W) + c tr(W)^2``, unchanged by rotations.

    It is ``a + b`` times the squared norm on symmetric matrices of trace zero, ``a - b`` on
    antisymmetric ones, and ``a + b + d c`` on multiples of the identity. The first two are
    non-negative, the last one is positive: then some minimiser is a multiple of the identity (any
    one, averaged over rotations), and where all are positive it is the only minimiser.
    """

    symmetric: sympy.Expr
    antisymmetric: sympy.Expr
    identity: sympy.Expr

    @classmethod
    def of(cls, second: TracePolynomial, weight: Letter) -> Self:
        """Of a second-order part in which no other letter occurs."""
        w = letter(weight)
        forms = [(w @ w.mT).trace(), (w @ w).trace(), w.trace() * w.trace()]
        a, b, c = (second.terms.get(next(iter(f.terms)), sympy.Integer(0)) for f in forms)
        return cls(*(factored(v) for v in (a + b, a - b, a + b + d * c)))

    @property
    def values(self) -> tuple[sympy.Expr, ...]:
        """All three."""
        return self.symmetric, self.antisymmetric, self.identity


Convexity = SumOfSquares | InvariantForm


def convexity(risk: TracePolynomial, weight: Letter, ranges: Ranges | None = None) -> Convexity:
    """Why ``risk`` is convex in ``weight``, for parameters in ``ranges``.

    Raises :class:`~theory.errors.Underivable` when that is not visible.
    """
    second = risk.part(2, weight)
    if second.letters == {weight}:
        return _invariant(second, weight, ranges)
    return _sum_of_squares(second, weight, ranges)


def _invariant(second: TracePolynomial, weight: Letter, ranges: Ranges | None) -> InvariantForm:
    found = InvariantForm.of(second, weight)
    seen = all(is_nonnegative(v, ranges) for v in found.values)
    if not (seen and is_positive(found.identity, ranges)):
        raise Underivable(f"the second-order part {second} is not visibly positive")
    return found


def _sum_of_squares(second: TracePolynomial, weight: Letter, ranges: Ranges | None) -> SumOfSquares:
    definite, positive = [], set()
    for monomial, c in second.sorted_terms():
        term = TracePolynomial({monomial: c})
        if not is_nonnegative(c, ranges) or any(cut(trace) is None for trace in monomial):
            raise Underivable(f"the second-order term {term} is not visibly non-negative")
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
    return SumOfSquares(
        TracePolynomial.sum(t for t, _ in chosen),
        tuple(sorted(positive, key=lambda a: a.key)),
    )


def _is_full(trace: Trace, weight: Letter) -> bool:
    """Whether tr(W A W' B) with A, B products of symmetric letters: definite if those are."""
    return sum(f.letter == weight for f in trace.word) == 2 and all(
        f.letter == weight or f.letter.kind is Kind.SYMMETRIC for f in trace.word
    )
