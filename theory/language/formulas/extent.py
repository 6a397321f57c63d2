"""How large a formula would be as one fraction of polynomials: bounded, not computed."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction
from math import comb
from typing import NamedTuple

from theory.designs.design import IDENTITY
from theory.language.formulas import bounds
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.tree import (
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Trace,
    Tree,
    names,
)


class Size(NamedTuple):
    """Upper bounds for a polynomial: its terms, its degree, the sum of its coefficients' sizes."""

    terms: int = 1
    degree: int = 0
    norm: int = 1

    def times(self, other: Size) -> Size:
        return Size(self.terms * other.terms, self.degree + other.degree, self.norm * other.norm)

    def plus(self, other: Size) -> Size:
        return Size(
            self.terms + other.terms,
            max(self.degree, other.degree),
            self.norm + other.norm,
        )

    def power(self, count: int, commutes: bool) -> Size:
        """Terms of a power: multisets of terms, or sequences where the order counts."""
        terms = comb(self.terms + count - 1, count) if commutes else self.terms**count
        return Size(terms, self.degree * count, self.norm**count)


class Extent(NamedTuple):
    """Sizes of a numerator and of a denominator, and how deep roots and powers of matrices nest."""

    top: Size = Size()
    bottom: Size = Size()
    roots: int = 0
    powers: int = 0

    def times(self, other: Extent) -> Extent:
        top, bottom = self.top.times(other.top), self.bottom.times(other.bottom)
        return Extent(top, bottom, max(self.roots, other.roots), max(self.powers, other.powers))

    def inverse(self) -> Extent:
        return self._replace(top=self.bottom, bottom=self.top)

    def plus(self, other: Extent) -> Extent:
        crossed = self.top.times(other.bottom).plus(other.top.times(self.bottom))
        return self.times(other)._replace(top=crossed)

    def power(self, exponent: Fraction, commutes: bool) -> Extent:
        """A root is bounded by what is under it."""
        if exponent < 0:
            return self.inverse().power(-exponent, commutes)
        if exponent.denominator == 2:
            return self._replace(roots=self.roots + 1)
        top, bottom = (p.power(int(exponent), commutes) for p in (self.top, self.bottom))
        return self._replace(top=top, bottom=bottom)

    def checked(self, place: Place) -> Extent:
        """Itself, if it is within the bounds."""
        terms, degree, norm = map(max, zip(self.top, self.bottom, strict=True))
        for what, size, most in (
            (f"{bounds.TERMS} terms", terms, bounds.TERMS),
            (f"the degree {bounds.DEGREE}", degree, bounds.DEGREE),
            (f"numbers of {bounds.LENGTH} digits", norm, 10**bounds.LENGTH),
            (f"roots nested {bounds.ROOTS} deep", self.roots, bounds.ROOTS),
            (f"powers of matrices nested {bounds.POWERS} deep", self.powers, bounds.POWERS),
        ):
            if size > most:
                raise Unreadable(
                    place, f"found a formula too large to write out; expected at most {what}"
                )
        return self


def extent(tree: Tree, matrices: Set[str] = frozenset()) -> Extent:
    """Bounds for a formula; the order of the named matrices counts in a product, but for ``I``.

    Raises :class:`~theory.language.formulas.places.Unreadable` at the first part that is too large.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> extent(parse("(n + d)^2 / (n + 1)")).top
    Size(terms=3, degree=2, norm=4)
    """
    match tree:
        case Number(value):
            return Extent(Size(norm=abs(value.numerator)), Size(norm=value.denominator))
        case Name():
            return Extent(Size(degree=1))
        case Negative(inside) | Trace(inside):
            return extent(inside, matrices)
        case Sum(parts):
            found = extent(parts[0][1], matrices)
            for _, part in parts[1:]:
                found = found.plus(extent(part, matrices)).checked(tree.place)
            return found
        case Product(factors):
            found = Extent()
            for divides, factor in factors:
                by = extent(factor, matrices)
                found = found.times(by.inverse() if divides else by).checked(tree.place)
            return found
        case Power(base, exponent):
            involved = names(base) & matrices
            found = extent(base, matrices).power(exponent, len(involved - {IDENTITY}) < 2)
            if involved and not isinstance(base, Name):
                found = found._replace(powers=found.powers + 1)
            return found.checked(tree.place)
