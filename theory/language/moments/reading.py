"""Products of matrices of several shapes, read in any algebra.

The shapes are seen to here, once; what a matrix is, an algebra says: words for expectations,
expressions for printing, numbers for values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from theory.algebra.words import ONE, Space
from theory.designs.design import IDENTITY
from theory.errors import InputError, UnknownName
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
)
from theory.language.moments.letters import Letters


class MomentAlgebra(Protocol):
    """What matrices and scalars are; the shapes fit whenever a method is called."""

    def number(self, value: Fraction) -> Any: ...
    def scalar(self, name: str) -> Any:
        """A size or another scalar."""

    def matrix(self, name: str) -> Any: ...
    def identity(self, space: Space) -> Any: ...
    def plus(self, a: Any, b: Any) -> Any:
        """Of two scalars, or of two matrices of one shape."""

    def scaled(self, scalar: Any, value: Any) -> Any:
        """A scalar or a matrix times a scalar."""

    def product(self, a: Any, b: Any) -> Any:
        """Of matrices."""

    def power(self, base: Any, exponent: int) -> Any:
        """Of a scalar or a square matrix, from the power 1."""

    def transpose(self, a: Any) -> Any: ...
    def trace(self, a: Any) -> Any: ...
    def entry(self, a: Any) -> Any:
        """The scalar in a 1 x 1 matrix."""

    def over(self, scalar: Any) -> Any:
        """One over a scalar."""

    def inverse(self, a: Any) -> Any:
        """Of a square matrix."""


Shape = tuple[Space, Space]


class Part(NamedTuple):
    """A part of a formula.

    Parameters
    ----------
    value
        In the algebra; of a multiple of ``I`` it is the factor.
    shape
        Of a matrix; None for a scalar.
    multiple
        Whether it is a multiple of ``I``, whose size what stands by it says.
    """

    value: Any
    shape: Shape | None = None
    multiple: bool = False

    @property
    def is_scalar(self) -> bool:
        return self.shape is None and not self.multiple


@dataclass(frozen=True)
class Reader:
    """Reads formulas in given letters.

    Parameters
    ----------
    letters
        What the names stand for.
    algebra
        What is made of them.
    barred
        Names that exist but cannot stand here, each with the reason.
    """

    letters: Letters
    algebra: MomentAlgebra
    barred: Mapping[str, str] = field(default_factory=dict)

    def read(self, tree: Tree) -> Part:
        """A formula. A 1 x 1 matrix is a scalar.

        Raises :class:`~theory.language.formulas.places.Unreadable` where shapes do not fit, or the
        algebra cannot do what is asked.
        """
        found = self._read(tree)
        if found.shape == (ONE, ONE):
            return Part(self._do(tree.place, self.algebra.entry, found.value))
        return found

    def _read(self, tree: Tree) -> Part:
        match tree:
            case Number(value):
                return Part(self.algebra.number(value))
            case Name():
                return self._name(tree)
            case Negative(inside):
                return self._negative(self.read(inside))
            case Sum(parts):
                return self._sum(parts)
            case Product(factors):
                return self._product(factors)
            case Power(base):
                return self._power(self.read(base), tree)
            case IndexPower():
                raise Unreadable(tree.place, "found i in an exponent; expected a whole number")
            case TraceNode(inside):
                return self._trace(self.read(inside), tree)
            case Transpose(inside):
                found = self.read(inside)
                if found.shape is None:
                    return found
                rows, columns = found.shape
                return Part(self.algebra.transpose(found.value), (columns, rows))
            case Pairing(left, right, is_outer):
                for part in (left, right):
                    shape = self._read(part).shape
                    if shape is None or shape[1] != ONE:
                        raise Unreadable(
                            part.place, f"found no vector in {tree.name}(...); expected two vectors"
                        )
                first, second = (Transpose(p, p.place) for p in (left, right))
                both = (left, second) if is_outer else (first, right)
                return self._product(tuple((False, part) for part in both))

    def _do(self, place: Place, operation: Callable[..., Any], *values: Any) -> Any:
        """What an algebra cannot do is told with its place."""
        try:
            return operation(*values)
        except Unreadable:
            raise
        except InputError as error:
            raise Unreadable(place, str(error)) from error

    def _name(self, tree: Name) -> Part:
        name, letters = tree.name, self.letters
        if name in self.barred:
            raise Unreadable(tree.place, f"found {name!r}, but {self.barred[name]}")
        if name in letters.matrices:
            a = letters.matrices[name]
            return Part(self.algebra.matrix(name), (a.rows, a.cols))
        if name in letters.sizes or name in letters.scalars:
            return Part(self.algebra.scalar(name))
        if name == IDENTITY:
            return Part(self.algebra.number(Fraction(1)), multiple=True)
        known = {*letters.names, IDENTITY} - self.barred.keys()
        raise Unreadable(
            tree.place,
            f"{UnknownName('name', name, known)}; expected a name that --let declares, or a size",
        )

    def _negative(self, part: Part) -> Part:
        minus = self.algebra.number(Fraction(-1))
        return part._replace(value=self.algebra.scaled(minus, part.value))

    def _sum(self, parts: tuple[tuple[bool, Tree], ...]) -> Part:
        total = self._signed(*parts[0])
        for negative, tree in parts[1:]:
            part = self._signed(negative, tree)
            if total.multiple and part.shape:
                total = self._sized(total, part.shape, tree)
            elif part.multiple and total.shape:
                part = self._sized(part, total.shape, tree)
            if (total.shape, total.multiple) != (part.shape, part.multiple):
                hint = "" if total.shape and part.shape else f"; {IDENTITY} is the identity matrix"
                raise Unreadable(
                    tree.place,
                    f"found {described(part)} added to {described(total)}; expected two of one "
                    f"shape{hint}",
                )
            value = self._do(tree.place, self.algebra.plus, total.value, part.value)
            total = total._replace(value=value)
        return total

    def _signed(self, negative: bool, tree: Tree) -> Part:
        found = self.read(tree)
        return self._negative(found) if negative else found

    def _sized(self, multiple: Part, shape: Shape, tree: Tree) -> Part:
        """A multiple of the identity, as a matrix of that shape."""
        rows, columns = shape
        if rows != columns:
            raise Unreadable(
                tree.place,
                f"found {IDENTITY} added to a matrix that is {rows} x {columns}; expected a square "
                "one",
            )
        one = self.algebra.identity(rows)
        return Part(self.algebra.scaled(multiple.value, one), shape)

    def _product(self, factors: tuple[tuple[bool, Tree], ...]) -> Part:
        total: Part | None = None
        for divides, tree in factors:
            part = self.read(tree)
            if divides:
                if not part.is_scalar:
                    raise Unreadable(
                        tree.place,
                        f"found a division by {described(part)}; expected its inverse, written ^-1",
                    )
                part = Part(self._do(tree.place, self.algebra.over, part.value))
            total = part if total is None else self._times(total, part, tree)
        assert total is not None
        return total

    def _times(self, left: Part, right: Part, tree: Tree) -> Part:
        """A product so far and the next factor; a 1 x 1 matrix is a scalar from then on."""
        if left.shape is None or right.shape is None:
            scalar, other = (right, left) if left.shape or right.is_scalar else (left, right)
            value = self._do(tree.place, self.algebra.scaled, scalar.value, other.value)
            multiple = (left.multiple or right.multiple) and not other.shape
            return Part(value, other.shape, multiple)
        (rows, inner), (begin, columns) = left.shape, right.shape
        if inner != begin:
            raise Unreadable(
                tree.place,
                f"found {described(right)} after {described(left)} in a product; expected a matrix "
                f"with {inner} row{'' if inner == ONE else 's'}, or a scalar in parentheses",
            )
        value = self._do(tree.place, self.algebra.product, left.value, right.value)
        if (rows, columns) == (ONE, ONE):
            return Part(self._do(tree.place, self.algebra.entry, value))
        return Part(value, (rows, columns))

    def _power(self, base: Part, tree: Power) -> Part:
        exponent = tree.exponent
        if exponent.denominator != 1:
            raise Unreadable(
                tree.place, "found a root; expected whole powers, as moments are polynomials"
            )
        if base.shape and base.shape[0] != base.shape[1]:
            raise Unreadable(
                tree.place, f"found a power of {described(base)}; expected a square matrix"
            )
        if exponent == 0:
            one = self.algebra.number(Fraction(1))
            if base.shape:
                return base._replace(value=self.algebra.identity(base.shape[0]))
            return base._replace(value=one)
        value = base.value
        if exponent < 0:
            invert = self.algebra.inverse if base.shape else self.algebra.over
            value = self._do(tree.place, invert, value)
        value = self._do(tree.place, self.algebra.power, value, abs(int(exponent)))
        return base._replace(value=value)

    def _trace(self, inside: Part, tree: TraceNode) -> Part:
        if inside.multiple:
            raise Unreadable(
                tree.place,
                f"found the trace of a multiple of {IDENTITY}, whose size nothing says; expected "
                "the size itself",
            )
        if inside.shape is None:
            return inside
        if inside.shape[0] != inside.shape[1]:
            raise Unreadable(
                tree.place, f"found the trace of {described(inside)}; expected a square matrix"
            )
        return Part(self._do(tree.place, self.algebra.trace, inside.value))


def described(part: Part) -> str:
    """A part in words: its shape.

    >>> from theory.algebra.words import D, N
    >>> described(Part(None, (N, D)))
    'a matrix that is n x d'
    """
    if part.multiple:
        return f"a multiple of {IDENTITY}"
    if part.shape is None:
        return "a scalar"
    return f"a matrix that is {part.shape[0]} x {part.shape[1]}"
