"""The catalogue of statements: one module each, here in the order of the paper.

A statement is built when it is first asked for: files are read for it, and formulas made.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import cast

from theory.errors import UnknownName
from theory.records.statement import Statement

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


def statement(id: str) -> Statement:
    """The record with this id; raises :class:`~theory.errors.UnknownName` with near matches.

    >>> import theory
    >>> theory.statement("theorem1").provenance.value
    'stated, form reconstructed'
    """
    if not isinstance(id, str) or id not in IDS:
        raise UnknownName("statement", str(id), IDS)
    name = id.replace("-", "_")
    return cast(Statement, getattr(import_module(f"{__name__}.{name}"), name))


def statements() -> Iterator[Statement]:
    """All records, in the order of the paper.

    >>> import theory
    >>> [record.id for record in theory.statements()]
    [..., 'figure4-averaged', 'figure4-drifting']
    """
    return map(statement, IDS)
