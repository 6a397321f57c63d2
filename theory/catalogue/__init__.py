"""The catalogue of statements: one module each, here in the order of the paper.

A statement is built when it is first asked for: files are read for it, and formulas made.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from theory.catalogue.headings import IDS, SEED
from theory.errors import UnknownName

if TYPE_CHECKING:
    from theory.records.statement import Statement

FILES = ("theorem1", "corollary1")
"""Those that are files and nothing else."""


def statement(id: str) -> Statement:
    """The record with this id; raises :class:`~theory.errors.UnknownName` with near matches.

    >>> import theory
    >>> theory.statement("theorem1").provenance.value
    'stated, form reconstructed'
    """
    if not isinstance(id, str) or id not in IDS:
        raise UnknownName("statement", str(id), IDS)
    return _built(id)


@cache
def _built(id: str) -> Statement:
    from theory.records.theorem import Theorem

    if id in FILES:
        return Theorem.shipped(f"{SEED}/{id}")
    name = id.replace("-", "_")
    return cast("Statement", getattr(import_module(f"{__name__}.{name}"), name))


def ships(record: Statement) -> bool:
    """Whether a record is one of the catalogue's, and not made from a user's file.

    >>> ships(statement("theorem1"))
    True
    """
    return record.id in IDS and _built(record.id) is record


def statements() -> Iterator[Statement]:
    """All records, in the order of the paper.

    >>> import theory
    >>> [record.id for record in theory.statements()]
    [..., 'figure4-averaged', 'figure4-drifting']
    """
    return map(statement, IDS)
