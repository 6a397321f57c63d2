"""The catalogue of statements: one file each, here in the order of the paper."""

from __future__ import annotations

from collections.abc import Iterator

from theory.catalogue.figure4_averaged import figure4_averaged
from theory.catalogue.figure4_drifting import figure4_drifting
from theory.catalogue.lemma1 import lemma1
from theory.catalogue.lemma2 import lemma2
from theory.catalogue.lemma3 import lemma3
from theory.catalogue.lemma4 import lemma4
from theory.catalogue.lemma5 import lemma5
from theory.catalogue.lemma6 import lemma6
from theory.catalogue.lemma7 import lemma7
from theory.catalogue.proposition1 import proposition1
from theory.catalogue.theorem2 import theorem2
from theory.catalogue.theorem3 import theorem3
from theory.errors import UnknownName
from theory.records.statement import Statement
from theory.records.theorem import Theorem

CATALOGUE = (
    proposition1,
    lemma1,
    lemma2,
    Theorem.shipped("li-2024/theorem1"),
    Theorem.shipped("li-2024/corollary1"),
    theorem2,
    theorem3,
    lemma3,
    lemma4,
    lemma5,
    lemma6,
    lemma7,
    figure4_averaged,
    figure4_drifting,
)
_BY_ID = {record.id: record for record in CATALOGUE}


def statement(id: str) -> Statement:
    """The record with this id; raises :class:`~theory.errors.UnknownName` with near matches.

    >>> import theory
    >>> theory.statement("theorem1").provenance.value
    'stated, form reconstructed'
    """
    if not isinstance(id, str) or id not in _BY_ID:
        raise UnknownName("statement", str(id), _BY_ID)
    return _BY_ID[id]


def ships(record: Statement) -> bool:
    """Whether a record is one of the catalogue's, and not made from a user's file.

    >>> ships(statement("theorem1"))
    True
    """
    return _BY_ID.get(record.id) is record


def statements() -> Iterator[Statement]:
    """All records, in the order of the paper.

    >>> import theory
    >>> [record.id for record in theory.statements()]
    [..., 'figure4-averaged', 'figure4-drifting']
    """
    return iter(CATALOGUE)
