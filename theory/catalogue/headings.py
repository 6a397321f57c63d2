"""Names, titles and provenance marks of all statements, as the files have them.

A list needs no formula, so none is read for it, and SymPy is not loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

from theory.language import gallery
from theory.text.provenance import Provenance

SEED = "li-2024"
"""The paper of the catalogue."""
IDS = (
    "proposition1",
    "lemma1",
    "lemma2",
    "theorem1",
    "corollary1",
    "theorem2",
    "theorem3",
    "lemma3",
    "lemma4",
    "lemma5",
    "lemma6",
    "lemma7",
    "figure4-averaged",
    "figure4-drifting",
)
"""Its statements, in the order of the paper."""


class Heading(NamedTuple):
    """A line of a list: the name of a statement, its title and its provenance mark."""

    name: str
    title: str
    provenance: str


def headings(of_papers: bool = False) -> Iterator[Heading]:
    """Those of the catalogue, and, if asked, of the claims of other papers.

    >>> next(headings()).title
    'Attention and H3 are as good as gradient descent, and no better'
    """
    for id in IDS:
        path = f"{SEED}/{id}"
        is_design = path in gallery.theorems()
        yield _heading(id, gallery.tables(path) if is_design else tomllib.loads(text(id)))
    for paper in papers()[1:] if of_papers else ():
        for name in files_of(paper):
            tables = gallery.tables(name)
            for claim in tables.get("claims", {}):
                yield _heading(paper if claim == paper else f"{paper}:{claim}", tables)


def _heading(name: str, tables: dict[str, Any]) -> Heading:
    unsaid = {
        "title": tables.get("design", {}).get("title"),
        "provenance": Provenance.CLAIMED.value,
    }
    words = unsaid | tables.get("statement", {})
    return Heading(name, words["title"], words["provenance"])


def papers() -> tuple[str, ...]:
    """The names of the papers, the catalogue's first: files with claims, and folders of such files.

    >>> papers()[:3]
    ('li-2024', 'ahn-2023', 'ahn-2024')
    """
    single = [name for name in gallery.names() if "claims" in gallery.tables(name)]
    folders = [name.partition("/")[0] for name in gallery.theorems()]
    return (SEED, *sorted({*single, *folders} - {SEED}))


def files_of(paper: str) -> tuple[str, ...]:
    """The files of a paper: one of its name, those in a folder of its name, or both.

    >>> files_of("mahankali-2023")
    ('mahankali-2023', 'mahankali-2023/nonlinear-targets', 'mahankali-2023/other-covariances')
    """
    single = [name for name in gallery.names() if name == paper]
    return (*single, *(name for name in gallery.theorems() if name.startswith(f"{paper}/")))


def file(id: str) -> str:
    """The name of the file with the words of a statement that is no design file.

    >>> file("figure4-averaged")
    'figure4_averaged.toml'
    """
    return f"{id.replace('-', '_')}.toml"


def text(id: str) -> str:
    """The text of that file.

    >>> text("lemma2")[:9]
    '# Lemma 2'
    """
    return files("theory.catalogue").joinpath(file(id)).read_text(encoding="utf-8")
