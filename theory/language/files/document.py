"""A TOML file as tables that know where their keys stand."""

from __future__ import annotations

import os
import stat
import tomllib
from dataclasses import dataclass
from typing import Any, BinaryIO

from theory.language.files import bounds
from theory.language.files.layout import Layout, place_of
from theory.language.files.scanner import layout
from theory.language.formulas.places import WHOLE, Place, Unreadable, shown


@dataclass(frozen=True)
class Decimal:
    """A decimal of a TOML file, as it is written: it is never a binary fraction."""

    text: str


@dataclass(frozen=True)
class Document:
    """The tables of a TOML text, and where everything stands.

    Examples
    --------
    >>> document("[prompt]\\nnoise = 0.5", "rag.toml").tables
    {'prompt': {'noise': Decimal(text='0.5')}}
    """

    tables: dict[str, Any]
    layout: Layout


def document(text: str, file: str) -> Document:
    """Parse a TOML text.

    Raises :class:`~theory.language.formulas.places.Unreadable` with the place and what is wrong.
    """
    if len(text) > bounds.FILE or len(text.encode("utf-8", "surrogatepass")) > bounds.FILE:
        raise _too_long(file)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found = layout(text, file)
    try:
        return Document(tomllib.loads(text, parse_float=Decimal), found)
    except ValueError as error:  # TOMLDecodeError, and a number too long for Python
        problem, _, where = str(error).rpartition(" (at ")
        place = Place(file)
        if where == "end of document)":
            place = place_of(text, len(text), file)
        elif where.startswith("line ") and where.endswith(")"):
            line, _, column = where[5:-1].partition(", column ")
            place = Place(file, int(line), int(column))
        problem = problem if problem and len(problem) <= bounds.TITLE else "no TOML"
        raise Unreadable(
            place, f"{problem}; expected TOML: [section] lines and lines key = value"
        ) from None


Source = str | os.PathLike[str] | BinaryIO
"""A path, or a file that is open for reading bytes, such as ``sys.stdin.buffer``."""


def name_of(source: Source) -> str:
    """What errors call a source.

    >>> from pathlib import Path
    >>> name_of(Path("rag.toml"))
    'rag.toml'
    """
    if isinstance(source, (str, os.PathLike)):
        return str(os.fspath(source))
    return str(getattr(source, "name", "<stream>"))


def text_of(source: Source, most: int = bounds.FILE) -> str:
    """The text of a file of ``most`` bytes in UTF-8.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    >>> text_of("no-such.toml")
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: no-such.toml: No such file or directory; \
expected a regular file
    """
    return decoded(bytes_of(source, most), name_of(source))


def bytes_of(source: Source, most: int) -> bytes:
    """What is in a regular file, a pipe or an open file, of ``most`` bytes.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    start = Place(name_of(source), WHOLE)
    try:
        if isinstance(source, (str, os.PathLike)):
            content = _bytes_at(source, most + 1, start)
        else:
            content = source.read(most + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unreadable(start, f"{reason}; expected a regular file") from None
    if len(content) > most:
        raise _too_long(start.file, most)
    return content


def _bytes_at(path: str | os.PathLike[str], most: int, start: Place) -> bytes:
    try:
        # Opening a pipe that has no writer would block for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError:  # a NUL
        raise Unreadable(start, "found no path; expected that of a regular file") from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise Unreadable(start, "found no regular file; expected one, or a pipe")
        os.set_blocking(descriptor, True)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            content = stream.read(most)
    finally:
        os.close(descriptor)
    if not content and stat.S_ISFIFO(mode):
        raise Unreadable(start, "found an empty pipe; expected one with a writer, read only once")
    return content


def decoded(content: bytes, file: str) -> str:
    """Bytes in UTF-8 as text.

    Raises :class:`~theory.language.formulas.places.Unreadable` with the place of another byte.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        raise Unreadable(
            place_of(before, len(before), file),
            f"found the byte 0x{content[error.start]:02x}; expected UTF-8",
        ) from None


def described(value: Any) -> str:
    """A value of a TOML file in words, for errors.

    >>> described(True), described("x"), described({})
    ('true', "the text 'x'", 'a section')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, int):
        return "a whole number" if value.bit_length() > 64 else f"the number {value}"
    if isinstance(value, Decimal):
        return f"the number {value.text}"
    if isinstance(value, list):
        return "a list"
    return "a section" if isinstance(value, dict) else "a date or a time"


def _too_long(file: str, most: int = bounds.FILE) -> Unreadable:
    return Unreadable(Place(file, WHOLE), f"found a longer file; expected at most {most} bytes")
