"""The lines of a table in untrusted text, or its rows in brackets, without comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from theory.language.formulas.places import Place, Unreadable

Line = tuple[Place, str, str]
"""Where a line stands, its text, and the same with an ``x`` for all that is in quotes."""

_QUOTED = '"[^"]*"'
_BETWEEN_ROWS = re.compile(r"\](?:\s*,)?\s*\[|;[;\s]*")


def lines(text: str, file: str) -> Iterator[Line]:
    """The lines that hold anything, without comments: ``#`` to the end, ``%`` at the beginning.

    A text in brackets, as programs show a matrix, has its rows for lines.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    Examples
    --------
    >>> [str(place) + " " + line for place, line, _ in lines("% two\\n1, 2 # one\\n2, 3", "S.csv")]
    ['S.csv:2:1 1, 2 ', 'S.csv:3:1 2, 3']
    >>> [line for _, line, _ in lines("[[1, 2],\\n [2, 3]]", "S.json")]
    ['1, 2', '2, 3']
    >>> [line for _, line, _ in lines("[1 2; 2 3]", "--matrix S")]
    ['1 2', '2 3']
    """
    for place, line in _in_brackets(text, file) or _numbered(text, file):
        masked = re.sub(_QUOTED, lambda found: "x" * len(found[0]), line) if '"' in line else line
        masked = masked.partition("#")[0]
        if '"' in masked:
            raise Unreadable(
                place.after(masked.index('"')),
                "found a quote; expected another one later on the line",
            )
        if masked.strip():
            yield place, line[: len(masked)], masked


def _numbered(text: str, file: str) -> Iterator[tuple[Place, str]]:
    for at, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("%"):
            yield Place(file, at), line


def _in_brackets(text: str, file: str) -> Iterator[tuple[Place, str]] | None:
    """The rows of ``[[1, 2], [2, 3]]`` or ``[1 2; 2 3]``; None for another text."""
    inner = text.strip()
    if len(inner) < 2 or inner[0] + inner[-1] != "[]" or set(inner) & set('#"'):
        return None
    if text.count("[") != text.count("]"):
        raise Unreadable(Place(file), "found brackets that do not match; expected as many ] as [")
    return _rows(text, len(text) - len(text.lstrip("[ \t\r\n")), len(text.rstrip("] \t\r\n")), file)


def _rows(text: str, begin: int, end: int, file: str) -> Iterator[tuple[Place, str]]:
    line, start, at = 1, 0, 0  # of the row: its line, where that begins, and where we are
    while begin < end:
        found = _BETWEEN_ROWS.search(text, begin, end)
        last, following = found.span() if found else (end, end)
        line += text.count("\n", at, begin)
        start, at = max(start, text.rfind("\n", at, begin) + 1), begin
        yield Place(file, line, begin - start + 1), re.sub(r"[\r\n]", " ", text[begin:last])
        begin = following
