"""Sweeps on a real dask.distributed cluster on the loopback address."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from numerics.sweeps import cluster as module
from numerics.sweeps.claims import Owner
from numerics.sweeps.cluster import Cluster, cluster
from numerics.sweeps.errors import Interrupted, RunFailed
from numerics.sweeps.store import Store
from numerics.sweeps.sweep import sweep
from numerics.sweeps.training_runs import perform
from tests.numerics.sweeping import (
    PRETEND,
    ROOT,
    TOGETHER,
    TRAIN,
    batches,
    begun,
    outcome,
    runs,
    until,
    workers,
)
from theory.errors import InputError

pytest.importorskip("distributed")


class Grid:
    """A scheduler, and workers without nannies, so that one that is killed stays dead."""

    def __init__(self, folder):
        self.folder, self.processes, self.environment = folder, [], {}

    def scheduler(self):
        file = self.folder / "scheduler.json"
        self.start("scheduler", "--port", "0", "--scheduler-file", str(file))
        until(lambda: file.exists() and file.read_text().strip().endswith("}"))
        self.address = json.loads(file.read_text())["address"]
        return self.address

    def worker(self, path=ROOT):
        return self.start("worker", self.address, "--no-nanny", "--nthreads", "1", path=path)

    def start(self, kind, *options, path=ROOT):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        with open(self.folder / f"{kind}{len(self.processes)}.txt", "w") as output:
            process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--no-dashboard"],
                cwd=self.folder,
                env={**os.environ, **self.environment, "PYTHONPATH": str(path)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def end(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@pytest.fixture
def grid(tmp_path):
    made = Grid(tmp_path)
    yield made
    made.end()


@pytest.fixture
def log(tmp_path):
    return str(tmp_path / "log")


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "runs.db") as opened:
        yield opened


@pytest.fixture
def ready(monkeypatch):
    """Wait until so many workers have joined."""

    def wait(pool, count):
        with monkeypatch.context() as patched:
            patched.setattr(module, "SECONDS_BETWEEN_COUNTS", 0.0)
            until(lambda: pool.capacity == count)

    return wait


def plain(found):
    return {run: outcome.as_json() for run, outcome in found.items()}


def result(found):
    return {run: (outcome.risks, outcome.steps) for run, outcome in found.items()}


def test_a_worker_that_is_killed_costs_its_own_runs_only(grid, ready, store, log, tmp_path):
    of, address, processes = runs(12), grid.scheduler(), [grid.worker(ROOT), grid.worker(ROOT)]
    victim, hold = processes[1], tmp_path / "hold"

    def progress(*_):
        if not hold.exists() and len(set(workers(log))) == 2:
            victim.kill()
            victim.wait()
            hold.touch()

    with cluster(address) as pools:
        ready(pools[0], 2)
        options = {"log": log, "hold": str(hold)}
        found = sweep(batches(of), store, pools, perform=TRAIN, options=options, progress=progress)
    assert victim.wait() == -signal.SIGKILL
    assert set(workers(log)) == {process.pid for process in processes}
    lost = {key for key, pid in zip(begun(log), workers(log), strict=True) if pid == victim.pid}
    assert {key for key, count in Counter(begun(log)).items() if count > 1} == lost
    assert len(begun(log)) == len(of) + len(lost) == len(of) + TOGETHER
    alone = {
        run: one for batch in batches(of) for run, one in zip(batch, perform(batch), strict=True)
    }
    assert result(found) == result(dict(store)) == result(alone)


def test_a_run_that_kills_its_worker_is_named_after_the_others_are_done(grid, ready, store, log):
    grid.environment = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    of, address = runs(8), grid.scheduler()
    for _ in range(3):
        grid.worker()
    with cluster(address) as pools:
        ready(pools[0], 3)
        with pytest.raises(RunFailed, match=r"sigma = 4.*given out 2 times.*KilledWorker"):
            options = {"log": log, "kills": [5], "pause": 0.1}
            sweep(batches(of), store, pools, perform=PRETEND, options=options, attempts=2)
    rest = [*of[:4], *of[6:]]
    assert plain(dict(store)) == {run: outcome(run).as_json() for run in rest}


def test_a_worker_that_lacks_the_project_is_told(grid, store, log, tmp_path):
    """It comes when the sweep is waiting for workers already."""
    package = tmp_path / "bare" / "numerics"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no numerics here')")
    address, heard = grid.scheduler(), []

    def progress(what, done, total):
        if not heard:
            grid.worker(package.parent)
        heard.append(what)

    with (
        cluster(address) as pools,
        pytest.raises(InputError, match=rf"{address} cannot do the work .*no numerics here"),
    ):
        given = {"perform": PRETEND, "options": {"log": log}, "progress": progress}
        sweep(batches(runs(4)), store, pools, **given)
    assert heard[0] == "waiting for workers"
    assert heard[-1] == "training 4 runs"


def test_a_scheduler_that_goes_away_is_told(grid, store, log, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    address = grid.scheduler()
    with (
        cluster(address) as pools,
        pytest.raises(InputError, match=f"no dask scheduler at '{address}'"),
    ):
        given = {"perform": PRETEND, "options": {"log": log}, "progress": lambda *_: grid.end()}
        sweep(batches(runs(4)), store, pools, **given)
    assert store.claim(runs(4), Owner.here())


def test_interrupts_leave_nothing_behind(grid, ready, store, log):
    address, _ = grid.scheduler(), grid.worker()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    sent = []

    def progress(*_):
        if not sent and workers(log):
            sent.append(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    try:
        with cluster(address) as pools, pytest.raises(Interrupted):
            given = {"perform": PRETEND, "options": {"log": log, "pause": 1.0}}
            sweep(batches(runs(40)), store, pools, progress=progress, **given)
    finally:
        signal.signal(signal.SIGINT, before)
    me = Owner.here()
    assert store.claim(runs(40), me)
    store.release(me)
    with cluster(address) as pools:
        asked = [pools[0].submit(time.monotonic_ns) for _ in "ab"]
        assert len({future.result(300) for future in asked}) == 2, "asked once, answered twice"
        after = {"perform": PRETEND, "options": {"log": log + "2"}}
        assert plain(sweep(batches(runs(4)), store, pools, **after)).keys() == set(runs(4))


class TestAddresses:
    @pytest.mark.parametrize("address", ["", "nowhere", "bla://127.0.0.1:1", "127.0.0.1:port"])
    def test_that_are_none(self, address):
        with pytest.raises(InputError, match=f"no dask scheduler at '{address}'"):
            Cluster(address)

    @pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request\r\n" * 50])
    def test_where_something_else_listens(self, monkeypatch, answer):
        monkeypatch.setattr(module, "PATIENCE", 0.5)
        with socket.create_server(("127.0.0.1", 0)) as server:
            lines = []

            def listen():
                with contextlib.suppress(OSError):
                    while True:
                        lines.append(server.accept()[0])
                        if answer:
                            lines[-1].sendall(answer)

            thread = threading.Thread(target=listen, daemon=True)
            thread.start()
            address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
            with pytest.raises(InputError, match=f"no dask scheduler at '{address}'"):
                Cluster(address)
            assert lines
            for line in lines:
                line.close()
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)

    def test_where_nobody_listens(self, monkeypatch):
        monkeypatch.setattr(module, "PATIENCE", 0.5)
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(InputError, match=f"no dask scheduler at '{address}'"):
            Cluster(address)


def test_without_distributed_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'icl-verify\[cluster\]'"):
        Cluster("127.0.0.1:8786")
