"""A section of a design file: its keys, checked, and its values by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sympy

from theory.designs.design import RESERVED
from theory.errors import InputError, UnknownName
from theory.language.files import bounds
from theory.language.files.document import Decimal, Document, described
from theory.language.formulas.bounds import DIGITS, NAME, SHOWN
from theory.language.formulas.parser import FUNCTIONS, parse
from theory.language.formulas.places import Place, Unreadable, shown
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Scope
from theory.language.formulas.tokens import LETTERS, WORD
from theory.language.formulas.tree import Tree

INFINITY, SECOND_MOMENT = "oo", "M"
TAKEN = RESERVED | {*FUNCTIONS, INFINITY}
"""Names that no design file may give to anything."""
_ENDLESS = (INFINITY, "OO", "inf", "Inf", "INF", "infty", "infinity", "Infinity", "INFINITY")
READ_AS_NUMBERS = {
    **dict.fromkeys(
        _ENDLESS,
        'it reads as infinity; what grows is a formula in d, such as n = "d^2/nu"',
    ),
    **dict.fromkeys(("nan", "NaN", "NAN", "zoo"), "it reads as no number at all"),
    **dict.fromkeys(("e", "E", "pi", "Pi", "PI"), "it reads as a number that formulas do not have"),
}
"""Names that no scalar may have, each with the reason; a vector may be called e."""


@dataclass(frozen=True)
class Section:
    """The keys of one section, or of the whole file where the path is empty.

    Build it with :func:`section`.
    """

    document: Document
    path: tuple[str, ...]
    table: dict[str, Any]

    @property
    def title(self) -> str:
        name, *rest = self.path
        return f"[[{name}]]" if rest and rest[0].isdecimal() else f"[{'.'.join(self.path)}]"

    @property
    def place(self) -> Place:
        """Where the section stands."""
        return self.document.layout.place(self.path)

    def key(self, key: str) -> Place:
        """Where a key stands."""
        return self.document.layout.place((*self.path, key))

    def value(self, key: str) -> Place:
        """Where a value stands."""
        return self.document.layout.value((*self.path, key))

    def inside(self, key: str, text: str) -> Place:
        """Where the first character of a value in quotes stands."""
        return self.document.layout.formula((*self.path, key), text)

    def only(self, known: Iterable[str]) -> None:
        """Raise where there is any other key."""
        what = f"key in {self.title}" if self.path else "section"
        for key in self.table:
            if key not in known:
                raise Unreadable(self.key(key), str(UnknownName(what, plain_name(key), known)))

    def counted(self) -> Section:
        """Itself, if it has not too many keys."""
        for count, key in enumerate(self.table):
            if count == bounds.COUNT:
                raise Unreadable(
                    self.key(key),
                    f"found {len(self.table)} names in {self.title}; expected at most "
                    f"{bounds.COUNT}",
                )
        return self

    def text(self, key: str, expected: str) -> str:
        """A value that is text."""
        if key not in self.table:
            raise self.missing(key, expected)
        value = self.table[key]
        if not isinstance(value, str):
            raise self.unexpected(key, expected)
        return value

    def line(self, key: str) -> str:
        """A value that is a line of printable text."""
        return self._printable(key, self.text(key, f"a {key} in quotes"), bounds.TITLE)

    def prose(self, key: str) -> str:
        """A value that is text of several lines, which become one."""
        value = self.text(key, f"{key} = '...' in words")
        return self._printable(key, " ".join(value.split()), bounds.PROSE)

    def sentences(self, key: str) -> tuple[str, ...]:
        """A value that is a list of sentences."""
        value = self.table[key]
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.unexpected(key, "a list of sentences in quotes")
        if len(value) > bounds.COUNT:
            raise Unreadable(
                self.value(key), f"found {len(value)} {key}; expected at most {bounds.COUNT}"
            )
        lines = (" ".join(one.split()) for one in value)
        return tuple(self._printable(key, one, bounds.PROSE) for one in lines)

    def _printable(self, key: str, found: str, most: int) -> str:
        if not found.isprintable():
            wrong = next(c for c in found if not c.isprintable())
            raise Unreadable(
                self.value(key), f"found {wrong!r} in {key}; expected printable characters"
            )
        if not 0 < len(found) <= most:
            raise Unreadable(
                self.value(key),
                f"found {len(found)} characters for {key}; expected 1 to {most}",
            )
        return found

    def missing(self, key: str, expected: str) -> Unreadable:
        """The error of a key that is not there."""
        return Unreadable(
            self.place,
            f"found no {key} in {self.title}; expected {key} = {expected}",
        )

    def unexpected(self, key: str, expected: str) -> Unreadable:
        """The error of a value of the wrong kind."""
        found = described(self.table[key])
        return Unreadable(self.value(key), f"found {found} for {key}; expected {expected}")

    def formula(self, key: str) -> Tree:
        """A value that is a formula; a number stands for itself."""
        value, expected = self.table[key], 'a formula in quotes, such as "sigma"'
        if isinstance(value, str):
            return parse(value, self.inside(key, value))
        digits = _digits(value)
        if digits is None:
            raise self.unexpected(key, expected)
        return parse(digits, self.value(key)._replace(exact=False))

    def within(self, key: str) -> Section:
        """A value that is a table in braces."""
        return Section(self.document, (*self.path, key), self.table[key])

    def end(self, key: str, value: Any, name: str, scope: Scope | None = None) -> sympy.Expr:
        """One end of the range of a parameter: a rational number, or infinite.

        With a ``scope`` also a formula in its names.
        """
        place = self.value(key)._replace(exact=False)
        if isinstance(value, str) and value.removeprefix("-") == INFINITY:
            return -sympy.oo if value.startswith("-") else sympy.oo
        text = value if isinstance(value, str) else _digits(value)
        infinite = text is not None and text.strip("+-").lower() in ("inf", "infinity")
        if text is not None and not infinite:
            found = scalar(parse(text, place), scope or Scope(f"the range of {name}", {}))
            if found.is_Rational or found.free_symbols:
                return found
        raise Unreadable(
            place,
            f"found {described(value)} in the range of {name}; expected two numbers such as "
            f'[0, "1/2"] or [0, "{INFINITY}"]',
        )


def section(document: Document, *path: str, required: bool = False) -> Section:
    """A section of a document; empty where there is none and none is required."""
    table: Any = document.tables
    for depth, part in enumerate(path, 1):
        if required and part not in table:
            raise Unreadable(
                document.layout.place(path), f"found no section [{'.'.join(path)}]; expected one"
            )
        table = table.get(part, {})
        if not isinstance(table, dict):
            raise Unreadable(
                document.layout.place(path[:depth]),
                f"found {described(table)} for {part}; expected a section [{'.'.join(path)}]",
            )
    return Section(document, path, table)


def _digits(value: Any) -> str | None:
    """A number of a TOML file in decimal digits; None for anything else, and where it is long."""
    if isinstance(value, Decimal):
        return value.text
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return str(value) if value.bit_length() <= 4 * DIGITS else None


def checked_name(name: str, place: Place, what: str, hyphens: bool = False) -> str:
    """A name that a file gives to something.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is no name, too long or
    reserved.

    >>> checked_name("Sigma_x", Place("rag.toml"), "a covariance")
    'Sigma_x'
    """
    allowed = WORD | {"-"} if hyphens else WORD
    if not name or name[0] not in LETTERS or not set(name) <= allowed:
        also = ", '_' and '-'" if hyphens else " and '_'"
        raise Unreadable(
            place,
            f"found {shown(name)} as the name of {what}; expected ASCII letters, digits{also}, "
            "a letter first",
        )
    if len(name) > NAME:
        raise Unreadable(
            place,
            f"found {shown(name)} as the name of {what}; expected at most {NAME} characters",
        )
    if name in TAKEN and not hyphens:
        raise Unreadable(
            place,
            f"found {name!r} as the name of {what}, but it is reserved; reserved are "
            f"{', '.join(sorted(TAKEN))}",
        )
    return name


def checked_abbreviation(name: str, place: Place) -> str:
    """A name for a part of claims: also M, as the second moment of a label is called in papers."""
    if name == SECOND_MOMENT:
        return name
    return checked_scalar(name, place, "an abbreviation")


def checked_scalar(name: str, place: Place, what: str) -> str:
    """A name that a file gives to a scalar: also one that nobody takes for a number.

    >>> checked_scalar("pi", Place("rag.toml"), "a parameter")
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: rag.toml:1:1: found 'pi' as the name of a \
parameter, but it reads as a number that formulas do not have; expected another name
    """
    checked_name(name, place, what)
    if name in READ_AS_NUMBERS:
        raise Unreadable(
            place,
            f"found {name!r} as the name of {what}, but {READ_AS_NUMBERS[name]}; expected "
            "another name",
        )
    return name


@contextmanager
def at_place(place: Place, before: str = "") -> Iterator[None]:
    """Errors about a value that is read are those of its place."""
    try:
        yield
    except Unreadable:
        raise
    except InputError as error:
        raise Unreadable(place, f"{before}{error}") from error


def plain_name(name: str) -> str:
    """A name of any length, shortened for an error."""
    return name if len(name) <= SHOWN else name[:SHOWN] + "..."
