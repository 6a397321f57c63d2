"""Files that a command line names, one of them perhaps standard input."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.language.files.document import Source
    from theory.language.files.reading import DesignFile

NAMES = frozenset({"-", "/dev/stdin"})
"""What it is called."""


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
    from theory.catalogue.headings import IDS
    from theory.errors import InputError
    from theory.language.files.reading import read_design
    from theory.language.formulas.places import plain
    from theory.language.gallery import SUFFIX, names

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
            f"{path}: there is no such file; a design is named without a claim: {alone}{SUFFIX}; "
            f"what its claim says is tried by: {_command(path)}"
        )
    if path in IDS and not os.path.exists(path):
        raise InputError(
            f"{path}: there is no such file; the statement of this name is tried by: "
            f"{_command(path)}"
        )
    name = os.path.basename(path).removesuffix(SUFFIX)
    if not os.path.exists(path) and name in names():
        raise InputError(
            f"{path}: there is no such file; one of this name ships with the verifier: "
            f"{to_a_file(name)}"
        )
    if not os.path.exists(path) and os.path.isfile(path + SUFFIX):
        raise InputError(
            f"{plain(path)}: there is no such file; did you mean {plain(path + SUFFIX)}?"
        )
    return read_design(source(path))


def source(name: str) -> Source:
    """What to read where a command line says ``name``: that path, or standard input.

    >>> source("rag.toml")
    'rag.toml'
    """
    from theory.errors import InputError

    if name not in NAMES:
        return name
    if sys.stdin is None:
        raise InputError(f"{name}: standard input is closed; expected something to read there")
    return sys.stdin.buffer


def check_read_once(named: Mapping[str, str]) -> None:
    """Raise InputError where several things are to come from standard input.

    Examples
    --------
    >>> check_read_once({"DESIGN.toml": "-", "--matrix S": "S.csv", "--matrix T": "-"})
    Traceback (most recent call last):
    ...
    theory.errors.InputError: standard input can be read once only, and is named for DESIGN.toml \
and --matrix T; put one of them into a file
    """
    from theory.errors import InputError

    found = [what for what, name in named.items() if name in NAMES]
    if len(found) > 1:
        raise InputError(
            f"standard input can be read once only, and is named for {' and '.join(found)}; put "
            f"{'one of them' if len(found) == 2 else 'all but one of them'} into a file"
        )


def files_of(matrices: Sequence[str]) -> dict[str, str]:
    """What is read for each ``--matrix NAME=FILE|FAMILY``, by the option that names it.

    >>> files_of(["Sigma=S.csv", "Gamma=nearest:-"])
    {'--matrix Sigma': 'S.csv', '--matrix Gamma': '-'}
    """
    from theory.language.formulas.places import plain
    from theory.language.values import file_of

    pairs = (pair("--matrix", option, "NAME=FILE or NAME=FAMILY") for option in matrices)
    return {f"--matrix {plain(name)}": file_of(value) for name, value in pairs}


def pair(option: str, text: str, expected: str) -> tuple[str, str]:
    """The name and the value of an option such as ``--set NAME=NUMBER``."""
    from theory.errors import InputError
    from theory.language.formulas.places import shown

    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InputError(f"{option} {shown(text)}: expected {expected}")
    return name.strip(), value.strip()
