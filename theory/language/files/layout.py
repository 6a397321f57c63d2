"""Where the keys and values of a TOML text stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from theory.language.formulas.places import Place

Path = tuple[str, ...]


@dataclass(frozen=True)
class FileEntry:
    """A key: where it stands, and at which character of the text its value begins."""

    place: Place
    value: int


@dataclass(frozen=True)
class Layout:
    """Sections and keys of a TOML text by their paths.

    Build it with :func:`~theory.language.files.scanner.layout`.

    Examples
    --------
    >>> from theory.language.files.scanner import layout
    >>> found = layout('[prompt]\\nnoise = "sigma"  # a scalar', "rag.toml")
    >>> print(found.formula(("prompt", "noise"), "sigma"))
    rag.toml:2:10
    """

    file: str
    text: str
    sections: dict[Path, Place] = field(default_factory=dict)
    entries: dict[Path, FileEntry] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Where a key or a section stands; failing that, what it belongs to."""
        if not path:
            return Place(self.file)
        if path in self.entries:
            return self.entries[path].place
        if path in self.sections:
            return self.sections[path]
        inside = [p for k, p in self.sections.items() if k[: len(path)] == path]
        inside += [e.place for k, e in self.entries.items() if k[: len(path)] == path]
        if inside:
            return inside[0]
        return self.place(path[:-1])

    def value(self, path: Path) -> Place:
        """Where a value begins."""
        if path not in self.entries:
            return self.place(path)
        return self._at(self.entries[path].value)

    def formula(self, path: Path, value: str) -> Place:
        """Where the first character of a string stands; only its quote, if it has escapes."""
        if path not in self.entries:
            return self.place(path)._replace(exact=False)
        start = self.entries[path].value
        quoted = self.text[start : start + 1] in ("'", '"')
        begin = start + quoted
        if self.text[begin : begin + len(value)] == value and "\n" not in value:
            return self._at(begin)
        return self._at(start)._replace(exact=False)

    def _at(self, offset: int) -> Place:
        return place_of(self.text, offset, self.file)


def place_of(text: str, offset: int, file: str) -> Place:
    """The line and column of a character.

    >>> print(place_of("a\\nbc", 3, "f"))
    f:2:2
    """
    before = text[:offset]
    return Place(file, before.count("\n") + 1, offset - before.rfind("\n"))
