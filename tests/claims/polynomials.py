"""Polynomials in independent scalars, as dictionaries, and their means by the scalars' moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

Moments = dict[str, Callable[[int], Fraction]]
"""Of each scalar its moment of an order."""
Monomial = tuple[tuple[str, int], ...]


class Polynomial:
    """A sum of monomials with rational coefficients.

    >>> x = Polynomial.named("x")
    >>> mean((x + 1) * (x + 1), Polynomial({(): Fraction(1)}), {"x": normal(Fraction(2))})
    Fraction(3, 1)
    """

    def __init__(self, terms: dict[Monomial, Fraction]):
        self.terms = {monomial: c for monomial, c in terms.items() if c}

    @staticmethod
    def named(name: str) -> Polynomial:
        return Polynomial({((name, 1),): Fraction(1)})

    @staticmethod
    def of(value: Any) -> Polynomial:
        return value if isinstance(value, Polynomial) else Polynomial({(): Fraction(value)})

    def __add__(self, other: Any) -> Polynomial:
        total = dict(self.terms)
        for monomial, c in Polynomial.of(other).terms.items():
            total[monomial] = total.get(monomial, Fraction(0)) + c
        return Polynomial(total)

    def __mul__(self, other: Any) -> Polynomial:
        if not isinstance(other, Polynomial | Fraction | int):
            return NotImplemented
        total: dict[Monomial, Fraction] = {}
        for one, c in self.terms.items():
            for two, e in Polynomial.of(other).terms.items():
                monomial = _product(one, two)
                total[monomial] = total.get(monomial, Fraction(0)) + c * e
        return Polynomial(total)

    def __neg__(self) -> Polynomial:
        return self * -1

    def __sub__(self, other: Any) -> Polynomial:
        return self + -Polynomial.of(other)

    def __rsub__(self, other: Any) -> Polynomial:
        return -self + other

    def __truediv__(self, other: Any) -> Polynomial:
        return self * (1 / Fraction(other))

    def __pow__(self, exponent: Fraction) -> Polynomial:
        return prod([self] * int(exponent), start=Polynomial.of(1))

    __radd__, __rmul__ = __add__, __mul__


def _product(one: Monomial, two: Monomial) -> Monomial:
    powers = dict(one)
    for name, power in two:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def normal(variance: Fraction) -> Callable[[int], Fraction]:
    """The moments of a centred normal scalar."""
    return lambda order: (
        Fraction(0) if order % 2 else variance ** (order // 2) * prod(range(1, order, 2))
    )


def mean(one: Polynomial, other: Polynomial, moments: Moments) -> Fraction:
    """Of a product, which is not multiplied out."""
    return sum(
        (
            c * e * prod((moments[name](power) for name, power in _product(first, second)), start=1)
            for first, c in one.terms.items()
            for second, e in other.terms.items()
        ),
        Fraction(0),
    )


Form = tuple[list[list[Fraction]], list[Fraction], Fraction]
"""Square, linear and constant part of a mean square."""


def form_of(features: Sequence[Polynomial], label: Polynomial, moments: Moments) -> Form:
    """That of a label less a combination of features."""
    square = [[Fraction(0)] * len(features) for _ in features]
    for r, one in enumerate(features):
        for c, other in enumerate(features[: r + 1]):
            square[r][c] = square[c][r] = mean(one, other, moments)
    return square, [mean(f, label, moments) for f in features], mean(label, label, moments)


def value(form: Form, at: Sequence[Fraction]) -> Fraction:
    """Of a mean square at coefficients."""
    square, linear, constant = form
    bent = (sum((c * w for c, w in zip(row, at, strict=True)), Fraction(0)) for row in square)
    slopes = (b - 2 * c for b, c in zip(bent, linear, strict=True))
    return constant + sum((s * w for s, w in zip(slopes, at, strict=True)), Fraction(0))


def least(form: Form) -> tuple[list[Fraction], bool]:
    """Coefficients with the least mean square, and whether no others have it, by elimination."""
    square, linear, _ = form
    rows = [[*row, c] for row, c in zip(square, linear, strict=True)]
    found: list[int] = []
    for column in range(len(linear)):
        rest = range(len(found), len(rows))
        pivot = next((r for r in rest if rows[r][column]), None)
        if pivot is None:
            continue
        at = len(found)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [v / rows[at][column] for v in rows[at]]
        for r, row in enumerate(rows):
            if r != at:
                rows[r] = [v - row[column] * w for v, w in zip(row, rows[at], strict=True)]
        found.append(column)
    solution = [Fraction(0)] * len(linear)
    for row, column in zip(rows, found, strict=False):
        solution[column] = row[-1]
    return solution, len(found) == len(linear)
