"""Divisors that vanish: found by trying generic values, in ball arithmetic."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Set

import flint

from theory.language.formulas.places import Unreadable
from theory.language.formulas.tree import (
    IndexPower,
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
    children,
)

PRECISION = 4096
"""Bits: a divisor within the bounds that is not zero is far larger than 2^-4096 somewhere."""
SIGNS = (1, -1)
"""Names are tried with values of either sign: ``sqrt(x^2) - x`` is zero for one only."""


def refuse_zero_divisors(tree: Tree, matrices: Set[str] = frozenset()) -> None:
    """Raise :class:`~theory.language.formulas.places.Unreadable` where a formula divides by zero.

    A divisor that vanishes for all values counts, whatever it looks like. One that involves a trace
    or one of the named matrices is not judged.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> refuse_zero_divisors(parse("1/(n - 1)"))
    >>> refuse_zero_divisors(parse("1/((n + 1)^2 - n^2 - 2*n - 1)"))
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: formula:1:4: found a divisor that is zero for all \
values; expected another
    """
    with flint.ctx.workprec(PRECISION):
        _Values(frozenset(matrices)).at(tree)


Values = list[flint.acb] | None
"""At all the points tried; None where a formula is not judged."""


class _Values:
    def __init__(self, matrices: frozenset[str]):
        self.matrices = matrices

    def at(self, tree: Tree) -> Values:
        match tree:
            case Number(value):
                ratio = flint.fmpq(value.numerator, value.denominator)
                return [flint.acb(ratio) for _ in SIGNS]
            case Name(name):
                return None if name in self.matrices else [sign * _generic(name) for sign in SIGNS]
            case IndexPower(base):
                # identities between such powers hold at all values of i and n, whole or not
                index, size = (_generic(name) for name in ("i", "n"))
                power = tree.of_i * index + tree.of_n * size + tree.constant
                return _each(lambda a: a**power, self.at(base))
            case TraceNode() | Transpose() | Pairing():
                for part in children(tree):
                    self.at(part)
                return None
            case Negative(inside):
                return _each(lambda a: -a, self.at(inside))
            case Sum(parts):
                total: Values = [flint.acb(0) for _ in SIGNS]
                for negative, part in parts:
                    term = self.at(Negative(part, part.place) if negative else part)
                    total = _each(lambda a, b: a + b, total, term)
                return total
            case Product(factors):
                product: Values = [flint.acb(1) for _ in SIGNS]
                for divides, factor in factors:
                    by = self.inverse(factor) if divides else self.at(factor)
                    product = _each(lambda a, b: a * b, product, by)
                return product
            case Power(base, exponent):
                found = self.inverse(base) if exponent < 0 else self.at(base)
                if exponent.denominator == 2:
                    return _each(lambda a: a.sqrt(), found)
                return _each(lambda a: a ** abs(int(exponent)), found)

    def inverse(self, tree: Tree) -> Values:
        """One over the values, if there is such a thing."""
        values = self.at(tree)
        if values is not None and all(v.contains(0) for v in values):
            raise Unreadable(
                tree.place, "found a divisor that is zero for all values; expected another"
            )
        return _each(lambda a: 1 / a, values)


def _each(function: Callable[..., flint.acb], *columns: Values) -> Values:
    """A function of the values, point by point."""
    judged = [column for column in columns if column is not None]
    if len(judged) < len(columns):
        return None
    return [function(*row) for row in zip(*judged, strict=True)]


def _generic(name: str) -> flint.acb:
    """A value that stands in no relation to those of other names."""
    digest = hashlib.sha256(name.encode()).digest()
    return flint.acb(flint.fmpq(int.from_bytes(digest), 2**252))
