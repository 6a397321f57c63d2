"""Instances that people can read, the simplest first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any

import sympy

from theory.designs.computed import rank_at
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.scalars.arithmetic import EXACT
from verify.instances import is_defined

NUMBERS = ("0", "1", "1/2", "2", "1/3", "3", "2/3", "3/2", "1/4", "3/4", "3/5", "4", "4/5", "5")
"""Values of parameters, the simplest first."""
LARGEST_N, LARGEST_D = 12, 5
CHOICES = 5
"""How many covariances there are to choose from, or fixed vectors, at most."""
COST = 14
"""How complicated an instance may be: sizes beyond one, and places in the lists above."""


def numbers(parameter: Parameter) -> list[Fraction]:
    """Simple values in a parameter's range.

    >>> [str(v) for v in numbers(Parameter("alpha", sympy.Integer(0), sympy.Integer(1)))[:4]]
    ['0', '1', '1/2', '1/3']
    """
    signed = [Fraction(v) for v in NUMBERS]
    if parameter.low < 0:
        signed = [v for number in signed for v in dict.fromkeys((number, -number))]
    inside = [v for v in signed if _rational(v) in parameter]
    if inside:
        return inside
    ends = [e for e in (parameter.low, parameter.high) if e.is_Rational]
    if len(ends) == 2:
        low, high = (Fraction(int(e.p), int(e.q)) for e in ends)
        found = [low, high, (low + high) / 2, (2 * low + high) / 3]
        return [v for v in found if _rational(v) in parameter]
    end = Fraction(int(ends[0].p), int(ends[0].q))
    sign = 1 if parameter.low.is_finite else -1
    return [end + sign * Fraction(v) for v in NUMBERS]


def _rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def covariances(size: int) -> list[Any]:
    """Square roots of simple covariances of a size; the last is zero, the others are definite.

    >>> covariances(1)
    [[1], [2], [1/2], [3], [0]]
    """
    if size == 1:
        return [EXACT.matrix([[Fraction(v)]]) for v in ("1", "2", "1/2", "3", "0")]
    one = EXACT.identity(size)
    spread = EXACT.matrix([[(r + 1) * (r == c) for c in range(size)] for r in range(size)])
    ones = EXACT.matrix([[1] * size for _ in range(size)])
    mixed = EXACT.matrix([[min(r, c) + 1 for c in range(size)] for r in range(size)])
    return [one, spread, one + ones, mixed, one * 0]


def projections(size: int, rank: int) -> list[Any]:
    """Simple projections of a rank: on coordinates, and on some of them and the mean of the others.

    >>> projections(2, 1)
    [[1, 0]
    [0, 0], [1/2, 1/2]
    [1/2, 1/2]]
    """
    found = [EXACT.diagonal([int(k < rank) for k in range(size)])]
    if 0 < rank < size:
        alone, share = rank - 1, Fraction(1, size - rank + 1)
        rows = [
            [share if min(r, c) >= alone else int(r == c) for c in range(size)] for r in range(size)
        ]
        found.append(EXACT.matrix(rows))
    return found


def _choices(design: Design, size: int, scalars: dict[str, Any]) -> dict[str, list[Any]]:
    """Of each covariance simple ones, by their roots, the simplest first."""
    simple = covariances(size)
    found = {
        name: simple[:-1] if name in design.inverted else simple for name in design.covariances
    }
    for one in design.projections:
        if one.rank is None:
            ranks = dict.fromkeys((1, size, size - 1))
            found[one.name] = [p for rank in ranks for p in projections(size, rank)][:CHOICES]
        else:
            found[one.name] = projections(size, rank_at(one.name, one.rank, scalars | {"d": size}))
    return found


def vectors(size: int) -> list[list[int]]:
    """Simple fixed vectors of a size; none is zero, and of several rows two are independent.

    >>> vectors(2)
    [[1, 0], [1, 1], [2, 1], [0, 3]]
    """
    if size == 1:
        return [[1], [2], [-1], [3]]
    first, last = ([int(k == at) for k in range(size)] for at in (0, size - 1))
    spread = [1 + int(k == 0) for k in range(size)]
    return [first, [1] * size, spread, [3 * v for v in last]]


def weights(size: int) -> list[Any]:
    """Simple weights of a size: of one row, none symmetric of several.

    >>> weights(1)
    [[1], [1/2], [2]]
    """
    if size == 1:
        return [EXACT.matrix([[Fraction(v)]]) for v in ("1", "1/2", "2")]
    upper = EXACT.matrix([[int(r <= c) for c in range(size)] for r in range(size)])
    corner = EXACT.matrix([[int((r, c) == (0, 1)) for c in range(size)] for r in range(size)])
    return [EXACT.identity(size), upper, corner]


def readable(design: Design) -> Iterator[Instance]:
    """Exact instances at which the design is defined, the simplest first.

    >>> from theory.language.gallery.designs import rag
    >>> print(next(readable(rag)))
    n = 1, d = 1, alpha = 0, sigma = 0
    """
    found, more = _known(design)
    for at in count():
        if at == len(found):
            try:
                following = next(more, None)
            except BaseException:  # interrupted, after which the search would seem to be over
                _known.cache_clear()
                raise
            if following is None:
                return
            found.append(following)
        yield found[at]


@lru_cache(maxsize=8)
def _known(design: Design) -> tuple[list[Instance], Iterator[Instance]]:
    """Those that were found so far, for every claim and slip of one, and those to come."""
    return [], _sought(design)


def _sought(design: Design) -> Iterator[Instance]:
    values = [numbers(p) for p in design.parameters]
    for cost in range(COST + 1):
        for n, d, places, roots, means in _of_cost(design, values, cost):
            scalars = {p.name: values[k][places[k]] for k, p in enumerate(design.parameters)}
            try:
                known, lengths = _choices(design, d, scalars), vectors(d)
            except InputError:  # no projection has that rank
                continue
            pairs = dict(zip(known, roots, strict=True))
            if any(k >= len(known[name]) for name, k in pairs.items()):
                continue
            if any(k >= len(lengths) for k in means):
                continue
            given = {name: known[name][k] for name, k in pairs.items()}
            fixed = {name: lengths[means[k]] for k, name in enumerate(design.means)}
            at = instance(design, n=n, d=d, scalars=scalars, roots=given, means=fixed)
            if is_defined(at):
                yield at


def _of_cost(
    design: Design, values: list[list[Fraction]], cost: int
) -> Iterator[tuple[int, int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Sizes, and places in the lists of values, that cost so much together."""
    ranges = [
        range(LARGEST_N),
        range(LARGEST_D),
        *(range(len(v)) for v in values),
        *(range(CHOICES) for _ in (*design.covariances, *design.means)),
    ]
    for split in _splits(cost, [len(r) for r in ranges]):
        first, second, *rest = split
        at, end = len(values), len(values) + len(design.covariances)
        yield first + 1, second + 1, tuple(rest[:at]), tuple(rest[at:end]), tuple(rest[end:])


def _splits(total: int, sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """All ways to write a total as a sum with so many summands, each below its size."""
    if not sizes:
        if total == 0:
            yield ()
        return
    for head in range(min(total, sizes[0] - 1) + 1):
        for tail in _splits(total - head, sizes[1:]):
            yield (head, *tail)
