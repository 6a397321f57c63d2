"""Reading a design file that a command line names."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.language.files.reading import DesignFile


def _command(*arguments: str) -> str:
    return shlex.join(["python", "-m", "verify", *arguments])


def advised(path: str) -> str:
    """What can be done with a design file that claims nothing, as lines for a shell.

    >>> print(advised("my design.toml"))
        python -m verify derive 'my design.toml'
        python -m verify claim 'my design.toml' --risk d
    """
    return "\n".join(
        f"    {_command(*arguments)}"
        for arguments in (("derive", path), ("claim", path, "--risk", "d"))
    )


def to_a_file(name: str) -> str:
    """The command that writes a design that ships to a file of its name."""
    from theory.language.gallery import SUFFIX

    return f"{_command('gallery', name)} > {name}{SUFFIX}"


def read(path: str, matrices: Sequence[str], json_path: str | None) -> DesignFile:
    """The design file at a path; where there is none, told of one that ships under that name.

    It may be standard input, if none of the options ``--matrix`` is to be read from there, and no
    report may be written over any of the files.

    Raises :class:`~theory.errors.InputError`.
    """
    from theory.errors import InputError
    from theory.language.files.reading import read_design
    from theory.language.formulas.places import plain
    from theory.language.gallery import SUFFIX, names
    from verify.cli.instances import files_of
    from verify.standard_input import check_read_once, source

    named = {"DESIGN.toml": path, **files_of(matrices)}
    check_read_once(named)
    report = json_path or ""
    for what, file in named.items():
        if os.path.isfile(file) and os.path.exists(report) and os.path.samefile(file, report):
            told = f"--json {plain(report)}: that is the file of {what}"
            raise InputError(f"{told}; a report would take its place")
    alone, colon, _ = path.partition(f"{SUFFIX}:")
    if colon and not os.path.exists(path) and os.path.exists(alone + SUFFIX):
        raise InputError(
            f"{path}: there is no such file; a design is named without a claim: {alone}{SUFFIX}"
        )
    name = os.path.basename(path).removesuffix(SUFFIX)
    if not os.path.exists(path) and name in names():
        raise InputError(
            f"{path}: there is no such file; one of this name ships with the verifier: "
            f"{to_a_file(name)}"
        )
    return read_design(source(path))
