"""Numbers and matrices that a command line gives to a moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from theory.algebra.words import Letter
from theory.errors import InputError, UnknownName
from theory.records.expectation import Expectation
from theory.records.expectation_numbers import Point, point_of
from verify.cli.instances import matrix, number, pair, whole


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
