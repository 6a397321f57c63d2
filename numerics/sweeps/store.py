"""Where finished runs are kept: a SQLite file of JSON rows, which several processes may share."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from numerics.sweeps import claims
from numerics.sweeps.claims import Owner
from numerics.sweeps.database import CHUNK, Database
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import TRAINING_VERSION, Run
from theory.errors import InputError


class Store:
    """Finished runs, and claims on runs that somebody is doing at present.

    What is finished stays: nothing is ever overwritten. Runs of other training versions stay in the
    file and are not seen.

    Parameters
    ----------
    path
        Of the file; it is made if it is not there. Its folder must be there.

    Raises
    ------
    InputError
        Here and in every method: if the file is not a store, or is damaged, full, locked or not
        writable. The message says which file, and what to do.

    Examples
    --------
    >>> import tempfile
    >>> run = Run("att", "isotropic-noiseless", n=4, d=2)
    >>> outcome = Outcome(risks=(0.5,), history=(), steps=1, seconds=0.25)
    >>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/runs.db") as store:
    ...     store.put([(run, outcome)])
    ...     len(store), store.get(run) == outcome, store.get(run.seeded(1))
    (1, True, None)
    """

    def __init__(self, path: str | Path):
        self._database = Database(path)

    @classmethod
    @contextmanager
    def open(cls, path: str | Path) -> Iterator[Store]:
        """A store that is closed at the end."""
        store = cls(path)
        try:
            yield store
        finally:
            store.close()

    def close(self) -> None:
        """Nothing can be read or written from now on."""
        self._database.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    def get(self, run: Run) -> Outcome | None:
        """What a run came to, if it is finished."""
        return self.found([run]).get(run)

    def found(self, runs: Iterable[Run]) -> dict[Run, Outcome]:
        """Those of the runs that are finished."""
        keys = list(dict.fromkeys(run.key for run in runs))
        query = "SELECT key, run, outcome FROM runs WHERE key IN"
        return dict(self._read(*row) for row in self._database.among(query, keys))

    def put(
        self,
        pairs: Iterable[tuple[Run, Outcome]],
        environment: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what runs came to: all of them or, if this is cut short, none.

        What is finished already stays as it is. ``environment`` says what they were done with. The
        claims on these runs end.
        """
        made = json.dumps(dict(environment or {}), sort_keys=True, allow_nan=False)
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [
            (run.key, _text(run), _text(out), TRAINING_VERSION, out.seconds, finished, made)
            for run, out in pairs
        ]
        with self._database.writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM claims WHERE key = ?", [row[:1] for row in rows])

    def __iter__(self) -> Iterator[tuple[Run, Outcome]]:
        """All finished runs of this training version, in the order of their keys."""
        query = "SELECT key, run, outcome FROM runs WHERE version = ? AND key > ? ORDER BY key"
        last = ""
        while rows := self._database.rows(f"{query} LIMIT {CHUNK}", (TRAINING_VERSION, last)):
            yield from (self._read(*row) for row in rows)
            last = rows[-1][0]

    def __len__(self) -> int:
        """How many finished runs of this training version there are."""
        query = "SELECT count(*) FROM runs WHERE version = ?"
        return int(self._database.rows(query, (TRAINING_VERSION,))[0][0])

    def claim(self, runs: Iterable[Run], owner: Owner) -> bool:
        """Reserve all of the runs for a time, or none if one is finished or somebody else's.

        A claim ends when its runs are stored, when it is released, when it was not renewed for
        :data:`~numerics.sweeps.claims.LEASE` seconds, and at once if its owner is known to be dead.
        """
        keys = [run.key for run in runs]
        with self._database.writing() as connection:
            now = time.time()
            if self._database.among("SELECT key FROM runs WHERE key IN", keys):
                return False
            query = "SELECT owner, expires FROM claims WHERE key IN"
            if any(_holds(who, until, now) for who, until in self._database.among(query, keys)):
                return False
            rows = [(key, owner.as_text(), now + claims.LEASE) for key in keys]
            connection.executemany("INSERT OR REPLACE INTO claims VALUES (?, ?, ?)", rows)
        return True

    def renew(self, owner: Owner) -> None:
        """Let all claims of this owner be good for another while."""
        with self._database.writing() as connection:
            values = (time.time() + claims.LEASE, owner.as_text())
            connection.execute("UPDATE claims SET expires = ? WHERE owner = ?", values)

    def release(self, owner: Owner, runs: Iterable[Run] | None = None) -> None:
        """End the claims of this owner: on these runs, or all."""
        delete, mine = "DELETE FROM claims WHERE owner = ?", owner.as_text()
        with self._database.writing() as connection:
            if runs is None:
                connection.execute(delete, (mine,))
            else:
                keys = [(mine, run.key) for run in runs]
                connection.executemany(f"{delete} AND key = ?", keys)

    def _read(self, key: str, run: str, outcome: str) -> tuple[Run, Outcome]:
        with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
            found, plain = Run.from_json(json.loads(run)), json.loads(outcome)
            read = Outcome.from_json(plain)
            if found.key == key and read.as_json() == plain:
                return found, read
        raise InputError(
            f"the row of the store {self.path} with the key {key!r} is damaged: delete it "
            f"(DELETE FROM runs WHERE key = '{key}'), and the run is done again"
        )


def _text(item: Run | Outcome) -> str:
    return json.dumps(item.as_json(), sort_keys=True, allow_nan=False)


def _holds(owner: str, expires: float, now: float) -> bool:
    """Whether a claim is good; one that cannot be read holds nothing."""
    try:
        return float(expires) > now and not Owner.from_text(owner).gone
    except (ValueError, TypeError):
        return False
