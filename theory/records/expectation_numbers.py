"""Sizes, scalars and matrices for the names of a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.algebra.words import Kind, Letter, Space
from theory.designs.descriptions import describe_matrix, rows_in_a_line
from theory.errors import InputError, UnknownName
from theory.language.moments.letters import Letters
from theory.scalars.arithmetic import (
    EXACT,
    Arithmetic,
    arithmetic_for,
    covariance,
    entries,
    is_exact,
    is_number,
    size_argument,
)

MOST = 512
"""The largest size that a matrix has."""


@dataclass(frozen=True)
class Point:
    """Sizes, scalars and matrices by name, all in one arithmetic."""

    scalars: Mapping[str, Any]
    matrices: Mapping[str, Any]
    arithmetic: Arithmetic

    @property
    def described(self) -> dict[str, str]:
        """What is put for each name; an inverse follows from its matrix."""
        plain = self.arithmetic.plain
        given = {name: m for name, m in self.matrices.items() if not name.endswith("^-1")}
        scalars = {
            name: str(value if isinstance(value, int) else plain(value))
            for name, value in self.scalars.items()
        }
        return scalars | {name: describe_matrix(m, self.arithmetic) for name, m in given.items()}

    def __str__(self) -> str:
        parts = [f"{k} = {v}" for k, v in self.scalars.items()]
        for name, value in self.matrices.items():
            parts.append(f"{name} = {rows_in_a_line(self.arithmetic.plain(value).tolist())}")
        return ", ".join(parts)


def space_size(space: Space, sizes: Mapping[str, Any]) -> int:
    """The dimension of a space at given sizes.

    >>> from theory.algebra.words import N, ONE
    >>> space_size(N, {"n": 3}), space_size(ONE, {})
    (3, 1)
    """
    if space.dimension.is_Integer:
        return int(space.dimension)
    if space.name not in sizes:
        raise InputError(
            f"{space.name} is missing: give {space.name}=..., or a matrix that shows it"
        )
    return int(sizes[space.name])


def point_of(letters: Letters, fixed: Iterable[Letter], values: Mapping[str, Any]) -> Point:
    """A point, of numbers and matrices by name.

    Parameters
    ----------
    letters
        What the names stand for.
    fixed
        The matrices that are needed; of covariances the identity where they are not given.
    values
        Sizes, scalars and matrices; a vector may be a list of numbers.

    Raises :class:`~theory.errors.InputError` naming the argument and what was expected.
    """
    known = {name: letters.matrices[name] for name in letters.given}
    for name in values:
        if name not in {*known, *letters.sizes, *letters.scalars}:
            raise UnknownName(
                "argument of the moment", name, {*known, *letters.sizes, *letters.scalars}
            )
    sizes = {k: size_argument(k, v) for k, v in values.items() if k in letters.sizes}
    rows = {k: _rows(known[k], v) for k, v in values.items() if k in known}
    for name, array in rows.items():
        a = known[name]
        for space, length in zip((a.rows, a.cols), array.shape, strict=True):
            if not space.dimension.is_Integer:
                sizes.setdefault(space.name, length)
            if space_size(space, sizes) != length:
                shown = " x ".join(map(str, array.shape))
                raise InputError(
                    f"{name} is {a.rows} x {a.cols}, where {space} = {space_size(space, sizes)}; "
                    f"got {shown}"
                )
    scalars = {k: values[k] for k in letters.scalars if k in values}
    for name, value in scalars.items():
        if not is_number(value):
            raise InputError(f"{name} must be a real number, got {value!r}")
    for name in letters.scalars - scalars.keys():
        raise InputError(f"{name} is missing: give {name}=...")
    arithmetic = arithmetic_for([*scalars.values(), *rows.values()])
    matrices = {name: _checked(known[name], rows[name], letters, arithmetic) for name in rows}
    for a in fixed:
        if a.name not in matrices:
            matrices[a.name] = _default(a, letters, sizes, arithmetic)
    for space in letters.sizes.values():
        space_size(space, sizes)
    return Point(
        {**sizes, **{k: arithmetic.number(v) for k, v in scalars.items()}},
        matrices,
        arithmetic,
    )


def inverted(name: str, at: Point) -> Any:
    """The inverse of a matrix of a point; raises ZeroDivisionError where there is none."""
    matrix = at.matrices[name]
    try:
        return at.arithmetic.solve(matrix, at.arithmetic.identity(len(at.arithmetic.plain(matrix))))
    except ZeroDivisionError:
        raise ZeroDivisionError(f"{name} has no inverse") from None


def ones_at(a: Letter, at: Point) -> Any:
    """The column of ones that a letter is."""
    return at.arithmetic.matrix([[1]] * space_size(a.rows, at.scalars))


def _rows(a: Letter, value: Any) -> np.ndarray:
    """A user's matrix; a list of numbers for a column."""
    try:
        is_exact(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{a.name}: {error}") from error
    array = entries(value)
    if a.cols.dimension == 1 and (array.ndim < 2 or len(array) == 1):  # a column as a row
        array = array.reshape(-1, 1)
    if array.ndim != 2 or not array.size:
        raise InputError(f"{a.name} must be a matrix that is {a.rows} x {a.cols}")
    return array


def _checked(a: Letter, rows: np.ndarray, letters: Letters, arithmetic: Arithmetic) -> Any:
    if a.name in letters.covariances:
        return covariance(a.name, rows, len(rows), arithmetic)
    try:
        value = arithmetic.matrix(rows)
    except OverflowError as error:
        raise InputError(f"{a.name} has an entry too large for floating point: {error}") from error
    if arithmetic is not EXACT and not np.isfinite(np.asarray(value, dtype=float)).all():
        raise InputError(f"{a.name} must be finite, got NaN or infinity")
    if a.kind is Kind.SYMMETRIC and not (rows == rows.T).all():
        raise InputError(f"{a.name} must be symmetric")
    return value


def _default(a: Letter, letters: Letters, sizes: Mapping[str, int], arithmetic: Arithmetic) -> Any:
    if a.name in letters.covariances:
        size = space_size(a.rows, sizes)
        if size > MOST:
            raise InputError(f"{a.rows} = {size}: expected at most {MOST} where there are matrices")
        return arithmetic.identity(size)
    raise InputError(f"{a.name} is missing: give {a.name}=..., {a.rows} x {a.cols}")
