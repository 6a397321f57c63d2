"""The folder of a report: each file is there whole, and nobody else's is touched."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from theory.errors import InputError
from verify.figures.files import folder
from verify.files import put
from verify.interrupts import held
from verify.outcome.html.site import CHECKER, DATA, GENERATOR, OVERVIEW, certificates_of

MARK = f'<meta name="generator" content="{GENERATOR} '
"""By this a page of ours is known."""
HEAD = 4000
"""Characters of a page in which it stands."""


def checked(path: str) -> Path:
    """The folder for a report: new, empty, or that of an earlier report.

    Raises :class:`~theory.errors.InputError` where it holds something else, or cannot be written.
    """
    into = Path(path)
    if path and into.is_dir() and any(into.iterdir()) and not _ours(into / OVERVIEW):
        raise InputError(
            f"--out {path}: there are files in this folder, and no report of an earlier run; "
            "expected a new folder, an empty one, or that of a report"
        )
    return folder(path)


def write(files: Mapping[str, str], into: Path) -> None:
    """Put the files of a report in their places, and take away pages of an earlier one.

    Ctrl-C waits until that is done. The overview is the last, so that it names nothing that is
    not there.
    """
    before = [page for page in into.glob("statements/*.html") if _ours(page)]
    before += [into / name for page in before for name in certificates_of(page.stem).values()]
    before += [into / CHECKER] if before else []
    ordered = sorted(files, key=lambda name: (name == OVERVIEW, name == DATA))
    with held():
        try:
            for name in ordered:
                path = into / name
                path.parent.mkdir(exist_ok=True)
                put(path, partial(Path.write_text, data=files[name], encoding="utf-8"))
            for stale in {*before} - {into / name for name in files}:
                stale.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"--out {into}: {error.strerror or error}") from error


def _ours(page: Path) -> bool:
    """Whether a page was made by this program."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            return MARK in file.read(HEAD)
    except OSError:
        return False
