"""The section of a design file that names parameters: their ranges, and what else they satisfy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sympy

from theory.designs import domain
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.language.files.document import Document
from theory.language.files.section import Section, checked_scalar, section
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope

KEYS = ("range", "whole", "where")
SIZES = ("n", "d")
EXPECTED = 'its range, such as [0, 1] or [0, "oo"], or { range = [0, "n"], whole = true }'
BETWEEN = {"<=": (-1, domain.ABOVE), ">=": (1, domain.ABOVE)} | {
    "<": (-1, domain.STRICTLY),
    ">": (1, domain.STRICTLY),
}
"""Of each comparison: the sign of left less right in what has to be positive, or not negative."""

Take = Callable[[str, Place, str], None]


def parameters_of(document: Document, take: Take) -> tuple[Parameter, ...]:
    """The parameters of a file; ``take`` is told each name, and refuses what is no new one.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    found = section(document, "parameters").counted()
    for key in found.table:
        checked_scalar(key, found.key(key), "a parameter")
        take(key, found.key(key), "a parameter")
    names, made = tuple(found.table), []
    for at, (key, value) in enumerate(found.table.items()):
        if isinstance(value, dict):
            made.append(_with_conditions(found.within(key), key, names, at))
        else:
            low, high = _range(found, key, value, names[:at])
            made.append(Parameter(key, low, high))
    return tuple(made)


def _with_conditions(found: Section, key: str, names: tuple[str, ...], at: int) -> Parameter:
    """A parameter that is a table in braces."""
    found.only(KEYS)
    table = found.table
    if "range" not in table:
        raise found.missing("range", '[0, 1], or [0, "n"]')
    low, high = _range(found, "range", table["range"], names[:at], key)
    whole = table.get("whole", False)
    if not isinstance(whole, bool):
        raise found.unexpected("whole", "true or false")
    where = (_condition(found, key, names),) if "where" in table else ()
    try:
        return Parameter(key, low, high, whole, where)
    except InputError as error:
        raise Unreadable(found.value("range"), f"{error}; expected another range") from error


def _range(
    found: Section, at: str, value: Any, before: tuple[str, ...], key: str = ""
) -> tuple[sympy.Expr, sympy.Expr]:
    """Both ends; the upper one may be a formula in sizes and the parameters before."""
    key = key or at
    if not isinstance(value, list) or len(value) != 2:
        raise found.unexpected(at, EXPECTED)
    low = found.end(at, value[0], key)
    high = found.end(at, value[1], key, scope(f"the range of {key}", before))
    if low == sympy.oo or high == -sympy.oo or (high.is_number and not low <= high):
        raise Unreadable(
            found.value(at),
            f"found the range [{low}, {high}] for {key}; expected the lower end first",
        )
    return low, high


def _condition(found: Section, key: str, names: tuple[str, ...]) -> domain.Condition:
    """``where``: two formulas with a comparison between them."""
    expected = 'a comparison of two formulas in quotes, such as "alpha^2 + gamma^2 <= 1"'
    text = found.text("where", expected)
    parts = re.split("(<=|>=|<|>)", text)
    if len(parts) != 3:
        raise Unreadable(
            found.inside("where", text),
            f"found {len(parts) // 2} comparisons in where; expected one of <=, >=, < and >, as in "
            '"alpha^2 + gamma^2 <= 1"',
        )
    left, sign, right = parts
    place, known = found.inside("where", text), scope(f"the condition on {key}", names)
    values = (
        scalar(parse(left, place), known),
        scalar(parse(right, place.after(len(left) + len(sign))), known),
    )
    direction, relation = BETWEEN[sign]
    gap = sympy.expand(direction * (values[0] - values[1]))
    if gap.is_number:
        raise Unreadable(place, "found numbers alone in where; expected parameters in it")
    return domain.Condition(gap, relation)


def scope(role: str, parameters: tuple[str, ...]) -> Scope:
    """What a formula about parameters may use: sizes, and these."""
    barred = {"i": "it is the index of an example"}
    return Scope(role, dict.fromkeys((*SIZES, *parameters), Meaning.SCALAR), barred)
