"""How large a formula would be as one fraction of polynomials: bounded, not computed."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction
from functools import reduce
from math import comb
from typing import NamedTuple

from theory.designs.design import IDENTITY
from theory.language.formulas import bounds
from theory.language.formulas.places import Place, Unreadable
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

    def within(self, variables: int) -> Size:
        """At most every monomial of its degree, in so many variables that commute."""
        return self._replace(terms=min(self.terms, comb(self.degree + variables, variables)))

    def power(self, count: int, commutes: bool) -> Size:
        """Terms of a power: multisets of terms, or sequences where the order counts."""
        terms = comb(self.terms + count - 1, count) if commutes else self.terms**count
        return Size(terms, self.degree * count, self.norm**count)


class SizeBound(NamedTuple):
    """Sizes of a numerator and of a denominator, and how deep roots and powers of matrices nest."""

    top: Size = Size()
    bottom: Size = Size()
    roots: int = 0
    powers: int = 0

    def times(self, other: SizeBound) -> SizeBound:
        top, bottom = self.top.times(other.top), self.bottom.times(other.bottom)
        return SizeBound(top, bottom, max(self.roots, other.roots), max(self.powers, other.powers))

    def inverse(self) -> SizeBound:
        return self._replace(top=self.bottom, bottom=self.top)

    def plus(self, other: SizeBound) -> SizeBound:
        crossed = self.top.times(other.bottom).plus(other.top.times(self.bottom))
        return self.times(other)._replace(top=crossed)

    def power(self, exponent: Fraction, commutes: bool) -> SizeBound:
        """A root is bounded by what is under it; a variable of its own, it has a degree."""
        if exponent < 0:
            return self.inverse().power(-exponent, commutes)
        if exponent.denominator == 2:
            top = self.top._replace(degree=max(1, self.top.degree))
            return self._replace(top=top, roots=self.roots + 1)
        top, bottom = (p.power(int(exponent), commutes) for p in (self.top, self.bottom))
        return self._replace(top=top, bottom=bottom)

    def within(self, variables: int) -> SizeBound:
        """Of a formula in so many variables that commute, a root being one of its own."""
        return self._replace(top=self.top.within(variables), bottom=self.bottom.within(variables))

    def checked(self, place: Place) -> SizeBound:
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


def size_bound(tree: Tree, matrices: Set[str] = frozenset()) -> SizeBound:
    """Bounds for a formula; the order of the named matrices counts in a product, but for ``I``.

    Raises :class:`~theory.language.formulas.places.Unreadable` at the first part that is too large.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> size_bound(parse("(n + d)^2 / (n + 1)")).top
    Size(terms=3, degree=2, norm=4)
    >>> size_bound(parse(" + ".join(f"1/(n + d + {i})" for i in range(1, 21)))).top.terms
    210
    """
    involved = names(tree)
    return _size_bound(tree, matrices, None if involved & matrices else len(involved) + roots(tree))


def _size_bound(tree: Tree, matrices: Set[str], variables: int | None) -> SizeBound:
    """``variables`` is how many there are in the whole formula, if all of it commutes."""

    def written(found: SizeBound) -> SizeBound:
        return (found if variables is None else found.within(variables)).checked(tree.place)

    match tree:
        case Number(value):
            return SizeBound(Size(norm=abs(value.numerator)), Size(norm=value.denominator))
        case Name() | IndexPower():
            return SizeBound(Size(degree=1))
        case Negative(inside) | TraceNode(inside) | Transpose(inside):
            return _size_bound(inside, matrices, variables)
        case Pairing(left, right):
            both = (_size_bound(part, matrices, variables) for part in (left, right))
            return written(reduce(SizeBound.times, both))
        case Sum(parts):
            found = _size_bound(parts[0][1], matrices, variables)
            for _, part in parts[1:]:
                found = written(found.plus(_size_bound(part, matrices, variables)))
            return found
        case Product(factors):
            found = SizeBound()
            for divides, factor in factors:
                by = _size_bound(factor, matrices, variables)
                found = written(found.times(by.inverse() if divides else by))
            return found
        case Power(base, exponent):
            involved = names(base) & matrices
            found = _size_bound(base, matrices, variables)
            found = found.power(exponent, len(involved - {IDENTITY}) < 2)
            if involved and not isinstance(base, Name):
                found = found._replace(powers=found.powers + 1)
            return written(found)


def roots(tree: Tree) -> int:
    """How many roots there are in a formula."""
    here = isinstance(tree, Power) and tree.exponent.denominator > 1
    return here + sum(map(roots, children(tree)))
