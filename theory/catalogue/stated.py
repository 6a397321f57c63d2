"""What the catalogue's records state in words: a file beside each that is no design file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from theory.catalogue.headings import file, text
from theory.language.files.document import document
from theory.language.files.words import words_of


def stated(id: str) -> dict[str, Any]:
    """The id, and the words that the file has for it, as arguments of a record.

    >>> stated("lemma2")["title"]
    'The risk of preconditioned gradient descent is strongly convex'
    """
    return {"id": id, **asdict(words_of(document(text(id), file(id))))}
