"""The four files of a picture, each written in one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from theory.errors import InputError
from verify.figures.data import table
from verify.figures.draw import picture as drawn
from verify.figures.panel import Outcomes
from verify.figures.registry import Picture
from verify.figures.style import plain
from verify.files import probe, put
from verify.outcome import strict_json

KINDS = ("png", "pdf", "csv", "json")
DPI = 300


def folder(path: str) -> Path:
    """The folder to write into, made if it is not there; InputError where that cannot be."""
    if not path:
        raise InputError("--out: expected a folder; got nothing")
    found = Path(path)
    try:
        found.mkdir(parents=True, exist_ok=True)
        probe(found)
    except OSError as error:
        raise InputError(f"--out {path}: no folder to write into ({error.strerror})") from error
    return found


def write(
    picture: Picture, outcomes: Outcomes, record: dict[str, Any], into: Path
) -> tuple[Path, ...]:
    """Picture, vector picture, table and record; the same bytes for the same data."""
    figure = drawn(picture.panels, outcomes)
    text = strict_json.text(record)

    def image(kind: str, **metadata: Any) -> Callable[[Path], None]:
        def save(part: Path) -> None:
            with plain():
                figure.savefig(part, format=kind, dpi=DPI, metadata=metadata)

        return save

    writers: dict[str, Callable[[Path], Any]] = {
        "png": image("png", Software=None),
        "pdf": image("pdf", CreationDate=None),
        "csv": lambda part: part.write_text(table(picture, outcomes), encoding="utf-8"),
        "json": lambda part: part.write_text(text, encoding="utf-8"),
    }
    paths = tuple(into / f"{picture.id}.{kind}" for kind in KINDS)
    for path, kind in zip(paths, KINDS, strict=True):
        try:
            put(path, writers[kind])
        except OSError as error:
            raise InputError(f"cannot write {path}: {error.strerror or error}") from error
    return paths
