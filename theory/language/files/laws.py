"""The sections of a design file that name random scalars, each with its law."""

from __future__ import annotations

import re
from collections.abc import Iterator

from theory.designs.law import FAMILIES, Law
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import RandomScalar, check
from theory.errors import UnknownName
from theory.language.files.document import Document
from theory.language.files.parameters import Take
from theory.language.files.section import Section, at_place, checked_scalar, section
from theory.language.formulas import bounds
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, Unreadable, shown
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope

SECTION = "scalars"
LEVELS = ("prompt", "example")
EXPECTED = ", ".join(f"{name}({one.arguments})" for name, one in FAMILIES.items())


def scalars_of(
    document: Document, take: Take, parameters: tuple[Parameter, ...]
) -> tuple[RandomScalar, ...]:
    """The random scalars of a file; ``take`` is told each name, and refuses what is no new one.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    >>> from theory.language.files.document import document
    >>> found = document('[scalars.prompt]\\ntau = "uniform(0, 1/2)"', "rag.toml")
    >>> [(one.name, str(one.law)) for one in scalars_of(found, lambda *_: None, ())]
    [('tau', 'uniform(0, 1/2)')]
    """
    section(document, SECTION).only(LEVELS)
    made = []
    for level in LEVELS:
        found = section(document, SECTION, level).counted()
        for key in found.table:
            what = f"a random scalar of the {level}"
            checked_scalar(key, found.key(key), what)
            take(key, found.key(key), what)
            made.append(RandomScalar(key, _law(found, key, parameters), level == "example"))
    return tuple(made)


def _law(found: Section, key: str, parameters: tuple[Parameter, ...]) -> Law:
    text = found.text(key, f"its law in quotes, one of {EXPECTED}")
    place = found.inside(key, text)
    if len(text) > bounds.FORMULA:
        raise Unreadable(place, f"found {len(text)} characters; expected at most {bounds.FORMULA}")
    parts = re.fullmatch(r"(\s*)([A-Za-z_]\w*)\s*\((.*)\)\s*", text, re.ASCII)
    if parts is None:
        raise Unreadable(place, f"found {shown(text)} as the law of {key}; expected {EXPECTED}")
    family = parts[2]
    if family not in FAMILIES:
        hint = UnknownName("law", family[: bounds.SHOWN], FAMILIES)
        raise Unreadable(place.after(parts.start(2)), f"{hint}; expected {EXPECTED}")
    barred = dict.fromkeys(("n", "d", "i"), "a law is made of parameters and numbers")
    names = dict.fromkeys((p.name for p in parameters), Meaning.SCALAR)
    scope = Scope(f"the law of {key}", names, barred)
    arguments = (
        scalar(parse(argument, there), scope)
        for argument, there in _arguments(parts[3], place.after(parts.start(3)))
    )
    given = tuple(arguments)
    with at_place(place, f"the law of {key}: "):
        law = Law(family, given)
    with at_place(place):
        ranges = {p.symbol: (p.low, p.high) for p in parameters}
        check([RandomScalar(key, law)], [], ranges, ranges.keys())
    return law


def _arguments(text: str, place: Place) -> Iterator[tuple[str, Place]]:
    """What stands between commas that are in no parentheses, and where."""
    start = depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield text[start:at], place.after(start)
            start = at + 1
    yield text[start:], place.after(start)
