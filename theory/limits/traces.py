"""What traces of powers of one covariance satisfy, whatever it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy

from theory.algebra.invariants import trace, traced
from theory.designs.domain import ABOVE, Condition
from theory.scalars.symbols import d

POWERS = (-2, -1, *range(1, 9))
"""The powers of whose traces a limit may say what becomes."""
ORDERED = frozenset({1, 2})
"""Powers of whose traces :func:`conditions_of` says all: any such numbers are those of some one."""


def conditions_of(symbols: Iterable[sympy.Symbol]) -> tuple[Condition, ...]:
    """What holds between traces, by Cauchy and Schwarz and as eigenvalues are not negative.

    Examples
    --------
    >>> for one in conditions_of([trace("S", 1), trace("S", 2)]):
    ...     print(one)
    tr(S) >= 0
    tr(S^2) >= 0
    tr(S^2)/d >= tr(S)^2/d^2
    tr(S)^2 >= tr(S^2)
    """
    powers: dict[str, set[int]] = {}
    for name, power in filter(None, (traced(symbol.name) for symbol in symbols)):
        powers.setdefault(name, set()).add(power)
    found = (one for name, known in powers.items() for one in _of(name, sorted(known)))
    return tuple(Condition(one, ABOVE) for one in found)


def _of(name: str, powers: list[int]) -> Iterator[sympy.Expr]:
    mean = {power: trace(name, power) / d for power in powers} | {0: sympy.Integer(1)}
    yield from (trace(name, power) for power in powers)
    for low in sorted(mean):
        if {low + 1, low + 2} <= mean.keys():
            yield mean[low] * mean[low + 2] - mean[low + 1] ** 2
    for power in powers:
        if 2 * power in mean and power != 0:
            yield trace(name, power) ** 2 - trace(name, 2 * power)
