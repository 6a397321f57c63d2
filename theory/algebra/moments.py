"""Expectations of trace polynomials by Gaussian integration by parts.

For a Gaussian ``G`` with ``E[G_ia G_jb] = R_ij C_ab``, Stein's identity ``E[G_ia F] = sum R_ij C_ab
E[dF/dG_jb]`` pairs one chosen occurrence of ``G`` with every other one. On products of traces each
pairing joins or splits words:

    tr(G A G' B)       ->  tr(A C) tr(B R)          tr(G A G B)       ->  tr(A R B' C)
    tr(G A)  tr(G' B)  ->  tr(A R B C)              tr(G A) tr(G B)   ->  tr(A R B' C)

The recursion is memoised on states that are canonical under cyclic shift, transposition of a word
and the order of the factors, so the work grows with the number of such states and not with the
(2k-1)!! pairings. :mod:`theory.algebra.pairings` is the naive twin that does sum over pairings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import sympy

from theory.algebra.calculus import substitute
from theory.algebra.polynomials import (
    Monomial,
    TracePolynomial,
    has_denominator,
    trace_of,
)
from theory.algebra.traces import Trace
from theory.algebra.wishart import power_sum_moment
from theory.algebra.words import ONE, Factor, Kind, Letter, Space
from theory.errors import InputError, Underivable

Codes = tuple[int, ...]
State = tuple[Codes, ...]
Power = tuple[int, ...]  # exponents of the dimensions of the spaces, in the engine's order
Key = tuple[Power, State]  # dimensions and traces of fixed letters
Value = dict[Key, int]


class TooManyTerms(InputError):
    """A moment that takes more than was allowed."""


def expectation(polynomial: TracePolynomial, most: int | None = None) -> TracePolynomial:
    """The exact expectation over all Gaussian letters, with symbolic sizes.

    Parameters
    ----------
    polynomial
        Any polynomial in traces of words in Gaussian and fixed letters. Gaussian letters with
        different names are independent; all are centred. A covariance with a ``meaning`` is
        replaced by it in the end.
    most
        How many terms all states on the way may have together; by default, as many as it takes.

    Raises
    ------
    TooManyTerms
        Where there are more.

    Returns
    -------
    TracePolynomial
        A polynomial in traces of the fixed letters (covariances included), with coefficients
        polynomial in ``n`` and ``d``.

    Examples
    --------
    >>> from theory.algebra.words import D, N, gaussian, symmetric
    >>> from theory.algebra.polynomials import letter
    >>> S = symmetric("S", D)
    >>> X = letter(gaussian("X", N, D, column_covariance=S))
    >>> expectation((X.mT @ X).trace() ** 2)
    n**2 tr(S) tr(S) + 2*n tr(S S)
    """
    parts, others = [], {}
    for monomial, c in without_random(polynomial).terms.items():
        found = power_sum_moment(monomial)
        if found is None:
            others[monomial] = c
        else:
            parts.append(found * c)
    rest = TracePolynomial.expanded(others)
    found = Engine(rest.letters, most).polynomial(rest)
    found = TracePolynomial.sum([found, *parts]) if parts else found
    meanings = {a: a.meaning for a in found.letters if a.meaning is not None}
    return substitute(found, meanings) if meanings else found


def without_random(polynomial: TracePolynomial) -> TracePolynomial:
    """The expectation over the random scalars alone.

    Raises :class:`~theory.errors.Underivable` where it takes a moment that is not known.

    >>> from theory.algebra.polynomials import letter
    >>> from theory.algebra.words import random_scalar
    >>> t = letter(random_scalar("t", [sympy.Rational(1, 2), sympy.Rational(1, 3)])).trace()
    >>> without_random(t**2 + 6 * t)
    10/3
    """
    if not any(a.kind is Kind.RANDOM for a in polynomial.letters):
        return polynomial
    total: dict[Monomial, list[sympy.Expr]] = defaultdict(list)
    for monomial, c in polynomial.terms.items():
        powers: Counter[Letter] = Counter()
        kept = []
        for trace in monomial:
            if (head := trace.word[0].letter).kind is Kind.RANDOM:
                powers[head] += 1
            else:
                kept.append(trace)
        total[tuple(kept)].append(c * sympy.Mul(*(_moment(t, k) for t, k in powers.items())))
    return TracePolynomial({m: sympy.Add(*cs) for m, cs in total.items()})


def _moment(scalar: Letter, order: int) -> sympy.Expr:
    if order > len(scalar.moments):
        raise Underivable(
            f"this takes the moment of order {order} of {scalar}, of which "
            f"{len(scalar.moments)} are known"
        )
    found = scalar.moments[order - 1]
    if found is None:
        raise Underivable(
            f"a root of {scalar} is left over, of which whole powers have known means"
        )
    return found


def odd_gaussians(monomial: Monomial) -> frozenset[Letter]:
    """The Gaussian letters that occur an odd number of times; with any, the expectation is 0.

    >>> from theory.algebra.words import gaussian
    >>> from theory.algebra.polynomials import letter
    >>> (m,) = (letter(gaussian("g", ONE, ONE)).trace() ** 3).terms
    >>> odd_gaussians(m)
    frozenset({g})
    """
    odd: set[Letter] = set()
    for trace in monomial:
        for f in trace.word:
            if f.letter.is_gaussian:
                odd ^= {f.letter}
    return frozenset(odd)


class Engine:
    """Expectations of monomials over a fixed set of letters, remembered for as long as it lives.

    Letters become small integers (``2 * index + transposed``), Gaussian ones first. A canonical
    word is the greatest of its rotations and of those of its transpose: it begins with its longest
    run of the greatest fixed letter, and the Gaussian after that run is the one that is paired. So
    powers of one product lead to states in which all but one run are short, and to few of them. A
    state has its greatest word first.
    """

    def __init__(self, letters: Iterable[Letter], most: int | None = None):
        found = set(letters)
        for letter in list(found):
            found |= {c for c in (letter.row_covariance, letter.column_covariance) if c}
        self._letters = sorted(found, key=lambda a: (not a.is_gaussian, a.key))
        self._spaces: list[Space] = []
        self._gaussians = 2 * sum(a.is_gaussian for a in self._letters)
        self._flip = [
            code if a.is_symmetric else code ^ 1
            for k, a in enumerate(self._letters)
            for code in (2 * k, 2 * k + 1)
        ]
        index = {a: k for k, a in enumerate(self._letters)}
        self._index = index
        # For each code: the space on its left, and the covariance words on its left and right.
        self._left: list[int] = []
        self._covariance_left: list[Codes] = []
        self._covariance_right: list[Codes] = []
        for a in self._letters:
            row = (2 * index[a.row_covariance],) if a.row_covariance else ()
            col = (2 * index[a.column_covariance],) if a.column_covariance else ()
            for left, before, after in ((a.rows, row, col), (a.cols, col, row)):
                self._left.append(self._space(left))
                self._covariance_left.append(before)
                self._covariance_right.append(after)
        self._one = self._space(ONE)
        self._has_vectors = self._one in self._left
        self._left_over = most
        self._values: dict[State, Value] = {}
        self._canonical: dict[Codes, Codes] = {}
        self._traces: dict[Codes, tuple[Monomial, sympy.Expr]] = {}
        self._unit: Power = (0,) * len(self._spaces)

    def _space(self, space: Space) -> int:
        if space not in self._spaces:
            self._spaces.append(space)
        return self._spaces.index(space)

    def polynomial(self, polynomial: TracePolynomial) -> TracePolynomial:
        """The expectation of a polynomial in this engine's letters."""
        # counted by traces, sizes and what a coefficient is beside its numbers: SymPy comes last
        total: dict[tuple[Key, sympy.Expr], Any] = defaultdict(int)
        for monomial, coefficient in polynomial.terms.items():
            parts = [c.as_coeff_Mul() for c in sympy.Add.make_args(coefficient)]
            parts = [(int(c) if c.is_Integer else c, rest) for c, rest in parts]
            for key, count in self._monomial(monomial).items():
                for c, rest in parts:
                    total[key, rest] += c * count
        terms: dict[Monomial, list[sympy.Expr]] = defaultdict(list)
        for ((dims, traces), rest), count in total.items():
            scalar, fixed = self._product(traces)
            sizes = (s.dimension**e for s, e in zip(self._spaces, dims, strict=True) if e)
            terms[fixed].append(sympy.Mul(count, rest, scalar, *sizes))
        found = {k: sympy.Add(*parts) for k, parts in terms.items()}
        sizes_are_sums = any(space.dimension.is_Add for space in self._spaces)
        if sizes_are_sums or any(has_denominator(rest) for _, rest in total):
            return TracePolynomial(found)
        return TracePolynomial.expanded(found)  # sums of products of powers

    def _monomial(self, monomial: Monomial) -> Value:
        """The expectation of one product of traces."""
        words = [
            tuple(2 * self._index[f.letter] + f.transposed for f in trace.word)
            for trace in monomial
        ]
        power, fixed, state = self._normal((word, 0) for word in words)
        return {
            (tuple(map(int.__add__, dims, power)), tuple(sorted(fixed + traces))): count
            for (dims, traces), count in self._value(state).items()
        }

    def _product(self, words: tuple[Codes, ...]) -> tuple[sympy.Expr, Monomial]:
        """A product of traces of fixed letters, as a scalar and a monomial."""
        scalar: sympy.Expr = sympy.Integer(1)
        found: list[Trace] = []
        for codes in words:
            if codes not in self._traces:
                value = trace_of(self._word(codes), self._spaces[self._left[codes[0]]])
                # of a projection of rank 0 there is none
                self._traces[codes] = next(iter(value.terms.items()), ((), sympy.Integer(0)))
            traces, coefficient = self._traces[codes]
            scalar *= coefficient
            found += traces
        return scalar, tuple(sorted(found, key=lambda t: t.key))

    def _word(self, codes: Codes) -> tuple[Factor, ...]:
        return tuple(Factor(self._letters[c >> 1], bool(c & 1)) for c in codes)

    @property
    def states(self) -> int:
        """How many canonical states were evaluated so far."""
        return len(self._values)

    def _value(self, state: State) -> Value:
        """E of the product of traces of ``state``, all of which hold Gaussian letters."""
        if not state:
            return {(self._unit, ()): 1}
        known = self._values.get(state)
        if known is not None:
            return known
        total: Value = defaultdict(int)
        for (power, fixed, rest), times in self._pairings(state).items():
            value = self._value(rest)
            if not any(power) and not fixed:
                for key, count in value.items():
                    total[key] += times * count
                continue
            for (dims, traces), count in value.items():
                new = tuple(sorted(traces + fixed)) if fixed else traces
                total[tuple(map(int.__add__, dims, power)), new] += times * count
        result = dict(total)
        if self._left_over is not None:
            self._left_over -= len(result) + 1
            if self._left_over < 0:
                raise TooManyTerms("found a moment that has too many terms on the way")
        self._values[state] = result
        return result

    def _pairings(self, state: State) -> dict[tuple[Power, State, State], int]:
        """Pair the first Gaussian of the first word with every other occurrence of it."""
        word, others = state[0], state[1:]
        at = next(k for k, code in enumerate(word) if code < self._gaussians)
        head, tail = word[at], word[at + 1 :] + word[:at]
        mate = head ^ 1
        before, after = self._covariance_left[head], self._covariance_right[head]
        left = self._left[head]
        right = self._left[mate]
        found: dict[tuple[Power, State, State], int] = defaultdict(int)
        pieces: tuple[tuple[Codes, int], ...]
        for k, code in enumerate(tail):
            if code == mate:
                pieces = ((tail[:k] + after, right), (tail[k + 1 :] + before, left))
            elif code == head:
                joined = tail[:k] + before + self._transpose(tail[k + 1 :]) + after
                pieces = ((joined, right),)
            else:
                continue
            found[self._normal((*pieces, *((w, 0) for w in others)))] += 1
        for j, other in enumerate(others):
            if j and other == others[j - 1]:
                continue
            times = others.count(other)
            remaining = (*others[:j], *others[j + 1 :])
            for k, code in enumerate(other):
                if code >> 1 != head >> 1:
                    continue
                opened = other[k + 1 :] + other[:k]
                if code == head:
                    opened = self._transpose(opened)
                joined = tail + before + opened + after
                found[self._normal(((joined, right), *((w, 0) for w in remaining)))] += times
        return found

    def _transpose(self, word: Codes) -> Codes:
        flip = self._flip
        return tuple([flip[c] for c in reversed(word)])

    def _normal(self, pieces: Iterable[tuple[Codes, int]]) -> tuple[Power, State, State]:
        """Dimensions of empty loops, traces of fixed letters, and the state of the rest."""
        power = self._unit
        fixed: list[Codes] = []
        state: list[Codes] = []
        for word, space in pieces:
            if not word:
                power = tuple(e + (k == space) for k, e in enumerate(power))
                continue
            for part in self._split(word):
                part = self._rotate(part)
                (state if min(part) < self._gaussians else fixed).append(part)
        fixed.sort()
        state.sort(reverse=True)
        return power, tuple(fixed), tuple(state)

    def _split(self, word: Codes) -> Iterable[Codes]:
        """Cut a closed word wherever it passes through the one-dimensional space."""
        if not self._has_vectors:
            return (word,)
        cuts = [k for k, c in enumerate(word) if self._left[c] == self._one]
        if len(cuts) < 2:
            return (word,)
        parts = [word[a:b] for a, b in pairwise(cuts)]
        return [*parts, word[cuts[-1] :] + word[: cuts[0]]]

    def _rotate(self, word: Codes) -> Codes:
        """The greatest of all rotations of the word and of its transpose."""
        known = self._canonical.get(word)
        if known is None:
            mirrored = self._transpose(word)
            most = max(max(word), max(mirrored))
            known = max(
                w[k:] + w[:k] for w in (word, mirrored) for k, c in enumerate(w) if c == most
            )
            self._canonical[word] = known
        return known
