"""Words in Gaussian and fixed matrices, and their traces.

A :class:`Letter` is a named matrix between two typed spaces: ``n`` (examples), ``d`` (features) or
``1`` (so a vector is a matrix with one column). A word is a product of letters and transposed
letters; what closed words are the same, :mod:`theory.algebra.traces` says.

Everything here is combinatorics of names; numbers enter in :mod:`theory.algebra.polynomials`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import sympy

from theory.errors import InputError, ShapeError
from theory.scalars.symbols import d, n


@dataclass(frozen=True)
class Space:
    """A space that letters map between, with its (symbolic) dimension."""

    name: str
    dimension: sympy.Expr

    @property
    def of_examples(self) -> bool:
        """Whether it counts the examples of a prompt, or of a group of them."""
        return self not in (D, ONE)

    def __repr__(self) -> str:
        return self.name


N = Space("n", n)
D = Space("d", d)
ONE = Space("1", sympy.Integer(1))


class Kind(Enum):
    """What is known of a letter besides its shape."""

    GAUSSIAN = "gaussian"
    FIXED = "fixed"
    SYMMETRIC = "symmetric"
    DIAGONAL = "diagonal"
    ONES = "ones"
    RANDOM = "random"


@dataclass(frozen=True, eq=False)
class Letter:
    """A named matrix of shape ``rows`` x ``cols``.

    Use the constructors :func:`gaussian`, :func:`fixed`, :func:`symmetric`, :func:`diagonal` and
    :func:`ones` rather than this class.

    One name is one letter: letters are sorted, hashed and given values by name. Comparing two
    letters of one name that differ otherwise raises :class:`~theory.errors.InputError`.

    Parameters
    ----------
    name, rows, cols, kind
        The name, the two spaces, and what is known of the matrix.
    row_covariance, column_covariance
        For a Gaussian ``G``: ``E[G_ia G_jb] = R_ij C_ab``, with ``None`` for the identity.
    entry
        For a diagonal letter over ``n``: its i-th entry as an expression in ``i`` (counted from 1)
        and ``n``; ``None`` leaves it free.
    base, exponent
        Of a power of another fixed letter that letter, and the power: a half or a whole number.
        Beside each other powers of one letter are one power of it.
    idempotent, rank
        Whether it is a projection, ``P P = P``, and then its trace where that has a name.
    meaning
        Of a covariance that is made of others, what it is; see
        :func:`theory.algebra.moments.expectation`.
    along
        The space of the examples that have one such letter each, if they do; see
        :mod:`theory.algebra.indexed`.
    moments
        Of a random scalar, independent of all other letters: ``E t``, ``E t^2``, ... as far as they
        are known.
    """

    name: str
    rows: Space
    cols: Space
    kind: Kind = Kind.FIXED
    row_covariance: Letter | None = None
    column_covariance: Letter | None = None
    entry: sympy.Expr | None = None
    base: Letter | None = None
    exponent: Fraction = Fraction(1)
    idempotent: bool = False
    rank: sympy.Expr | None = None
    meaning: Any = None
    along: Space | None = None
    moments: tuple[sympy.Expr | None, ...] = ()

    def __hash__(self) -> int:
        # letters are hashed all the time; equal ones have equal names
        return hash((self.name, self.rank)) if self.idempotent else hash(self.name)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Letter) or self.name != other.name:
            return False
        for field in fields(self):
            here, there = getattr(self, field.name), getattr(other, field.name)
            if here != there:
                raise InputError(
                    f"two letters are called {self.name} ({field.name.replace('_', ' ')}: "
                    f"{_shown(here)} and {_shown(there)}); give one of them another name"
                )
        return True

    @property
    def is_gaussian(self) -> bool:
        return self.kind is Kind.GAUSSIAN

    @property
    def is_symmetric(self) -> bool:
        """Whether the letter equals its own transpose."""
        return self.kind in (Kind.SYMMETRIC, Kind.DIAGONAL) or self.rows == self.cols == ONE

    @property
    def inverse_of(self) -> Letter | None:
        """The letter that it is the inverse of, if it is one."""
        return self.base if self.exponent == -1 else None

    @property
    def merges(self) -> bool:
        """Whether words with it may become shorter: a power of another letter, or a projection."""
        return self.base is not None or self.idempotent

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What letters are ordered by."""
        return (self.name, self.rows.name, self.cols.name, self.kind.value)

    def __repr__(self) -> str:
        return self.name


def _shown(field: Any) -> str:
    if field in (None, ()):
        return "none"
    return field.value if isinstance(field, Kind) else str(field)


def gaussian(
    name: str,
    rows: Space,
    cols: Space,
    row_covariance: Letter | None = None,
    column_covariance: Letter | None = None,
) -> Letter:
    """A centred Gaussian matrix with ``E[G_ia G_jb] = R_ij C_ab`` (``None``: the identity).

    >>> gaussian("X", N, D)
    X
    """
    for side, covariance, space in (
        ("row", row_covariance, rows),
        ("column", column_covariance, cols),
    ):
        if covariance is not None and not (
            covariance.is_symmetric and covariance.rows == covariance.cols == space
        ):
            raise ShapeError(
                f"{side} covariance of {name} must be a symmetric letter on {space}, "
                f"got {covariance} ({covariance.rows} x {covariance.cols})"
            )
    return Letter(name, rows, cols, Kind.GAUSSIAN, row_covariance, column_covariance)


def random_scalar(name: str, moments: Sequence[sympy.Expr | None]) -> Letter:
    """A random scalar with the given moments ``E t``, ``E t^2``, ..., independent of the rest.

    None stands for one that is not known.

    >>> random_scalar("tau", [sympy.Rational(1, 2), sympy.Rational(1, 3)]).moments
    (1/2, 1/3)
    """
    return Letter(name, ONE, ONE, Kind.RANDOM, moments=tuple(moments))


def fixed(name: str, rows: Space, cols: Space) -> Letter:
    """A fixed matrix about which nothing is known but its shape.

    >>> fixed("W", D, D).is_symmetric
    False
    """
    return Letter(name, rows, cols, Kind.FIXED)


def symmetric(name: str, space: Space) -> Letter:
    """A fixed symmetric matrix on a space, such as a covariance.

    >>> symmetric("Sigma", D).is_symmetric
    True
    """
    return Letter(name, space, space, Kind.SYMMETRIC)


def diagonal(name: str, space: Space, entry: sympy.Expr | None = None) -> Letter:
    """A fixed diagonal matrix, such as sample weights; diagonal letters commute.

    >>> diagonal("Omega", N).kind.value
    'diagonal'
    """
    return Letter(name, space, space, Kind.DIAGONAL, entry=entry)


def ones(space: Space) -> Letter:
    """The all-ones vector as a one-column matrix.

    >>> ones(N)
    1_n
    """
    return Letter(f"1_{space.name}", space, ONE, Kind.ONES)


def projection(name: str, space: Space, rank: sympy.Expr | None = None) -> Letter:
    """A fixed symmetric matrix with ``P P = P``; its rank is its trace where none is given.

    >>> from theory.algebra.polynomials import letter
    >>> P = letter(projection("P", D, sympy.Symbol("r")))
    >>> (P @ P @ P).trace()
    r
    """
    return Letter(name, space, space, Kind.SYMMETRIC, idempotent=True, rank=rank)


def inverse(of: Letter) -> Letter:
    """The inverse of a fixed square letter; that of an inverse is the letter itself.

    >>> S = symmetric("S", D)
    >>> normal((Factor(S, False), Factor(inverse(S), False))), inverse(inverse(S))
    ((), S)
    """
    return power_of(of, Fraction(-1))


def power_of(of: Letter, exponent: Fraction) -> Letter:
    """A power of a fixed square letter as a letter: the inverse, the root, or that of the inverse.

    >>> R = power_of(symmetric("S", D), Fraction(1, 2))
    >>> R, normal((Factor(R, False), Factor(R, False)))
    (S^(1/2), (S,))
    """
    if of.base is not None:
        of, exponent = of.base, exponent * of.exponent
    if exponent == 1:
        return of
    if of.is_gaussian or of.rows != of.cols:
        raise ShapeError(f"only a fixed square matrix has powers here, not {of}")
    shown = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return Letter(f"{of.name}^{shown}", of.rows, of.cols, of.kind, base=of, exponent=exponent)


class Factor(NamedTuple):
    """A letter, or its transpose, inside a word."""

    letter: Letter
    transposed: bool

    @property
    def rows(self) -> Space:
        return self.letter.cols if self.transposed else self.letter.rows

    @property
    def cols(self) -> Space:
        return self.letter.rows if self.transposed else self.letter.cols

    @property
    def T(self) -> Factor:
        return self if self.letter.is_symmetric else Factor(self.letter, not self.transposed)

    @property
    def key(self) -> tuple[tuple[str, str, str, str], bool]:
        return (self.letter.key, self.transposed)

    def __repr__(self) -> str:
        return f"{self.letter}'" if self.transposed else self.letter.name


Word = tuple[Factor, ...]


def transpose(word: Word) -> Word:
    """The transposed word: reversed, each letter transposed."""
    return tuple(factor.T for factor in reversed(word))


def sort_key(word: Word) -> tuple:
    """What words are ordered by: length first, then letters."""
    return (len(word), tuple(factor.key for factor in word))


def root(factor: Factor) -> tuple[str, bool]:
    """What powers of one letter have in common: its name, and whether it is transposed."""
    return (factor.letter.base or factor.letter).name, factor.transposed


def cancelled(word: Word) -> Word:
    """A word with every run of powers of one letter as one power, and projections once."""
    if not any(f.letter.merges for f in word):
        return word
    runs: list[tuple[Factor, Fraction]] = []
    for factor in word:
        exponent = factor.letter.exponent
        if runs and root(runs[-1][0]) == root(factor):
            exponent += runs.pop()[1]
        if exponent:
            runs.append((factor, exponent))
    return tuple(f for factor, exponent in runs for f in _run(factor, exponent))


def _run(factor: Factor, exponent: Fraction) -> Iterator[Factor]:
    """A power of a letter in letters: whole ones first, then the half."""
    of = factor.letter.base or factor.letter
    if of.idempotent:
        yield Factor(of, factor.transposed)
        return
    sign = 1 if exponent > 0 else -1
    whole, rest = divmod(abs(exponent), 1)
    for one in [Fraction(1)] * int(whole) + [rest] * bool(rest):
        yield Factor(power_of(of, sign * one), factor.transposed)


def normal(word: Word) -> Word:
    """Powers of a letter that meet as one, and every run of (commuting) diagonal letters sorted."""
    word = cancelled(word)
    if not any(f.letter.kind is Kind.DIAGONAL for f in word):
        return word
    out: list[Factor] = []
    run: list[Factor] = []
    for factor in (*word, None):
        if factor is not None and factor.letter.kind is Kind.DIAGONAL:
            run.append(factor)
            continue
        out += sorted(run, key=lambda f: f.key)
        run = []
        if factor is not None:
            out.append(factor)
    return tuple(out)


def check(word: Word) -> None:
    """Raise :class:`~theory.errors.ShapeError` unless neighbouring spaces fit."""
    for left, right in pairwise(word):
        if left.cols != right.rows:
            raise ShapeError(
                f"{left} ends in space {left.cols} but {right} begins in space {right.rows}"
            )
