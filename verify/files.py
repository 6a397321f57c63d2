"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def put(path: Path, write: Callable[[Path], Any]) -> None:
    """Write beside a file, then put it in its place; nothing stays behind where that fails."""
    part = beside(path)
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def probe(folder: Path) -> None:
    """Raise :class:`OSError` if no file can be made in a folder."""
    part = beside(folder / "probe")
    part.touch()
    part.unlink()


def beside(path: Path) -> Path:
    """A name of this process's own in the same folder."""
    return path.parent / f".verify-{os.getpid()}.part"
