"""Hypothesis strategies: sizes, scalars and exact rational covariances."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

import flint
from hypothesis import reject
from hypothesis import strategies as st

from theory.designs.computed import rank_at
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.scalars.arithmetic import EXACT
from verify.instances import counted_by, multiple_of

KINDS = ("identity", "diagonal", "full-rank", "singular", "ill-conditioned", "commuting")


def sizes(high: int) -> st.SearchStrategy[int]:
    """A number of examples or features, from 1."""
    return st.integers(1, high)


def rationals(low: Fraction, high: Fraction, denominator: int = 12) -> st.SearchStrategy[Fraction]:
    """Multiples of ``1 / denominator`` between two numbers; the lower one where there are none."""
    first, last = ceil(low * denominator), floor(high * denominator)
    if first > last:
        return st.just(low)
    return st.integers(first, last).map(lambda k: Fraction(k, denominator))


def scalars(parameter: Parameter) -> st.SearchStrategy[Fraction]:
    """A value in a parameter's range; of an infinite one, up to 5 from its finite end or from 0."""
    first, last = sorted(parameter.at(Fraction(k), Fraction(5 * k)) for k in (0, 1))
    return rationals(first, last, 1 if parameter.whole else 12)


@st.composite
def entries(
    draw: st.DrawFn, rows: int, columns: int, entry: st.SearchStrategy[Fraction]
) -> flint.fmpq_mat:
    """A matrix of drawn numbers."""
    return EXACT.matrix([[draw(entry) for _ in range(columns)] for _ in range(rows)])


@st.composite
def columns(draw: st.DrawFn, size: int) -> flint.fmpq_mat:
    """A column of small rational entries, the first of them not zero."""
    entry = rationals(Fraction(-2), Fraction(2), 4)
    first = rationals(Fraction(1, 4), Fraction(2), 4)
    return EXACT.matrix([[draw(entry if k else first)] for k in range(size)])


@st.composite
def factors(draw: st.DrawFn, size: int) -> flint.fmpq_mat:
    """A unit lower triangular matrix with small rational entries."""
    entry = rationals(Fraction(-2), Fraction(2), 4)
    return EXACT.matrix(
        [
            [draw(entry) if c < r else Fraction(int(c == r)) for c in range(size)]
            for r in range(size)
        ]
    )


@st.composite
def pivots(draw: st.DrawFn, size: int, kind: str) -> flint.fmpq_mat:
    """The diagonal D of L D L': positive, with zeros, or spread over many orders of magnitude."""
    if kind == "singular":
        entry: st.SearchStrategy[Fraction] = st.sampled_from(
            [Fraction(0), Fraction(1), Fraction(3, 2)]
        )
    elif kind == "ill-conditioned":
        entry = st.integers(-6, 6).map(lambda k: Fraction(10) ** k)
    else:
        entry = rationals(Fraction(1, 4), Fraction(4), 4)
    values = [draw(entry) for _ in range(size)]
    return EXACT.matrix([[v if r == c else 0 for c, v in enumerate(values)] for r in range(size)])


@st.composite
def psd_matrices(draw: st.DrawFn, size: int, kind: str) -> flint.fmpq_mat:
    """An exact rational symmetric positive semi-definite matrix L D L' of the given kind."""
    if kind == "identity":
        return EXACT.identity(size)
    d = draw(pivots(size, kind))
    if kind == "diagonal":
        return d
    low = draw(factors(size))
    return low * d * low.transpose()


@st.composite
def orthogonal_matrices(draw: st.DrawFn, size: int) -> flint.fmpq_mat:
    """An exact rational rotation: Cayley's transform of a skew matrix, times a permutation."""
    entry = rationals(Fraction(-2), Fraction(2), 3)
    skew = EXACT.matrix([[0] * size for _ in range(size)])
    for r in range(size):
        for c in range(r):
            value = EXACT.number(draw(entry))
            skew[r, c], skew[c, r] = value, -value
    one = EXACT.identity(size)
    order = draw(st.permutations(range(size)))
    shuffle = EXACT.matrix([[int(order[r] == c) for c in range(size)] for r in range(size)])
    return (one + skew).solve(one - skew) * shuffle


@st.composite
def projections(draw: st.DrawFn, size: int, rank: int) -> flint.fmpq_mat:
    """An exact rational projection of a rank, in any position."""
    turn = draw(orthogonal_matrices(size))
    return turn * EXACT.diagonal([int(k < rank) for k in range(size)]) * turn.transpose()


def _rank(
    draw: st.DrawFn, design: Design, name: str, scalars: dict[str, Fraction], size: int
) -> int:
    """That of a projection: what the scalars make it, or any; the draw is given up for no rank."""
    if name not in design.ranks:
        return draw(st.integers(0, size))
    try:
        return rank_at(name, design.ranks[name], scalars | {"d": size})
    except InputError:
        reject()


@st.composite
def instances(
    draw: st.DrawFn,
    design: Design,
    regular: tuple[str, ...] = (),
    most_n: int = 12,
    most_d: int = 4,
) -> Instance:
    """An exact instance of a design, with signal or noise present.

    Covariances in ``regular`` are positive definite and given by an exact square root; the others
    may be singular. A commuting covariance is a polynomial in the first one. All are as the
    design says of them.
    """
    n, d = draw(sizes(most_n)), draw(sizes(most_d))
    counting = counted_by(design)

    def chosen(p: Parameter) -> Fraction:
        if p.symbol in counting:
            return multiple_of(p, draw(st.integers(0, n)), n)
        return draw(scalars(p))

    values = design.scalars(n, d, chosen)
    roots: dict[str, Any] = {}
    covariances: dict[str, Any] = {}
    first: flint.fmpq_mat | None = None
    projected = {p.name for p in design.projections}
    regular = (*regular, *design.inverted)
    for name in design.covariances:
        if name in projected:
            covariances[name] = draw(projections(d, _rank(draw, design, name, values, d)))
            continue
        kinds = [k for k in KINDS if k != "singular" or name not in regular]
        kind = draw(st.sampled_from([k for k in kinds if k != "commuting" or first is not None]))
        if kind == "commuting":
            assert first is not None
            a, b = (EXACT.number(draw(rationals(Fraction(0), Fraction(3), 3))) for _ in range(2))
            matrix = EXACT.identity(d) * a + first * b
        else:
            matrix = draw(psd_matrices(d, kind))
        if name in regular or name in design.rooted or draw(st.booleans()):
            roots[name] = matrix
            matrix = matrix * matrix
        else:
            covariances[name] = matrix
        first = matrix if first is None else first
    means = {
        name: [draw(rationals(Fraction(-2), Fraction(2), 3)) for _ in range(d)]
        for name in design.means
    }
    noiseless = all(v == 0 for v in values.values())
    silent = any(m == m * 0 for m in (*roots.values(), *covariances.values()))
    if values and noiseless and silent:
        ranks = {str(s) for rank in design.ranks.values() for s in rank.free_symbols}
        loud = design.scalars(n, d, lambda p: p.at(Fraction(1), Fraction(1)))
        values = {name: values[name] if name in ranks else loud[name] for name in values}
    return instance(
        design, n=n, d=d, scalars=values, covariances=covariances, roots=roots, means=means
    )
