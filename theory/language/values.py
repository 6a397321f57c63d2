"""Numbers, covariances and vectors in words: what ``--set`` and ``--matrix`` take."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from theory.designs.families import FAMILIES, family
from theory.designs.nearest import nearest_covariance, of_rank
from theory.errors import InputError
from theory.language.files.document import Source
from theory.language.files.matrices import matrix_in, read_matrix
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, shown
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Scope

NEAREST = "nearest:"
"""What stands before a file of which the nearest covariance is meant."""


class Covariance(NamedTuple):
    """The rows of a matrix, and what was done to those of its file, where anything was."""

    rows: list[list[Any]]
    note: str = ""


def number_in(text: str, name: str, told: str = "") -> Fraction | float:
    """The value of a formula without names, exact unless a root is irrational.

    ``told`` is what an error begins with; the name, if it is not given.

    >>> number_in("2/5", "alpha"), number_in("0.1", "sigma")
    (Fraction(2, 5), Fraction(1, 10))
    """
    found = scalar(parse(text, Place(told or name)), Scope(f"the value of {name}", {}))
    if found.is_Rational:
        return Fraction(int(found.p), int(found.q))
    return float(found)


def covariance_in(
    text: str,
    d: int | None,
    told: str,
    source: Callable[[str], Source] = str,
    named: str = "d",
    square: bool = True,
) -> Covariance:
    """A matrix by the name of a family, of a file, of the nearest one to a file, or in brackets.

    Parameters
    ----------
    text
        ``power:1``, ``S.csv``, ``nearest:S.csv``, ``nearest:2:S.csv`` (of rank 2) or
        ``[[2, 1], [1, 3]]``.
    d
        The size of a family.
    told
        What an error begins with.
    source
        Where to read a file of this name.
    named
        What the size is called.
    square
        Whether it has to be square, where it is not the nearest one to a file.

    Raises :class:`~theory.errors.InputError`.

    Examples
    --------
    >>> covariance_in("power:1", 2, "S").rows == covariance_in("[1 0; 0 1/2]", None, "S").rows
    True
    """
    if text.startswith("[") and not _exists(text):
        return Covariance(_in_brackets(text, told, square))
    kind = text.rpartition("*")[2].partition(":")[0]
    if kind in FAMILIES and not _exists(text):
        if d is None:
            raise InputError(f"{told}: a family needs the size {named}: give {named}=...")
        return Covariance(family(text, d))
    file = file_of(text)
    found = source(file)
    if found == file and not _exists(file):
        raise InputError(
            f"{told}: there is no file {shown(file)}, and no such family; families are "
            f"{', '.join(f'{k}:{p}' if p else k for k, (p, _) in FAMILIES.items())}"
        )
    rows = read_matrix(found, square or file != text)
    if file == text:
        return Covariance(rows)
    rank = _rank(text)
    if rank is not None and not 1 <= rank <= len(rows):
        raise InputError(f"{told}: expected a rank from 1 to {len(rows)}, got {rank}")
    try:
        rows, distance = nearest_covariance(rows) if rank is None else of_rank(rows, rank)
    except InputError as error:
        raise InputError(f"{told}: {error}") from error
    which = "" if rank is None else f" of rank {rank}"
    return Covariance(
        rows,
        f"{told}: the nearest symmetric positive semi-definite matrix{which}, at distance "
        f"{distance:.3g} (Frobenius norm) from that in the file",
    )


def _in_brackets(text: str, told: str, square: bool) -> list[list[Any]]:
    """A matrix that a text begins to write out."""
    if not text.endswith("]"):
        raise InputError(f"{told}: found no ']' at the end; expected rows as in [2 1; 1 3]")
    return matrix_in(text, told, square)


def vector_in(text: str, told: str, source: Callable[[str], Source] = str) -> list[Any]:
    """The entries of a vector: of a file with one row or one column, or in brackets.

    ``told`` is what an error begins with, and ``source`` as for :func:`covariance_in`. Raises
    :class:`~theory.errors.InputError`.

    >>> vector_in("[1, 1/2]", "m")
    [Fraction(1, 1), Fraction(1, 2)]
    """
    if text.startswith("[") and not _exists(text):
        rows = _in_brackets(text, told, square=False)
    else:
        found = source(text)
        if found == text and not _exists(text):
            raise InputError(
                f"{told}: there is no file {shown(text)}; expected one, or entries as in [1, 1/2]"
            )
        rows = read_matrix(found, square=False)
    if 1 not in (len(rows), len(rows[0])):
        raise InputError(
            f"{told}: found {len(rows)} rows of {len(rows[0])} numbers; expected a vector, in one "
            "row or one column"
        )
    return [entry for row in rows for entry in row]


def file_of(text: str) -> str:
    """The file of ``FILE``, ``nearest:FILE`` or ``nearest:RANK:FILE``.

    >>> file_of("nearest:2:S.csv")
    'S.csv'
    """
    if _exists(text) or not text.startswith(NEAREST):
        return text
    rank, colon, file = text.removeprefix(NEAREST).partition(":")
    return file if colon and rank.isdecimal() else text.removeprefix(NEAREST)


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:  # a NUL
        return False


def _rank(text: str) -> int | None:
    """That of ``nearest:RANK:FILE``."""
    rank, colon, _ = text.removeprefix(NEAREST).partition(":")
    return int(rank) if colon and rank.isdecimal() and len(rank) < 9 else None
