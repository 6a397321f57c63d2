"""The section of a design file that says in words what the file states."""

from __future__ import annotations

from dataclasses import dataclass

from theory.errors import UnknownName
from theory.language.files.document import Document
from theory.language.files.section import Section, section
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.places import Unreadable
from theory.text.provenance import Provenance

KEYS = ("title", "says", "assumptions", "provenance")


@dataclass(frozen=True)
class StatementWords:
    """A statement in words.

    Parameters
    ----------
    title
        A line for lists and reports; empty where the design's will do.
    says
        The statement in words and LaTeX.
    assumptions
        What it assumes, a sentence each; none where those of the design are meant.
    provenance
        What of it is stated in a paper and what is reconstructed.
    """

    title: str = ""
    says: str = ""
    assumptions: tuple[str, ...] = ()
    provenance: Provenance = Provenance.CLAIMED


NO_WORDS = StatementWords()
"""Where a file states nothing in words."""


def words_of(document: Document) -> StatementWords:
    """What ``[statement]`` says; nothing where there is no such section.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    found = section(document, "statement")
    found.only(KEYS)
    given = found.table
    return StatementWords(
        found.line("title") if "title" in given else "",
        found.prose("says") if "says" in given else "",
        found.sentences("assumptions") if "assumptions" in given else (),
        _provenance(found) if "provenance" in given else Provenance.CLAIMED,
    )


def _provenance(found: Section) -> Provenance:
    mark = found.line("provenance")
    known = {one.value: one for one in Provenance}
    if mark not in known:
        problem = UnknownName("provenance", mark[:SHOWN], known)
        raise Unreadable(found.inside("provenance", mark), str(problem))
    return known[mark]
