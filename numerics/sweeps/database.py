"""A SQLite file of ours: opened or made, checked, and whatever goes wrong with it told in words.

The rollback journal is kept, not WAL: a store is one file that may be copied or lie on a network
disk, SQLite notices if it is moved away while in use, and a handful of writes a second is all there
is. A process that is killed leaves a journal, which the next one to come rolls back by itself.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from theory.errors import InputError

APPLICATION = int.from_bytes(b"iclv", "big")
SCHEMA = 1
"""Both stand in the head of the file: whose it is, and how its tables look."""

TABLES = (
    "CREATE TABLE runs (key TEXT PRIMARY KEY, run TEXT NOT NULL, outcome TEXT NOT NULL,"
    " version INTEGER NOT NULL, seconds REAL NOT NULL, finished TEXT NOT NULL,"
    " environment TEXT NOT NULL)",
    "CREATE TABLE claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL, expires REAL NOT NULL)",
)

PATIENCE = 30.0
"""Seconds to wait for another process that is writing."""

CHUNK = 500
"""Rows that are read, and names that are asked for, at a time."""

ELSEWHERE = "give another path, or move that file away"
ADVICE = {
    sqlite3.SQLITE_NOTADB: f"is not a SQLite file: {ELSEWHERE}",
    sqlite3.SQLITE_CORRUPT: "is damaged: move it away; what was stored in it is then done again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: its folder must exist and be writable",
    sqlite3.SQLITE_READONLY: "cannot be written: it or its folder is read-only, or it was moved",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: make room and start again; what is in it "
    "is kept",
    sqlite3.SQLITE_BUSY: f"was locked by another process for {PATIENCE:.0f} s: end that, and start "
    "again",
    sqlite3.SQLITE_IOERR: "cannot be read or written (is the disk full, or gone?)",
}


class Database:
    """One connection to the file at ``path``, for the process that made it."""

    def __init__(self, path: str | Path):
        self.path = Path(path).absolute()
        try:
            if self.path.exists() and not self.path.is_file():
                raise InputError(f"the store {self.path} is not a file: give another path")
            with self.explained():
                self._connection = sqlite3.connect(
                    self.path, timeout=PATIENCE, isolation_level=None
                )
        except OSError as error:
            raise InputError(f"the store {self.path} cannot be opened: {error}") from error
        self._process = os.getpid()
        try:
            self._check()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Nothing can be read or written from now on."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other writer interleaves with: all of it happens, or nothing."""
        with self.explained():
            self._belongs_here()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a query gives; no lock is held when this returns."""
        with self.explained():
            self._belongs_here()
            return self._connection.execute(query, values).fetchall()

    def among(self, query: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
        """All rows that a query ending in ``key IN`` gives for these keys, however many."""
        found = []
        for first in range(0, len(keys), CHUNK):
            some = keys[first : first + CHUNK]
            found += self.rows(f"{query} ({', '.join('?' * len(some))})", some)
        return found

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Errors of the file come out as InputError; those of our own making as they are."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            advice = ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
            text = f"{advice} ({error})" if advice else f"cannot be used ({error}): {ELSEWHERE}"
            raise InputError(f"the store {self.path} {text}") from error

    def _check(self) -> None:
        """Refuse what is not ours; give an empty file its tables."""
        self.rows("PRAGMA synchronous = EXTRA")
        if self._marks() == (0, 0):
            with self.writing() as connection:
                empty = connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
                if self._marks() == (0, 0) and empty:
                    for table in TABLES:
                        connection.execute(table)
                    connection.execute(f"PRAGMA application_id = {APPLICATION}")
                    connection.execute(f"PRAGMA user_version = {SCHEMA}")
        application, schema = self._marks()
        if application != APPLICATION:
            raise InputError(f"{self.path} is not a store of training runs: {ELSEWHERE}")
        if schema != SCHEMA:
            raise InputError(
                f"the store {self.path} has tables of version {schema}, this program needs version "
                f"{SCHEMA}: {ELSEWHERE}"
            )

    def _marks(self) -> tuple[int, int]:
        return (
            self.rows("PRAGMA application_id")[0][0],
            self.rows("PRAGMA user_version")[0][0],
        )

    def _belongs_here(self) -> None:
        if os.getpid() != self._process:
            raise RuntimeError("a store is not shared with a forked process: open it again there")
