"""Numbers and covariances that a command line gives to a design."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import click
import numpy as np

from theory.designs.design import IDENTITY, Design
from theory.designs.families import FAMILIES, family
from theory.designs.instance import Instance, instance, undefined
from theory.designs.nearest import nearest_covariance, of_rank
from theory.errors import InputError, NotCovariance, UnknownName
from theory.language.files.matrices import SIZE, read_matrix
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, plain, shown
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Scope
from verify import standard_input

LARGEST = 10**9
"""The largest size that can be given."""
NEAREST = "nearest:"
"""What stands before a file of which the nearest covariance is meant."""
LONGEST = 200
"""Characters of an option that a message repeats."""


def instance_of(design: Design, numbers: Sequence[str], matrices: Sequence[str]) -> Instance | None:
    """What ``--set NAME=NUMBER`` and ``--matrix NAME=FILE|FAMILY`` give; None for nothing.

    A number is exact: a whole number, a decimal, a fraction or a constant formula. One that is
    irrational, or a matrix file with long decimals, makes everything floating; so does the nearest
    covariance of a file that holds none. How far that is from the file is said on standard error.

    Raises :class:`~theory.errors.InputError` naming the option and what was expected.

    Examples
    --------
    >>> from theory.language.gallery.designs import independent
    >>> print(instance_of(independent, ["n=3", "d=2", "sigma=0.5"], ["Sigma_x=power:1"]))
    n = 3, d = 2, sigma = 1/2, Sigma_x = [[1, 0], [0, 1/2]], Sigma_beta = [[1, 0], [0, 1]]
    >>> instance_of(independent, ["n=3", "sigma=1/2"], ["Sigma_x=power:1"])
    Traceback (most recent call last):
    ...
    theory.errors.InputError: --matrix Sigma_x=power:1: give d, by --set d=..., for a family
    """
    if not numbers and not matrices:
        return None
    scalars = {p.name for p in design.parameters}
    given: dict[str, Any] = {}
    for option in numbers:
        name, value = pair("--set", option, "NAME=NUMBER")
        if name not in scalars | {"n", "d"}:
            raise UnknownName("name in --set", name, [*scalars, "n", "d"])
        if name in given:
            raise InputError(f"--set {name} is given twice")
        given[name] = number(name, value)
    if design.covariances and given.get("d", 1) > SIZE:
        raise InputError(
            f"--set d={given['d']}: expected at most {SIZE} where there are covariances"
        )
    covariances: dict[str, Any] = {}
    for option in matrices:
        name, value = pair("--matrix", option, "NAME=FILE or NAME=FAMILY")
        if name not in design.covariances:
            raise UnknownName("covariance in --matrix", name, design.covariances)
        if name in covariances:
            raise InputError(f"--matrix {name} is given twice")
        covariances[name] = matrix(option, value, given.get("d"))
    sizes = {name: whole(name, given.pop(name)) for name in ("n", "d") if name in given}
    if any(isinstance(rows[0][0], float) for rows in covariances.values()):
        given = {name: float(value) for name, value in given.items()}
    try:
        at = instance(
            design, n=sizes.get("n"), d=sizes.get("d"), scalars=given, covariances=covariances
        )
    except NotCovariance as error:
        raise InputError(f"{error}; --matrix NAME={NEAREST}FILE takes the nearest one") from error
    problem = undefined(at)
    if problem is not None:
        raise InputError(f"--set: {problem} at {at}")
    return at


def files_of(matrices: Sequence[str]) -> dict[str, str]:
    """What is read for each ``--matrix NAME=FILE|FAMILY``, by the option that names it.

    >>> files_of(["Sigma=S.csv", "Gamma=nearest:-"])
    {'--matrix Sigma': 'S.csv', '--matrix Gamma': '-'}
    """
    pairs = (pair("--matrix", option, "NAME=FILE or NAME=FAMILY") for option in matrices)
    return {f"--matrix {plain(name)}": _file(value) for name, value in pairs}


ENTRIES = 6
"""Up to how many rows a matrix is shown."""


def told(at: Instance) -> dict[str, str]:
    """What is put for each name at an instance: covariances that were left out are ``I``.

    >>> from theory.language.gallery.designs import independent
    >>> told(instance_of(independent, ["n=3", "d=2", "sigma=0.5"], ["Sigma_x=power:1"]))
    {'n': '3', 'd': '2', 'sigma': '1/2', 'Sigma_x': '[[1, 0], [0, 1/2]]', 'Sigma_beta': 'I'}
    """
    plain = at.arithmetic.plain
    sizes = {"n": str(at.n), "d": str(at.d)}
    found = sizes | {name: str(plain(v)) for name, v in at.scalars.items() if name not in sizes}
    for name, matrix in at.matrices.items():
        rows = plain(matrix)
        if (rows == np.eye(at.d)).all():
            found[name] = IDENTITY
        elif at.d <= ENTRIES:
            found[name] = "[" + ", ".join(f"[{', '.join(map(str, row))}]" for row in rows) + "]"
        else:
            found[name] = f"a {at.d} x {at.d} matrix"
    return found


def pair(option: str, text: str, expected: str) -> tuple[str, str]:
    """The name and the value of an option such as ``--set NAME=NUMBER``."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InputError(f"{option} {shown(text)}: expected {expected}")
    return name.strip(), value.strip()


def number(name: str, text: str) -> Fraction | float:
    """A number of ``--set``: exact where it is rational."""
    place = Place(f"--set {name}")
    found = scalar(parse(text, place), Scope(f"the value of {name}", {}))
    if found.is_Rational:
        return Fraction(int(found.p), int(found.q))
    return float(found)


def whole(name: str, value: Fraction | float) -> int:
    """A size of ``--set``."""
    if isinstance(value, float) or value.denominator != 1 or not 1 <= value <= LARGEST:
        raise InputError(f"--set {name}={value}: expected a whole number from 1 to {LARGEST}")
    return int(value)


def matrix(
    option: str, value: str, size: Any, named: str = "d", square: bool = True
) -> list[list[Any]]:
    """The matrix that an option gives; ``named`` is what a family calls its size.

    It has to be square, unless ``square`` says that it need not be.
    """
    told = f"--matrix {plain(option if len(option) <= LONGEST else option[:LONGEST] + '...')}"
    kind = value.rpartition("*")[2].partition(":")[0]
    if kind in FAMILIES and not os.path.exists(value):
        if size is None:
            raise InputError(f"{told}: give {named}, by --set {named}=..., for a family")
        return family(value, whole(named, size))
    file = _file(value)
    if file not in standard_input.NAMES and not os.path.exists(file):
        raise InputError(
            f"{told}: there is no file {shown(file)}, and no such family; families are "
            f"{', '.join(f'{k}:{p}' if p else k for k, (p, _) in FAMILIES.items())}"
        )
    rows = read_matrix(standard_input.source(file), square or file != value)
    if file == value:
        return rows
    rank = _rank(value)
    if rank is not None and not 1 <= rank <= len(rows):
        raise InputError(f"{told}: expected a rank from 1 to {len(rows)}, got {rank}")
    try:
        rows, distance = nearest_covariance(rows) if rank is None else of_rank(rows, rank)
    except InputError as error:
        raise InputError(f"{told}: {error}") from error
    which = "" if rank is None else f" of rank {rank}"
    click.echo(
        f"{told}: the nearest symmetric positive semi-definite matrix{which}, at distance "
        f"{distance:.3g} (Frobenius norm) from that in the file",
        err=True,
    )
    return rows


def _file(value: str) -> str:
    """The file of ``FILE``, ``nearest:FILE`` or ``nearest:RANK:FILE``."""
    if os.path.exists(value) or not value.startswith(NEAREST):
        return value
    rank, colon, file = value.removeprefix(NEAREST).partition(":")
    return file if colon and rank.isdecimal() else value.removeprefix(NEAREST)


def _rank(value: str) -> int | None:
    """That of ``nearest:RANK:FILE``."""
    rank, colon, _ = value.removeprefix(NEAREST).partition(":")
    return int(rank) if colon and rank.isdecimal() and len(rank) < 9 else None
