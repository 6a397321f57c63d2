"""Design files that ship with the package: the paper's, a gallery, and other papers' claims."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from theory.errors import UnknownName

if TYPE_CHECKING:
    from theory.language.files.reading import DesignFile

SUFFIX = ".toml"


@cache
def names() -> tuple[str, ...]:
    """The names of the files, in alphabetical order.

    >>> "rag" in names()
    True
    """
    folder = files(__name__).iterdir()
    return tuple(sorted(f.name.removesuffix(SUFFIX) for f in folder if f.name.endswith(SUFFIX)))


@cache
def theorems() -> tuple[str, ...]:
    """The names of the files in folders of papers, such as ``li-2024/theorem1``.

    >>> theorems()[0]
    'ahn-2023/inverse-covariance'
    """
    folders = (f for f in files(__name__).iterdir() if f.is_dir())
    return tuple(
        sorted(
            f"{folder.name}/{f.name.removesuffix(SUFFIX)}"
            for folder in folders
            for f in folder.iterdir()
            if f.name.endswith(SUFFIX)
        )
    )


def text(name: str) -> str:
    """The text of a file.

    Raises :class:`~theory.errors.UnknownName` with near matches.

    >>> text("rag").splitlines()[0]
    '# Retrieval-augmented prompts: the features are drawn around the query.'
    """
    if name not in (*names(), *theorems()):
        raise UnknownName("design", name, names())
    return files(__name__).joinpath(*(name + SUFFIX).split("/")).read_text(encoding="utf-8")


@cache
def tables(name: str) -> dict[str, Any]:
    """The tables of a file, with no formula read.

    >>> tables("rag")["prompt"]["features"]
    'alpha*q + sqrt(1 - alpha^2)*e'
    """
    return tomllib.loads(text(name))


@cache
def shipped(name: str) -> DesignFile:
    """What a file says.

    >>> shipped("rag").design.features
    (alpha)*q + (sqrt(1 - alpha**2))*e
    """
    from theory.language.files.reading import parse_design

    return parse_design(text(name), name + SUFFIX)
