"""Finding the sections and keys of a TOML text, and that none nests too deep to be parsed.

The parser of the standard library says nothing of places, and follows nested lists and dotted keys
as far as they go. So this goes first.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from theory.language.files import bounds
from theory.language.files.layout import FileEntry, Layout, Path
from theory.language.formulas.places import Place, Unreadable, shown
from theory.language.formulas.tokens import WORD

BARE = WORD | {"-"}
REPEATED = (("examples",),)
"""Sections that may be given many times, in double brackets; a path holds their number, from 0."""


def layout(text: str, file: str) -> Layout:
    """Find the sections and keys of a TOML text.

    Raises :class:`~theory.language.formulas.places.Unreadable` where a line is neither, where one
    is given twice, and where values nest deeper than this format needs. What is malformed in other
    ways is left to the parser, which stops there.

    >>> layout("[prompt]\\nquery = [[[", "rag.toml")
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: rag.toml:2:11: found lists in lists in a list; \
expected one such as [0, 1]
    """
    found = Layout(file, text)
    _Scanner(text, file, found).scan()
    return found


class _Scanner:
    def __init__(self, text: str, file: str, found: Layout):
        self.text = text
        self.file = file
        self.found = found
        self.at = 0
        self.header: Path = ()
        self.count = 0
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def here(self, offset: int | None = None) -> Place:
        offset = self.at if offset is None else offset
        line = bisect_right(self.starts, offset)
        return Place(self.file, line, offset - self.starts[line - 1] + 1)

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self, characters: str) -> None:
        while self.next and self.next in characters:
            self.at += 1

    def comment(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def scan(self) -> None:
        while True:
            self.skip(" \t\n")
            if not self.next:
                return
            if self.next == "#":
                self.comment()
            elif self.next == "[":
                self.section()
            else:
                self.entry()

    def section(self) -> None:
        place = self.here()
        self.at += 1
        repeated = self.next == "["
        self.at += repeated
        self.header = ()
        path = self.key("']'")
        if repeated:
            if path not in REPEATED or not self.text.startswith("]]", self.at):
                raise Unreadable(place, "found '[['; expected a section such as [prompt]")
            self.at += 1
            path = (*path, str(self.count))
            self.count += 1
        self.once(path, place, "section")
        self.found.sections[path] = place
        self.header = path
        self.at += 1
        self.ends("a section")

    def entry(self) -> None:
        place = self.here()
        path = self.header + self.key("'='")
        self.once(path, place, "key")
        self.at += 1
        self.skip(" \t")
        self.found.entries[path] = FileEntry(place, self.at)
        if self.next in ("", "\n", "#"):
            raise Unreadable(self.here(), "found no value after '='; expected one")
        if self.next == "{":
            self.table(path)
            self.ends("a table")
        else:
            self.value("\n")

    def table(self, path: Path) -> None:
        """To the end of a table in braces, whose opening one is next."""
        outer, self.header = self.header, path
        self.at += 1
        self.skip(" \t")
        while self.next != "}":
            place = self.here()
            inside = self.header + self.key("'='")
            self.once(inside, place, "key")
            self.at += 1
            self.skip(" \t")
            self.found.entries[inside] = FileEntry(place, self.at)
            self.value("\n,}")
            if self.next == ",":
                self.at += 1
                self.skip(" \t")
            elif self.next != "}":
                raise Unreadable(self.here(), f"found {self.seen()} in a table; expected '}}'")
        self.at += 1
        self.header = outer

    def once(self, path: Path, place: Place, what: str) -> None:
        first = self.found.sections.get(path)
        if path in self.found.entries:
            first = self.found.entries[path].place
        if first is not None:
            name = shown(".".join(path))
            raise Unreadable(
                place,
                f"found the {what} {name} twice, first on line {first.line}; expected it once",
            )

    def key(self, closing: str) -> Path:
        """The parts of a key, up to the closing character."""
        parts: list[str] = []
        while True:
            self.skip(" \t")
            start = self.at
            if self.next in ("'", '"'):
                self.string()
                parts.append(self.text[start + 1 : self.at - 1])
                if "\\" in parts[-1] or "\n" in parts[-1]:
                    raise Unreadable(self.here(start), "found an escape in a key; expected a name")
            else:
                while self.next and self.next in BARE:
                    self.at += 1
                parts.append(self.text[start : self.at])
            if self.at == start:
                raise Unreadable(
                    self.here(),
                    f"found {self.seen()}; expected a [section] or a line key = value, whose names "
                    "are of letters, digits, '_' and '-'",
                )
            if len(self.header) + len(parts) > bounds.KEY_PARTS:
                raise Unreadable(
                    self.here(start),
                    f"found a key of more than {bounds.KEY_PARTS} parts; expected fewer",
                )
            self.skip(" \t")
            if self.next != ".":
                break
            self.at += 1
        if self.next != closing.strip("'"):
            raise Unreadable(
                self.here(), f"found {self.seen()} after {shown(parts[-1])}; expected {closing}"
            )
        return tuple(parts)

    def seen(self) -> str:
        if not self.next or self.next == "\n":
            return "the end of the line" if self.next else "the end of the file"
        return shown(self.next)

    def ends(self, what: str) -> None:
        self.skip(" \t")
        if self.next not in ("", "\n", "#"):
            raise Unreadable(self.here(), f"found {self.seen()} after {what}; expected a new line")

    def value(self, ends: str) -> None:
        """To the end of a value, which is the first of these characters outside of a list."""
        depth = 0
        while self.next and (depth > 0 or self.next not in ends):
            start = self.at
            if self.next in ("'", '"'):
                self.string()
            elif self.next == "#":
                self.comment()
            elif self.next == "{":
                raise Unreadable(self.here(), "found '{' inside a value; expected no table there")
            elif self.next in "[] \t\n,}":
                depth += {"[": 1, "]": -1}.get(self.next, 0)
                if depth > bounds.BRACKETS:
                    raise Unreadable(
                        self.here(), "found lists in lists in a list; expected one such as [0, 1]"
                    )
                self.at += 1
            else:
                while self.next and self.next not in "\"'#{}[] \t\n,":
                    self.at += 1
                if self.at - start > bounds.BARE:
                    raise Unreadable(
                        self.here(start),
                        f"found a value of {self.at - start} characters without quotes; expected "
                        f"at most {bounds.BARE}",
                    )

    def string(self) -> None:
        """To the end of a string, whose opening quote is next."""
        start, quote = self.at, self.next
        if self.text.startswith(quote * 3, start):
            self.at += 3
            while self.next and not self.text.startswith(quote * 3, self.at):
                self.at += 2 if quote == '"' and self.next == "\\" else 1
            if not self.next:
                raise Unreadable(self.here(start), "found a string without end; expected quotes")
            self.at += 3
            for _ in range(2):  # quotes that belong to the string
                self.at += self.next == quote
            return
        self.at += 1
        while self.next and self.next not in (quote, "\n"):
            self.at += 2 if quote == '"' and self.next == "\\" else 1
        if self.next != quote:
            raise Unreadable(
                self.here(start), f"found a string without end on its line; expected {quote}"
            )
        self.at += 1
