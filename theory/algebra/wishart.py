r"""Moments of power sums of one Wishart matrix, from one power to the next.

For ``W = G'G``, G of m rows of independent standard normal numbers, and symmetric C, the mean of
``p_a(WC) p_b(WC) ...``, with ``p_k(M) = tr(M^k)``, is a polynomial in the ``p_k = p_k(C)`` and m.
Call that linear map T. Zonal polynomials are its eigenvectors, as they are those of the
Laplace-Beltrami operator of Jack parameter 2,

    D = sum_ij ij p_(i+j) d_i d_j + 1/2 sum_ij (i+j) p_i p_j d_(i+j) + 1/2 sum_i i(i-1) p_i d_i,

with ``d_i`` the derivative by ``p_i``; so T and D commute. By parts, ``T p_1 f = (m p_1 + E) T f``
with ``E = [D, p_1] = 2 sum_j j p_(j+1) d_j``. From ``[E, p_k] = 2k p_(k+1)`` and
``T E = [D, m p_1 + E] T`` follows, with ``B = [D, m p_1 + E] / 2`` (which cuts and joins parts),

    B = sum_s s ((m + s) p_(s+1) + sum_(i+j=s+1) p_i p_j) d_s + 2 sum_ij ij p_(i+j+1) d_i d_j,

    k T p_(k+1) q = B T p_k q - sum_(parts j of q) j T p_k q[j -> j+1].

In particular ``T p_(k+1) = B T p_k / k``. The work grows with the number of partitions of the
degree. :mod:`theory.algebra.moments` is the engine for all words, and shares nothing with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cmp_to_key
from operator import attrgetter

import flint
import sympy

from theory.algebra.polynomials import Monomial, TracePolynomial, trace_of
from theory.algebra.words import Factor, Letter, Word, transpose

Partition = tuple[int, ...]
"""Parts in falling order: ``(2, 1, 1)`` stands for ``p_2 p_1^2``."""
Value = dict[Partition, flint.fmpz_poly]
"""A polynomial in power sums; coefficients are polynomials in the number of rows."""
ROWS = flint.fmpz_poly([0, 1])
LEAST = 8
"""How many Gaussian letters there have to be for this to be the quicker way."""


@dataclass(frozen=True)
class PowerSums:
    """Means of products of power sums, remembered for as long as it lives.

    >>> PowerSums().mean((2,))
    {(2,): x^2 + x, (1, 1): x}
    """

    known: dict[Partition, Value] = field(default_factory=dict)

    def mean(self, parts: Partition) -> Value:
        """The mean of the product of ``p_k(WC)`` over the parts."""
        if not parts:
            return {(): flint.fmpz_poly([1])}
        if parts not in self.known:
            self.known[parts] = self._mean(parts)
        return self.known[parts]

    def _mean(self, parts: Partition) -> Value:
        *others, last = parts
        if last == 1:
            before = self.mean(tuple(others))
            return _collected((*_times(before, 1, ROWS), *_grown(before, 2)))
        k = last - 1
        total = [*_cut_and_joined(self.mean(_sorted((*others, k))))]
        for j, count in Counter(others).items():
            larger = self.mean(_sorted((*_without(others, j), j + 1, k)))
            total += [(key, -j * count * c) for key, c in larger.items()]
        return {key: c // k for key, c in _collected(total).items()}


Terms = Iterator[tuple[Partition, flint.fmpz_poly]]


def _times(value: Value, part: int, by: flint.fmpz_poly) -> Terms:
    """A power sum times a polynomial."""
    return ((_sorted((*key, part)), c * by) for key, c in value.items())


def _grown(value: Value, by: int) -> Terms:
    """``by`` times ``sum_j j p_(j+1) d_j``."""
    for key, c in value.items():
        for j, count in Counter(key).items():
            yield _sorted((*_without(key, j), j + 1)), by * j * count * c


def _cut_and_joined(value: Value) -> Terms:
    """The operator B."""
    for key, c in value.items():
        counts = Counter(key)
        for s, count in counts.items():
            rest, front = _without(key, s), s * count * c
            yield _sorted((*rest, s + 1)), front * (ROWS + s)
            for i in range(1, s + 1):
                yield _sorted((*rest, i, s + 1 - i)), front
            for j, others in counts.items():
                pairs = count * (others - (j == s))
                if pairs:
                    joined = _sorted((*_without(rest, j), s + j + 1))
                    yield joined, 2 * s * j * pairs * c


def _collected(terms: Terms | list | tuple) -> Value:
    total: Value = {}
    for key, c in terms:
        total[key] = total[key] + c if key in total else c
    return {key: c for key, c in total.items() if c.degree() >= 0}


def _sorted(parts: tuple[int, ...]) -> Partition:
    return tuple(sorted(parts, reverse=True))


def _without(parts: Partition | list[int], part: int) -> tuple[int, ...]:
    at = parts.index(part)
    return (*parts[:at], *parts[at + 1 :])


def power_sum_moment(monomial: Monomial) -> TracePolynomial | None:
    """The mean of a product of traces, where all are powers of one product ``G'G v``.

    With v a fixed product that is its own transpose, and G a Gaussian matrix of independent rows;
    or the same with ``G'`` for G. None for anything else, and for fewer than :data:`LEAST` letters.

    >>> from theory.algebra.polynomials import letter
    >>> from theory.algebra.words import D, N, gaussian, symmetric
    >>> X = letter(gaussian("X", N, D, column_covariance=symmetric("S", D)))
    >>> (m,) = ((X.mT @ X).trace() ** 4).terms
    >>> power_sum_moment(m).sorted_terms()[0]
    ((tr(S), tr(S), tr(S), tr(S)), n**4)
    """
    letters = [f.letter for trace in monomial for f in trace.word if f.letter.is_gaussian]
    if len(letters) < LEAST or len(set(letters)) > 1:
        return None
    for turned in (True, False):
        found = _powers(monomial, letters[0], turned)
        if found is not None:
            return _written(letters[0], turned, *found)
    return None


def _powers(
    monomial: Monomial, letter: Letter, turned: bool
) -> tuple[Word, Partition, Monomial] | None:
    """What stands between the pairs ``G'G`` (``G G'`` if not turned), the powers, and the rest."""
    inner = letter.row_covariance if turned else letter.column_covariance
    if inner is not None:
        return None
    between, parts, rest = set(), [], []
    for trace in monomial:
        word = trace.word
        at = [k for k, f in enumerate(word) if f.letter == letter]
        if not at:
            rest.append(trace)
            continue
        power, odd = divmod(len(at), 2)
        first = next((k for k in at if word[k].transposed == turned), None)
        if odd or first is None:
            return None
        word = word[first:] + word[:first]
        block = word[: len(word) // power]
        if block * power != word or block[1].transposed == turned:
            return None
        if transpose(block[2:]) != block[2:]:  # nor if the other letter of the block is in there
            return None
        between.add(block[2:])
        parts.append(power)
    if len(between) > 1:
        return None
    return between.pop(), _sorted(tuple(parts)), tuple(rest)


def _written(
    letter: Letter, turned: bool, between: Word, parts: Partition, rest: Monomial
) -> TracePolynomial:
    """The mean in traces of ``v C``, with C the covariance on the outer side."""
    rows, outer = (letter.rows, letter.cols) if turned else (letter.cols, letter.rows)
    covariance = letter.column_covariance if turned else letter.row_covariance
    word = between if covariance is None else (*between, Factor(covariance, False))
    size = rows.dimension
    sizes = [size**e for e in range(sum(parts) + 1)]
    sums = [next(iter(trace_of(word * k, outer).terms.items())) for k in range(sum(parts) + 1)]
    key_of = cache(attrgetter("key"))  # not for longer: names may be of other letters elsewhere
    found: dict[Monomial, list[sympy.Expr]] = {}
    for key, c in PowerSums().mean(parts).items():
        traces = tuple(sorted((*rest, *(t for k in key for t in sums[k][0])), key=key_of))
        front = sympy.Mul(*(sums[k][1] for k in key))
        coefficient = _polynomial(c, sizes)
        found.setdefault(traces, []).append(coefficient if front == 1 else front * coefficient)
    return TracePolynomial.expanded(
        {m: cs[0] if len(cs) == 1 else sympy.expand(sympy.Add(*cs)) for m, cs in found.items()}
    )


def _polynomial(c: flint.fmpz_poly, powers: list[sympy.Expr]) -> sympy.Expr:
    """A polynomial in a size; where that is a symbol, without SymPy's looking for like terms.

    That would take nearly all of the time, and the result is the same.
    """
    terms = [(sympy.Integer(int(a)), powers[e]) for e, a in enumerate(c.coeffs()) if a]
    if not powers[1].is_Symbol:
        return sympy.Add(*(a * power for a, power in terms))
    made = [
        a if power == 1 else power if a == 1 else sympy.Mul(a, power, evaluate=False)
        for a, power in terms
    ]
    return sympy.Add(*sorted(made, key=_ORDER), evaluate=False)


_ORDER = cmp_to_key(sympy.Basic.compare)
