"""The sections of a design file that name groups of examples, ``[[examples]]``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from theory.designs.groups import COMBINATIONS, SCALARS, Share
from theory.language.files import bounds
from theory.language.files.declarations import Declarations
from theory.language.files.document import Document, described
from theory.language.files.prompts import value_of
from theory.language.files.section import Section, checked_name
from theory.language.formulas.places import Unreadable
from theory.scalars.signs import Ranges, is_positive
from theory.scalars.symbols import n

SECTION = "examples"
KEYS = ("name", "count", *COMBINATIONS, *SCALARS)


def examples_of(document: Document, declared: Declarations, ranges: Ranges) -> tuple[Share, ...]:
    """The groups of a file, in its order; none where all examples have one law.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    tables = document.tables.get(SECTION, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Unreadable(
            document.layout.place((SECTION,)),
            f"found {described(tables)} for {SECTION}; expected a [[{SECTION}]] for each group",
        )
    sections = [Section(document, (SECTION, str(k)), table) for k, table in enumerate(tables)]
    if len(sections) > bounds.COUNT:
        raise Unreadable(
            sections[bounds.COUNT].place,
            f"found {len(sections)} groups of examples; expected at most {bounds.COUNT}",
        )
    groups = tuple(_group(found, declared) for found in sections)
    if groups:
        _names_differ(sections, groups)
        _one_is_the_rest(sections, groups)
        _counts_are_possible(sections, groups, ranges)
    return groups


def _group(found: Section, declared: Declarations) -> Share:
    found.only(KEYS)
    name = found.text("name", 'a name in quotes, such as "retrieved"')
    checked_name(name, found.inside("name", name), "a group of examples")
    given: dict[str, Any] = {}
    for role in found.table.keys() - {"name"}:
        given[role] = value_of(found, role, declared, alike=True)
    return Share(name, **given)


def _names_differ(sections: Sequence[Section], groups: Sequence[Share]) -> None:
    seen: dict[str, Section] = {}
    for found, group in zip(sections, groups, strict=True):
        if group.name in seen:
            raise Unreadable(
                found.value("name"),
                f"found the group {group.name!r} twice, first on line "
                f"{seen[group.name].place.line}; expected another name",
            )
        seen[group.name] = found


def _one_is_the_rest(sections: Sequence[Section], groups: Sequence[Share]) -> None:
    """Exactly one group has no count."""
    rest = [at for at, group in enumerate(groups) if group.count is None]
    if not rest:
        raise Unreadable(
            sections[-1].key("count"),
            "found a count in every group; expected one group without, which is the rest",
        )
    if len(rest) > 1:
        names = " and ".join(repr(groups[at].name) for at in rest)
        raise Unreadable(
            sections[rest[1]].place,
            f"found no count in the groups {names}; expected exactly one group without, which is "
            "the rest",
        )


def _counts_are_possible(
    sections: Sequence[Section], groups: Sequence[Share], ranges: Ranges
) -> None:
    """No count is seen to be negative or a fraction."""
    rest = n - sympy.Add(*(group.count for group in groups if group.count is not None))
    for found, group in zip(sections, groups, strict=True):
        count = rest if group.count is None else group.count
        whole = not count.is_number or count.is_Integer
        if not whole or is_positive(-count, ranges):
            place = found.value("count") if "count" in found.table else found.place
            what = f"{count} examples in the group {group.name!r}"
            raise Unreadable(place, f"found {what}; expected a whole number from 0 to n")
