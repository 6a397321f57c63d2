"""Reading a design file that a command line names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.language.files.reading import DesignFile


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
    name = os.path.basename(path).removesuffix(SUFFIX)
    if not os.path.exists(path) and name in names():
        raise InputError(
            f"{path}: there is no such file; one of this name ships with the verifier: "
            f"python -m verify gallery {name} > {name}{SUFFIX}"
        )
    return read_design(source(path))
