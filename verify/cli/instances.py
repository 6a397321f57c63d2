"""Numbers, matrices and fixed vectors that a command line gives to a design or to a moment."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import click

from theory.algebra.words import Letter
from theory.designs.defined_at import undefined
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.errors import InputError, NotCovariance, UnknownName
from theory.language.files.matrices import SIZE
from theory.language.formulas.places import plain
from theory.language.values import NEAREST, covariance_in, number_in, vector_in
from theory.records.expectation import Expectation
from theory.records.expectation_numbers import Point, point_of
from verify.cli.files import pair, source

LARGEST = 10**9
"""The largest size that can be given."""
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
    theory.errors.InputError: --matrix Sigma_x=power:1: a family needs the size d: give d=...
    """
    if not numbers and not matrices:
        return None
    scalars = {p.name for p in design.parameters}
    given: dict[str, Any] = {}
    for option in numbers:
        name, value = pair("--set", option, "NAME=NUMBER")
        if name in design.means:
            raise InputError(
                f"--set {name}: {name} is a fixed vector; give --matrix {name}=FILE, or its "
                f"entries as in --matrix '{name}=[1, 1/2]'"
            )
        if name in design.covariances:
            raise InputError(
                f"--set {name}: {name} is a covariance; give --matrix {name}=FILE, or its entries "
                f"as in --matrix '{name}=[2 1; 1 3]'"
            )
        if name not in scalars | {"n", "d"}:
            raise UnknownName("name in --set", name, [*scalars, "n", "d"])
        if name in given:
            raise InputError(f"--set {name} is given twice")
        given[name] = number(name, value)
    if (design.covariances or design.means) and given.get("d", 1) > SIZE:
        raise InputError(
            f"--set d={given['d']}: expected at most {SIZE} where there are covariances or fixed "
            "vectors"
        )
    covariances: dict[str, Any] = {}
    means: dict[str, Any] = {}
    for option in matrices:
        name, value = pair("--matrix", option, "NAME=FILE or NAME=FAMILY")
        if name not in (*design.covariances, *design.means):
            design.refuse_followed(name)
            what = "covariance or fixed vector" if design.means else "covariance"
            raise UnknownName(f"{what} in --matrix", name, [*design.covariances, *design.means])
        if name in covariances or name in means:
            raise InputError(f"--matrix {name} is given twice")
        if name in design.means:
            means[name] = vector_in(value, named_option(option), source)
        else:
            covariances[name] = matrix(option, value, given.get("d"))
    sizes = {name: whole(name, given.pop(name)) for name in ("n", "d") if name in given}
    entries = [*(rows[0][0] for rows in covariances.values()), *(v[0] for v in means.values())]
    if any(isinstance(entry, float) for entry in entries):
        given = {name: float(value) for name, value in given.items()}
    try:
        at = instance(
            design,
            n=sizes.get("n"),
            d=sizes.get("d"),
            scalars=given,
            covariances=covariances,
            means=means,
        )
    except NotCovariance as error:
        raise InputError(f"{error}; --matrix NAME={NEAREST}FILE takes the nearest one") from error
    problem = undefined(at)
    if problem is not None:
        raise InputError(f"--set: {problem} at {at}")
    return at


def number(name: str, text: str) -> Fraction | float:
    """A number of ``--set``: exact where it is rational."""
    return number_in(text, name, f"--set {name}")


def whole(name: str, value: Fraction | float) -> int:
    """A size of ``--set``."""
    if isinstance(value, float) or value.denominator != 1 or not 1 <= value <= LARGEST:
        raise InputError(f"--set {name}={value}: expected a whole number from 1 to {LARGEST}")
    return int(value)


def named_option(option: str) -> str:
    """What errors call a ``--matrix``."""
    return f"--matrix {plain(option if len(option) <= LONGEST else option[:LONGEST] + '...')}"


def matrix(
    option: str, value: str, size: Any, named: str = "d", square: bool = True
) -> list[list[Any]]:
    """The matrix that an option gives; ``named`` is what a family calls its size.

    It has to be square, unless ``square`` says that it need not be.
    """
    size = None if size is None else whole(named, size)
    rows, note = covariance_in(value, size, named_option(option), source, named, square)
    if note:
        click.echo(note, err=True)
    return rows


def point_given(
    record: Expectation, numbers: Sequence[str], matrices: Sequence[str]
) -> Point | None:
    """What ``--set NAME=NUMBER`` and ``--matrix NAME=FILE|FAMILY`` give; None for nothing.

    Raises :class:`~theory.errors.InputError` naming the option and what was expected.

    >>> import theory
    >>> found = theory.moment("x'*A*x", x="gaussian(d, 1)", A="symmetric(d)")
    >>> print(point_given(found, ["d=2"], ["A=power:1"]))
    d = 2, A = [[1, 0], [0, 1/2]]
    """
    if not numbers and not matrices:
        return None
    letters = record.letters
    given: dict[str, Any] = {}
    for option in numbers:
        name, text = pair("--set", option, "NAME=NUMBER")
        if name not in letters.sizes and name not in letters.scalars:
            raise UnknownName("name in --set", name, {*letters.sizes, *letters.scalars})
        if name in given:
            raise InputError(f"--set {name} is given twice")
        value = number(name, text)
        given[name] = whole(name, value) if name in letters.sizes else value
    fixed = {name: letters.matrices[name] for name in letters.given}
    for option in matrices:
        name, text = pair("--matrix", option, "NAME=FILE or NAME=FAMILY")
        if name not in fixed:
            raise UnknownName("matrix in --matrix", name, fixed)
        if name in given:
            raise InputError(f"--matrix {name} is given twice")
        given[name] = _matrix(option, text, fixed[name], given)
    return point_of(letters, record.fixed, given)


def _matrix(option: str, text: str, a: Letter, given: dict[str, Any]) -> list[list[Any]]:
    size = int(a.rows.dimension) if a.rows.dimension.is_Integer else given.get(a.rows.name)
    return matrix(option, text, size, a.rows.name, square=a.rows == a.cols)
