"""Papers whose statements ship: the catalogue's own, and those of files with claims."""

from __future__ import annotations

from theory.errors import UnknownName
from theory.language import gallery
from theory.language.files.reading import DesignFile
from theory.records.theorem import Theorem

SEED = "li-2024"
"""The paper of the catalogue."""


def papers() -> tuple[str, ...]:
    """The names of the papers, the catalogue's first.

    >>> papers()
    ('li-2024', 'ahn-2023', 'mahankali-2023')
    """
    return (SEED, *(name for name in gallery.names() if gallery.shipped(name).claims))


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
