"""Matrices over the examples of a prompt, cut into one block for each group.

The groups' spaces add up to that of all examples, so a product over it is a sum over groups: no
trace holds examples of two groups. A block may also be given by a single row, that of one example
of the group, in letters that each has one of (:mod:`theory.algebra.indexed`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

from theory.algebra.indexed import entry_of
from theory.algebra.polynomials import MatrixPolynomial
from theory.algebra.words import ONE, Factor, Kind, Letter, N, Space, Word
from theory.errors import ShapeError, Underivable


@dataclass(frozen=True)
class Blocks:
    """A matrix whose rows, or columns where it is transposed, are the examples.

    Parameters
    ----------
    parts
        Of each group, its examples as rows; or one of them.
    spaces
        Those of the groups.
    transposed
        Whether it is the transpose that is meant.

    Examples
    --------
    >>> from theory.algebra.polynomials import letter
    >>> from theory.algebra.words import D, gaussian
    >>> import sympy
    >>> first, rest = (Space(f"n[{name}]", sympy.Symbol(name)) for name in "ab")
    >>> X = tuple(letter(gaussian(f"X[{s}]", s, D)) for s in (first, rest))
    >>> X = Blocks(X, (first, rest))
    >>> X.mT @ X
    1 X[n[a]]' X[n[a]] + 1 X[n[b]]' X[n[b]]
    """

    parts: tuple[MatrixPolynomial, ...]
    spaces: tuple[Space, ...]
    transposed: bool = False

    @property
    def mT(self) -> Blocks:
        """The transpose."""
        return replace(self, transposed=not self.transposed)

    def __add__(self, other: Blocks) -> Blocks:
        if not isinstance(other, Blocks) or other.transposed != self.transposed:
            raise ShapeError("examples are added to examples only")
        return replace(self, parts=tuple(map(add, self.parts, other.parts)))

    def __rmul__(self, scalar: Any) -> Blocks:
        return replace(self, parts=tuple(part * scalar for part in self.parts))

    __mul__ = __rmul__

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, Blocks):
            if not self.transposed or other.transposed:
                raise ShapeError("examples are multiplied from the left by transposed ones only")
            pairs = zip(self.parts, other.parts, strict=True)
            return reduce(add, (mine.mT @ its for mine, its in pairs))
        if not isinstance(other, MatrixPolynomial):
            return NotImplemented
        if self.transposed:  # (A' B) = (B' A)'
            return (other.mT @ self.mT).mT
        if any(f.letter.along for word in other.terms for f in word):
            raise Underivable("in several steps examples are read all at once, not one by one")
        return replace(self, parts=tuple(part @ other for part in self.parts))

    def __rmatmul__(self, other: Any) -> Blocks:
        if not isinstance(other, MatrixPolynomial):
            return NotImplemented
        if self.transposed:
            return (self.mT @ other.mT).mT
        pairs = zip(self.spaces, self.parts, strict=True)
        return replace(
            self, parts=tuple(_on(other, space, part.rows) @ part for space, part in pairs)
        )

    def times(self, column: Blocks) -> Blocks:
        """Each row times that of a matrix with one column, where the rows are those of examples."""
        parts = tuple(c @ mine for c, mine in zip(column.parts, self.parts, strict=True))
        return replace(self, parts=parts)

    def dots(self, other: Blocks) -> Blocks:
        """Each row times the other's, a column, where the rows are those of examples."""
        parts = tuple(mine @ its.mT for mine, its in zip(self.parts, other.parts, strict=True))
        return replace(self, parts=parts)


def part_of(letter: Letter, space: Space) -> Letter:
    """The block of a diagonal letter over all examples that belongs to a group.

    >>> import sympy
    >>> from theory.algebra.words import diagonal
    >>> part_of(diagonal("Omega", N), Space("n[first]", sympy.Symbol("k")))
    Omega[first]
    """
    return replace(
        letter, name=letter.name + space.name.removeprefix(N.name), rows=space, cols=space
    )


def _on(diagonal: MatrixPolynomial, space: Space, rows: Space) -> MatrixPolynomial:
    """The block of a polynomial in diagonal letters, or the entry of one example."""

    def block(word: Word) -> Word:
        if any(f.letter.kind is not Kind.DIAGONAL or f.letter.rows != N for f in word):
            raise ShapeError(f"{diagonal} is not diagonal over the examples")
        letters = [part_of(f.letter, space) for f in word]
        return tuple(Factor(entry_of(a) if rows == ONE else a, False) for a in letters)

    return MatrixPolynomial(rows, rows, {block(w): c for w, c in diagonal.terms.items()})
