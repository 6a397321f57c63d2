"""Where something stands in a text, and the error that says so."""

from __future__ import annotations

from typing import NamedTuple

from theory.errors import InputError
from theory.language.formulas import bounds

WHOLE = 0
"""The line of what is about a whole file."""


class Place(NamedTuple):
    """A file (or an option of the command line), a line and a column, counted from 1.

    Parameters
    ----------
    file, line, column
        What an error begins with; of the line ``WHOLE`` the file alone.
    exact
        False where only the beginning of a formula is known, and not where its characters stand: a
        string with escapes, or one of several lines.

    Examples
    --------
    >>> print(Place("rag.toml", 3, 9).after(2))
    rag.toml:3:11
    >>> print(Place("rag.toml", WHOLE))
    rag.toml
    """

    file: str
    line: int = 1
    column: int = 1
    exact: bool = True

    def after(self, characters: int) -> Place:
        """So many characters further on the same line."""
        return self._replace(column=self.column + characters) if self.exact else self

    def __str__(self) -> str:
        file = plain(self.file)
        return file if self.line == WHOLE else f"{file}:{self.line}:{self.column}"


class Unreadable(InputError):
    """An untrusted text that says nothing this package reads.

    The message begins with file, line and column, and says what was found and what was expected.

    >>> print(Unreadable(Place("--risk"), "found nothing; expected a formula"))
    --risk:1:1: found nothing; expected a formula
    """

    def __init__(self, place: Place, problem: str):
        super().__init__(place, problem)
        self.place = place
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


def plain(text: str) -> str:
    """Text without anything that a terminal would obey.

    >>> plain("rag" + chr(27) + "[2J.toml")
    'rag\\\\x1b[2J.toml'
    """
    return text if text.isprintable() else repr(text)[1:-1]


def shown(text: str) -> str:
    """Found text in quotes, shortened, every unprintable character escaped.

    >>> shown("a" * 100)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'"
    """
    short = text if len(text) <= bounds.SHOWN else text[: bounds.SHOWN] + "..."
    return repr(short)
