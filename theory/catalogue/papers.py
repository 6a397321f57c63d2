"""What other papers than the catalogue's claim, and what a file does."""

from __future__ import annotations

from theory.catalogue.headings import files_of
from theory.errors import UnknownName
from theory.language import gallery
from theory.language.files.reading import DesignFile
from theory.records.theorem import Theorem


def claims_of(paper: str, claim: str = "") -> list[Theorem]:
    """What another paper than the catalogue's claims, or the one claim of this name.

    A paper is a file of its name, a folder of files, or both; its records are called after it.

    >>> [record.name for record in claims_of("gatmiry-2024", "proportional")]
    ['gatmiry-2024:proportional']
    """
    found = [
        Theorem.of_claim(file, one, id=paper)
        for file in map(gallery.shipped, files_of(paper))
        for one in file.claims
    ]
    known = {record.claim.name: record for record in found}
    if claim and claim not in known:
        raise UnknownName(f"claim of {paper}", claim, known)
    return [known[claim]] if claim else found


def theorems(file: DesignFile, claim: str = "") -> list[Theorem]:
    """What a file claims of its design, or the one claim of this name.

    Raises :class:`~theory.errors.UnknownName` where there is no such claim.

    >>> [record.claim.name for record in theorems(gallery.shipped("ahn-2023"))]
    ['theorem1']
    """
    named = {one.name: one for one in file.claims}
    if claim and claim not in named:
        raise UnknownName(f"claim of {file.design.name}", claim, named)
    chosen = [named[claim]] if claim else list(file.claims)
    return [Theorem.of_claim(file, one) for one in chosen]
