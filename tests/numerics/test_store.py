"""The store keeps what is finished, whatever happens, and says what is wrong with a file."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from dataclasses import replace

import pytest

from numerics.sweeps import claims, database, run, store
from numerics.sweeps.claims import Owner
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.store import Store
from tests.numerics.sweeping import outcome, runs
from theory.errors import InputError

FEW = runs(4)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.db"


@pytest.fixture
def kept(path):
    with Store.open(path) as opened:
        yield opened


def plain(found):
    return {run: outcome.as_json() for run, outcome in found.items()}


def expected(of):
    return {run: outcome(run).as_json() for run in of}


def pairs(of):
    return [(run, outcome(run)) for run in of]


def sql(path, query, *values):
    with sqlite3.connect(path, isolation_level=None) as connection:
        rows = connection.execute(query, values).fetchall()
    connection.close()
    return rows


def someone():
    """An owner on another machine: nothing is known of it but what the store says."""
    return replace(Owner.here(), host="elsewhere")


@pytest.fixture
def killed():
    """Do something in a process that is killed, by itself or after some seconds."""

    def do(action, seconds=None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads: the child uses none
            child = os.fork()
        if child == 0:
            try:
                action()
            finally:
                os._exit(0)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    return do


class TestFinishedRuns:
    def test_come_back_with_every_bit(self, path, kept):
        odd = Outcome((float("nan"), float("-inf"), 0.1 + 0.2), ((3, 1 / 3, (5e-324,)),), 3, 1 / 7)
        kept.put([(FEW[0], odd), (FEW[1], outcome(FEW[1]))])
        with Store.open(path) as again:
            assert again.get(FEW[0]).as_json() == odd.as_json()
            assert again.get(FEW[1]) == outcome(FEW[1])
            assert again.get(FEW[2]) is None

    def test_are_found_counted_and_listed_beyond_one_chunk(self, kept):
        many = runs(2 * database.CHUNK + 3)
        kept.put(pairs(many[1:]))
        assert plain(kept.found(many)) == plain(dict(kept)) == expected(many[1:])
        assert len(kept) == len(many) - 1
        assert not kept.claim(many, Owner.here())
        assert kept.claim(many[:1], Owner.here())

    def test_are_never_overwritten(self, kept):
        kept.put(pairs(FEW[:1]))
        kept.put([(FEW[0], outcome(FEW[1])), (FEW[1], outcome(FEW[1]))])
        assert plain(dict(kept)) == expected(FEW[:2])

    def test_say_when_and_with_what_they_were_done(self, path, kept):
        kept.put(pairs(FEW[:1]), {"torch": "2.4"})
        (row,) = sql(path, "SELECT run, version, seconds, finished, environment FROM runs")
        assert json.loads(row[0]) == FEW[0].as_json()
        assert row[1:3] == (run.TRAINING_VERSION, outcome(FEW[0]).seconds)
        assert row[3].endswith("+00:00")
        assert json.loads(row[4]) == {"torch": "2.4"}

    def test_of_another_training_version_are_not_seen_and_stay(self, path, kept, monkeypatch):
        kept.put(pairs(FEW[:1]))
        for module in (run, store):
            monkeypatch.setattr(module, "TRAINING_VERSION", run.TRAINING_VERSION + 1)
        assert (len(kept), list(kept), kept.get(FEW[0])) == (0, [], None)
        assert kept.claim(FEW[:1], Owner.here())
        kept.put(pairs(FEW[:1]))
        assert len(kept) == 1
        assert sql(path, "SELECT count(*) FROM runs") == [(2,)]


class TestClaims:
    def test_are_all_or_none(self, kept):
        mine, theirs = Owner.here(), someone()
        assert kept.claim(FEW[:2], theirs)
        assert not kept.claim(FEW[1:], mine)
        assert not kept.claim(FEW[:1], mine)
        assert kept.claim(FEW[2:], mine)

    def test_do_not_go_twice_to_the_same_owner(self, kept):
        me = Owner.here()
        assert kept.claim(FEW, me)
        assert not kept.claim(FEW, me)

    def test_are_not_given_on_what_is_finished(self, kept):
        kept.put(pairs(FEW[:1]))
        assert not kept.claim(FEW, Owner.here())
        assert kept.claim(FEW[1:], Owner.here())

    def test_end_with_the_run_and_with_a_release(self, path, kept):
        me = Owner.here()
        assert kept.claim(FEW, me)
        kept.put(pairs(FEW[:1]))
        kept.release(someone())
        assert not kept.claim(FEW[1:2], someone())
        kept.release(me, FEW[1:2])
        assert kept.claim(FEW[1:2], someone())
        assert not kept.claim(FEW[2:], someone())
        kept.release(me)
        assert kept.claim(FEW[2:], someone())
        assert sql(path, "SELECT count(*) FROM claims WHERE key = ?", FEW[0].key) == [(0,)]

    def test_run_out_unless_they_are_renewed(self, kept, monkeypatch):
        early, late = someone(), someone()
        monkeypatch.setattr(claims, "LEASE", -1.0)
        assert kept.claim(FEW[:1], early)
        assert kept.claim(FEW[1:], late)
        monkeypatch.setattr(claims, "LEASE", 30.0)
        kept.renew(late)
        assert kept.claim(FEW[:1], Owner.here())
        assert not kept.claim(FEW[1:], Owner.here())

    def test_of_a_dead_process_are_free_at_once(self, kept):
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        try:
            theirs = replace(
                Owner.here(),
                pid=process.pid,
                started=claims._state_and_start(process.pid)[1],
            )
            assert kept.claim(FEW[:2], theirs)
            assert not kept.claim(FEW[:1], Owner.here())
            process.kill()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            assert theirs.gone, "not waited for yet: a zombie"
            assert kept.claim(FEW[:1], Owner.here())
        finally:
            process.kill()
            process.communicate()
        assert theirs.gone
        assert kept.claim(FEW[1:], Owner.here())

    def test_of_a_process_whose_number_was_given_to_another_are_free(self):
        me = Owner.here()
        if not me.started:
            pytest.skip("the system does not say when a process began")
        assert not me.gone
        assert replace(me, started="1").gone

    def test_of_another_machine_hold(self):
        assert not replace(Owner.here(), host="elsewhere", pid=2**22 + 1).gone

    def test_that_cannot_be_read_hold_nothing(self, path, kept):
        assert kept.claim(FEW, someone())
        sql(path, "UPDATE claims SET owner = '[1, 2]'")
        assert kept.claim(FEW[:2], Owner.here())


class TestKilled:
    """In the middle of writing: what was there stays, and of the new batch is all or nothing."""

    @pytest.mark.parametrize("at", ["INSERT 1", "INSERT 40", "DELETE 60", "COMMIT 1"])
    def test_at_a_statement(self, path, kept, killed, at):
        statement, count = at.split()
        many = runs(60)
        kept.put(pairs(many[:10]))

        def put():
            with Store.open(path) as mine:
                connection, left = mine._database._connection, [int(count)]
                connection.execute("PRAGMA cache_size = 2")  # so that much is in the file by then

                def trace(text):
                    left[0] -= text.startswith(statement)
                    if left[0] == 0:
                        os.kill(os.getpid(), signal.SIGKILL)

                connection.set_trace_callback(trace)
                mine.put(pairs(many))

        killed(put)
        assert plain(dict(kept)) == expected(many[:10])
        kept.put(pairs(many))
        assert plain(dict(kept)) == expected(many)

    def test_at_any_moment(self, path, kept, killed):
        chance = random.Random(2407)
        groups = [runs(25, restarts=k) for k in range(1, 400)]

        def put():
            with Store.open(path) as mine:
                for group in groups:
                    mine.put(pairs(group))

        seen = 0
        for _ in range(8):
            killed(put, chance.uniform(0.02, 0.3))
            sizes = [len(kept.found(group)) for group in groups[:100]]
            assert set(sizes) <= {0, 25}
            assert len(kept) >= seen
            seen = len(kept)
        assert seen


class TestHostile:
    """Files that are no store: refused with their name, and left as they are."""

    def refused(self, path, *words):
        with pytest.raises(InputError) as caught, Store.open(path) as opened:
            opened.put(pairs(FEW[:1]))
        message = str(caught.value)
        assert str(path) in message
        for word in words:
            assert word in message, message

    def test_a_text_file(self, path):
        path.write_text("precious" * 200)
        self.refused(path, "not a SQLite file", "give another path")
        assert path.read_text() == "precious" * 200

    def test_the_database_of_another_program(self, path):
        sql(path, "CREATE TABLE runs (name TEXT)")
        before = path.read_bytes()
        self.refused(path, "not a store of training runs")
        assert path.read_bytes() == before

    def test_a_store_of_another_version(self, path, kept):
        kept.close()
        sql(path, f"PRAGMA user_version = {database.SCHEMA + 1}")
        before = path.read_bytes()
        self.refused(path, f"tables of version {database.SCHEMA + 1}")
        assert path.read_bytes() == before

    def test_a_store_without_its_tables(self, path, kept):
        kept.close()
        sql(path, "DROP TABLE runs")
        self.refused(path, "cannot be used", "no such table")

    def test_a_folder(self, tmp_path):
        self.refused(tmp_path, "not a file")

    def test_a_device(self):
        self.refused("/dev/null", "not a file")

    @pytest.mark.parametrize("where", ["nowhere/runs.db", "file.txt/runs.db", 300 * "long"])
    def test_a_place_that_is_none(self, tmp_path, where):
        (tmp_path / "file.txt").touch()
        self.refused(tmp_path / where, "cannot be opened")

    def test_a_place_that_cannot_be_written(self):
        self.refused("/proc/runs.db", "cannot be opened")

    def test_a_full_disk(self, path, kept):
        kept.put(pairs(FEW))
        kept._database._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(InputError, match=r"runs\.db cannot grow, the disk is full: make room"):
            kept.put(pairs(runs(100)))
        assert plain(dict(kept)) == expected(FEW)

    def test_a_file_that_was_moved_away(self, path, kept):
        path.rename(path.with_suffix(".bak"))
        with pytest.raises(InputError, match=r"runs\.db cannot be written.*moved"):
            kept.put(pairs(FEW))

    def test_a_file_that_another_process_does_not_let_go(self, path, monkeypatch):
        monkeypatch.setattr(database, "PATIENCE", 0.05)
        with Store.open(path) as kept:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(InputError, match=r"runs\.db was locked by another process"):
                kept.put(pairs(FEW))
            other.close()
            kept.put(pairs(FEW))

    def test_a_damaged_file(self, path, kept):
        kept.put(pairs(runs(200)))
        kept.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        before = path.read_bytes()
        with (
            Store.open(path) as broken,
            pytest.raises(InputError, match=r"runs\.db is damaged: move"),
        ):
            broken.found(runs(200))
        assert path.read_bytes() == before

    @pytest.mark.parametrize("column", ["run", "outcome"])
    @pytest.mark.parametrize(
        "text",
        ["", "{", "null", "[]", "{}", "7", '"risks"', 1000 * "[", b"\xff\xfe", "NaN"],
    )
    def test_a_damaged_row(self, path, kept, column, text):
        kept.put(pairs(FEW))
        sql(path, f"UPDATE runs SET {column} = ? WHERE key = ?", text, FEW[1].key)
        for read in (lambda: kept.get(FEW[1]), lambda: list(kept)):
            with pytest.raises(InputError) as caught:
                read()
            assert FEW[1].key in str(caught.value)
            assert str(path) in str(caught.value)
        assert plain(kept.found([FEW[0], *FEW[2:]])) == expected([FEW[0], *FEW[2:]])
        assert sql(path, "SELECT count(*) FROM runs") == [(len(FEW),)]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"risks": "12"},
            {"risks": [1.0]},
            {"risks": None},
            {"steps": "3"},
            {"history": [[0, 0.1]]},
            {"extra": 1},
        ],
    )
    def test_a_row_of_another_shape(self, path, kept, wrong):
        kept.put(pairs(FEW[:1]))
        text = json.dumps({**outcome(FEW[0]).as_json(), **wrong})
        sql(path, "UPDATE runs SET outcome = ?", text)
        with pytest.raises(InputError, match=FEW[0].key):
            kept.get(FEW[0])

    def test_a_row_under_the_key_of_another(self, path, kept):
        kept.put(pairs(FEW[:1]))
        sql(path, "UPDATE runs SET key = ?", FEW[1].key)
        with pytest.raises(InputError, match=FEW[1].key):
            kept.get(FEW[1])

    def test_a_forked_process(self, kept, monkeypatch):
        monkeypatch.setattr(os, "getpid", lambda: -1)
        with pytest.raises(RuntimeError, match="open it again"):
            kept.put(pairs(FEW))
