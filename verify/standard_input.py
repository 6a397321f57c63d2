"""Standard input, where a command line names it instead of a file."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from theory.errors import InputError
from theory.language.files.document import Source

NAMES = frozenset({"-", "/dev/stdin"})
"""What it is called."""


def source(name: str) -> Source:
    """What to read where a command line says ``name``: that path, or standard input.

    >>> source("rag.toml")
    'rag.toml'
    """
    if name not in NAMES:
        return name
    if sys.stdin is None:
        raise InputError(f"{name}: standard input is closed; expected something to read there")
    return sys.stdin.buffer


def check_read_once(named: Mapping[str, str]) -> None:
    """Raise InputError where several things are to come from standard input.

    Parameters
    ----------
    named
        The file of each thing that is read.

    Examples
    --------
    >>> check_read_once({"DESIGN.toml": "-", "--matrix S": "S.csv", "--matrix T": "-"})
    Traceback (most recent call last):
    ...
    theory.errors.InputError: standard input can be read once only, and is named for DESIGN.toml \
and --matrix T; put one of them into a file
    """
    found = [what for what, name in named.items() if name in NAMES]
    if len(found) > 1:
        raise InputError(
            f"standard input can be read once only, and is named for {' and '.join(found)}; put "
            f"{'one of them' if len(found) == 2 else 'all but one of them'} into a file"
        )
