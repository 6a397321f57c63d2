"""Sweeps: nothing finished is lost or done twice, whoever dies."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from numerics.sweeps import claims, work
from numerics.sweeps.claims import Owner
from numerics.sweeps.errors import Interrupted, RunFailed
from numerics.sweeps.pools import Pool, Process, local
from numerics.sweeps.store import Store
from numerics.sweeps.sweep import sweep
from tests.numerics.sweeping import (
    PRETEND,
    ROOT,
    TOGETHER,
    TRAIN,
    batches,
    begun,
    outcome,
    runs,
    sigma,
    slow_to_begin,
    times,
    until,
    workers,
)
from theory.errors import InputError


class Threads(Pool):
    """Work done in this process; workers "die" as often as they are told to, by sigma."""

    def __init__(self, capacity=1, deaths=(), function=work.work):
        super().__init__()
        self.capacity = capacity
        self.deaths, self.function = Counter(deaths), function
        self.pool = ThreadPoolExecutor(8)

    capacity = 1

    def submit(self, function, *arguments):
        for plain in arguments[0]["runs"]:
            if self.deaths[plain["scalars"]["sigma"]] > 0:
                self.deaths[plain["scalars"]["sigma"]] -= 1
                future = Future()
                future.set_exception(BrokenExecutor("it is dead"))
                return future
        return self.pool.submit(self.function, *arguments)

    def died(self, error):
        return isinstance(error, BrokenExecutor)

    def stop(self):
        self.pool.shutdown(wait=False, cancel_futures=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.db"


@pytest.fixture
def log(tmp_path):
    return str(tmp_path / "log")


@pytest.fixture
def store(path):
    with Store.open(path) as opened:
        yield opened


@pytest.fixture
def go(store, log):
    """Sweep over pretended runs; options are for what does them."""

    def sweeping(of, *pools, attempts=3, cost=None, progress=lambda *_: None, **options):
        return sweep(
            of,
            store,
            pools or [Threads()],
            perform=PRETEND,
            options={"log": log, **options},
            attempts=attempts,
            progress=progress,
            **({"cost": cost} if cost else {}),
        )

    return sweeping


def plain(found):
    return {run: outcome.as_json() for run, outcome in found.items()}


def expected(of):
    return {run: outcome(run).as_json() for run in of}


class TestWhatIsDone:
    def test_everything_once_and_in_order(self, go, store, log):
        of = runs(7)
        found = go(batches(of), Threads(), Threads(2))
        assert plain(found) == plain(dict(store)) == expected(of)
        assert list(found) == of
        assert times(log, of) == 7 * [1]

    def test_nothing_that_is_stored(self, go, store, log):
        of = runs(6)
        store.put((run, outcome(run)) for run in (of[0], of[1], of[3]))
        assert plain(go(batches(of))) == expected(of)
        assert times(log, of) == [0, 0, 1, 0, 1, 1]
        go(batches(of))
        assert len(begun(log)) == 3

    def test_a_run_of_several_batches_once(self, go, log):
        a, b, c = of = runs(3)
        assert plain(go([(a, a), (a, b), (b, c), (c, a)])) == expected(of)
        assert times(log, of) == [1, 1, 1]

    def test_nothing_at_all(self, go, log):
        assert go([]) == {}
        assert go([()]) == {}
        assert begun(log) == []

    def test_the_most_expensive_batches_first(self, go, log):
        of = runs(6)
        go(batches(of), cost=lambda run: sigma(run) % 4)
        assert begun(log) == [run.key for run in (of[2], of[3], *of[:2], *of[4:])]

    def test_no_more_at_a_time_than_there_is_room(self, go, tmp_path):
        most = [0]
        pool = Threads(3)
        submit = pool.submit

        def counted(*given):
            open_ = [f for f in futures if not f.done()]
            most[0] = max(most[0], len(open_) + 1)
            futures.append(submit(*given))
            return futures[-1]

        futures, pool.submit = [], counted
        hold = tmp_path / "hold"  # until all that have room are given out
        go(batches(runs(16)), pool, progress=lambda *_: hold.touch(), hold=str(hold))
        assert most == [3]

    def test_progress_goes_by_cost_and_reaches_the_end(self, go, store):
        of = runs(6)
        store.put([(of[5], outcome(of[5]))])
        heard = []
        go(
            [[run] for run in of],
            progress=lambda *said: heard.append(said),
            cost=lambda run: 96 if sigma(run) == 3 else 1,
        )
        assert heard[0] == ("training 5 runs", 0, 5)
        assert heard[-1] == ("training 5 runs", 5, 5)
        done = [said[1] for said in heard]
        assert done == sorted(done)
        assert set(done) == {0, 4, 5}, "the most expensive run, done first, is most of it"

    def test_torch_has_one_thread(self, go):
        torch = pytest.importorskip("torch")
        torch.set_num_threads(2)
        pool = Threads()
        go(batches(runs(2)), pool)
        assert pool.pool.submit(torch.get_num_threads).result() == 1

    def test_the_store_says_with_what(self, go, store):
        go(batches(runs(2)))
        made = store._database.rows("SELECT environment FROM runs")
        for name in ("torch", "numpy", "python", "device"):
            assert f'"{name}"' in made[0][0]


class TestFailures:
    def test_an_error_of_a_run_is_told_after_all_others_are_done(self, go, store, log):
        of = runs(8)
        with pytest.raises(RunFailed, match=r"pgd on .*, sigma = 0, seed 0 .*by nought") as caught:
            go(batches(of), raises=[1])
        assert "tests/numerics/sweeping.py" in str(caught.value)
        assert plain(dict(store)) == expected(of[2:])
        assert times(log, of) == 8 * [1], "what fails is not tried again"
        assert store.claim(of[:2], Owner.here()), "another process may try"

    def test_another_process_may_try_what_failed_while_the_others_are_done(self, go, store):
        of, tried = runs(8), []

        def progress(*_):
            theirs = Owner.here()
            tried.append(store.claim(of[:2], theirs))
            store.release(theirs)

        with pytest.raises(RunFailed):
            go(batches(of), raises=[0], pause=0.1, progress=progress)
        assert not tried[0]
        assert any(tried[:-1])

    def test_an_input_error_stays_one(self, go, store):
        with pytest.raises(InputError, match=r"sigma = 2.*no such thing"):
            go(batches(runs(4)), refuses=[2])
        assert len(store) == 2

    def test_too_few_outcomes_are_an_error(self, go, store):
        with pytest.raises(RunFailed, match="2 runs came to 0 outcomes"):
            go(batches(runs(2)), short=True)
        assert len(store) == 0

    def test_a_batch_is_given_out_again_when_its_worker_died(self, go, log):
        of = runs(6)
        assert plain(go(batches(of), Threads(deaths={"2": 2}))) == expected(of)
        assert times(log, of) == 6 * [1]

    def test_but_not_for_ever_and_after_all_others(self, go, store):
        of = runs(6)
        with pytest.raises(RunFailed, match=r"sigma = 0.*given out 2 times.*it is dead"):
            go(batches(of), Threads(deaths={"0": 9}), attempts=2)
        assert plain(dict(store)) == expected(of[2:])
        assert store.claim(of[:2], Owner.here())

    def test_a_worker_of_another_version_is_refused(self, go, store, log, monkeypatch):
        def older(task):
            monkeypatch.setattr(work, "TRAINING_VERSION", 0)
            return work.work(task)

        with pytest.raises(InputError, match="training version 0"):
            go(batches(runs(8)), Threads(function=older))
        assert begun(log) == []
        assert len(store) == 0

    def test_a_place_that_cannot_work_is_told(self, go):
        def bare(task):
            raise ModuleNotFoundError("No module named 'numerics'")

        with pytest.raises(InputError, match=r"No module named 'numerics'.*installed"):
            go(batches(runs(8)), Threads(function=bare))

    def test_a_fault_of_the_store_ends_it(self, go, store):
        with pytest.raises(InputError, match="disk is full"):
            go(
                batches(runs(200)),
                progress=lambda *_: store._database._connection.execute(
                    "PRAGMA max_page_count = 8"
                ),
            )
        store._database._connection.execute("PRAGMA max_page_count = 1000000")
        assert plain(go(batches(runs(200)))) == expected(runs(200))


class TestSharedStores:
    def test_what_another_process_does_is_waited_for(self, go, path, store, log):
        of = runs(4)
        theirs, heard = replace(Owner.here(), host="elsewhere"), []
        assert store.claim(of[1:3], theirs)

        def finish():
            until(lambda: len(begun(log)) and "waiting for another process" in heard)
            with Store.open(path) as same:
                same.put([(run, outcome(run)) for run in of[1:3]])

        thread = threading.Thread(target=finish)
        thread.start()
        found = go([of[:1], of[1:3], of[3:]], progress=lambda what, *_: heard.append(what))
        thread.join()
        assert plain(found) == expected(of)
        assert times(log, of) == [1, 0, 0, 1]

    def test_what_another_process_does_counts_where_there_are_no_workers(self, go, store):
        of, theirs = runs(2), replace(Owner.here(), host="elsewhere")
        assert store.claim(of, theirs)
        pool, heard = Threads(1), []

        def progress(what, *_):
            pool.capacity = 0
            heard.append(what)
            assert len(heard) < 200
            if len(heard) == 2:
                store.put([(run, outcome(run)) for run in of])

        assert plain(go([of], pool, progress=progress)) == expected(of)
        assert heard[1] == "waiting for workers"

    def test_what_another_process_leaves_is_done(self, go, store, log, monkeypatch):
        of = runs(4)
        monkeypatch.setattr(claims, "LEASE", 0.5)
        assert store.claim(of[:2], replace(Owner.here(), host="elsewhere"))
        assert plain(go(batches(of))) == expected(of)
        assert times(log, of) == 4 * [1]

    def test_what_a_dead_process_claimed_is_done_at_once(self, go, store, log):
        of = runs(2)
        assert store.claim(of, replace(Owner.here(), started="1"))
        heard = []
        go(batches(of), progress=lambda what, *_: heard.append(what))
        assert times(log, of) == [1, 1]
        assert set(heard) == {"training 2 runs"}

    def test_a_claim_lasts_as_long_as_the_work(self, go, path, monkeypatch):
        of = runs(2)
        monkeypatch.setattr(claims, "LEASE", 1.0)
        stolen = []

        def progress(*_):
            with Store.open(path) as same:
                stolen.append(same.claim(of, replace(Owner.here(), host="elsewhere")))

        go([of], progress=progress, pause=2.5)
        assert len(stolen) > 3
        assert not any(stolen)

    def test_nothing_stays_claimed(self, go, store):
        with pytest.raises(RunFailed):
            go(batches(runs(6)), raises=[0])
        assert store._database.rows("SELECT * FROM claims") == []

    def test_two_processes_do_each_run_once(self, go, store, log, program, tmp_path):
        of, hold = runs(24), tmp_path / "hold"
        other = program(len(of), 0.1, jobs=1, hold=hold)
        until(lambda: workers(log))

        def progress(*_):
            if len(set(workers(log))) == 2:
                hold.touch()

        assert plain(go(batches(of), pause=0.1, progress=progress)) == expected(of)
        assert other.wait(300) == 0
        assert times(log, of) == 24 * [1]
        assert len(set(workers(log))) == 2
        assert plain(dict(store)) == expected(of)


@pytest.fixture
def program(path, log):
    """The sweep as a program with two workers; whatever is left of it is killed at the end."""
    started = []

    def start(count, pause, perform=PRETEND, jobs=2, hold=""):
        command = [sys.executable, "-m", "tests.numerics.sweeping", str(path), log]
        started.append(
            subprocess.Popen(
                [*command, str(count), str(pause), perform, str(jobs), str(hold)],
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), **os.environ},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # also orphans: they are in its group
        process.communicate()


def descendants(process):
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def interrupt_group(process):
    """As a terminal does: everybody hears it."""
    os.killpg(process.pid, signal.SIGINT)


ENDS = {
    "kill": (subprocess.Popen.kill, -signal.SIGKILL, ""),
    "interrupt": (interrupt_group, 1, "interrupted: "),
}


def survives(of, perform, ends, program, path, log, pause=0.1):
    """End the program at random moments and start it again; at last let a sweep here finish.

    What it comes to equals what a sweep does that nobody ended.
    """
    chance = random.Random(len(of))
    with Store.open(path) as store:
        for end in ends:
            stored, before = {run.key for run, _ in store}, len(begun(log))
            process = program(len(of), pause, perform)
            # more than two batches, so that one at least is stored
            goal = before + 2 * TOGETHER + chance.randint(1, 6)
            until(lambda goal=goal: len(begun(log)) >= goal)
            time.sleep(chance.uniform(0, 2 * pause))
            family = descendants(process)
            assert len(family) >= 2
            act, code, said = ENDS[end]
            act(process)
            assert process.wait(300) == code
            assert not psutil.wait_procs(family, timeout=300)[1], "a worker outlived its parent"
            output = process.stdout.read()
            assert said in output
            assert "Traceback" not in output
            assert not set(begun(log)[before:]) & stored, "done again"
            assert stored < {run.key for run, _ in store}, "lost"
        stored, before = {run.key for run, _ in store}, len(begun(log))
        assert 0 < len(stored) < len(of)
        found = finished(of, store, perform, log)
        assert Counter(begun(log)[before:]) == Counter({run.key for run in of} - stored)
        assert list(found) == of
        assert found == store.found(of)
        assert len(store) == len(of)
        assert store._database.rows("SELECT * FROM claims") == []
    with Store.open(path.with_suffix(".other")) as other:
        whole = finished(of, other, perform, log + "2")
    for run in of:
        assert (found[run].risks, found[run].steps) == (whole[run].risks, whole[run].steps)


def finished(of, store, perform, log):
    return sweep(batches(of), store, [Threads()], perform=perform, options={"log": log})


def test_a_sweep_survives(program, path, log):
    survives(runs(80), PRETEND, ["kill", "interrupt", "kill"], program, path, log)


def test_an_interrupt_while_workers_begin_is_quiet(program, path, log, tmp_path, monkeypatch):
    for name, value in slow_to_begin(tmp_path).items():
        monkeypatch.setenv(name, value)
    process = program(4, 0.0)
    until((tmp_path / "begun").exists)
    family = descendants(process)
    interrupt_group(process)
    assert process.wait(300) == 1
    assert not psutil.wait_procs(family, timeout=300)[1]
    assert "Traceback" not in process.stdout.read()


def test_a_sweep_survives_with_real_training(program, path, log):
    survives(runs(24), TRAIN, ["kill"], program, path, log)


@pytest.fixture(scope="module")
def two():
    with local(2) as pools:
        yield pools


class TestWorkers:
    def test_one_that_is_killed_costs_its_own_batch_only(self, go, log, two, tmp_path):
        of, hold, killed = runs(8), tmp_path / "hold", []

        def progress(*_):
            seen = set(workers(log))
            if len(seen) == 2 and not killed:
                killed.append(workers(log)[0])
                os.kill(killed[0], signal.SIGKILL)
            if len(seen) == 3:  # the fresh one has begun: nobody waits any longer
                hold.touch()

        assert plain(go(batches(of), *two, progress=progress, hold=str(hold))) == expected(of)
        again = {key for key, count in Counter(begun(log)).items() if count == 2}
        assert again == set(begun(log)[:TOGETHER])
        assert len(begun(log)) == len(of) + TOGETHER
        assert len(set(workers(log))) == 3, "a fresh one came, and the other stayed"
        idle = workers(log)[-1]
        os.kill(idle, signal.SIGKILL)
        until(lambda: not psutil.pid_exists(idle))
        more = runs(4, restarts=1)
        assert plain(go(batches(more), *two)) == expected(more)

    def test_they_are_deaf_to_interrupts(self, go, log, two, tmp_path):
        of, hold = runs(4), tmp_path / "hold"

        def progress(*_):
            if not hold.exists() and len(set(workers(log))) == 2:
                for worker in set(workers(log)):
                    os.kill(worker, signal.SIGINT)
                hold.touch()

        assert plain(go(batches(of), *two, progress=progress, hold=str(hold))) == expected(of)
        assert times(log, of) == [1, 1, 1, 1]
        assert len(set(workers(log))) == 2

    def test_a_run_that_kills_every_worker_is_named(self, go, store, log, two):
        of = runs(6)
        with pytest.raises(RunFailed, match=r"sigma = 2.*given out 2 times.*died"):
            go(batches(of), *two, kills=[3], attempts=2)
        assert times(log, of) == [1, 1, 2, 2, 1, 1]
        assert plain(dict(store)) == expected([*of[:2], *of[4:]])

    def test_they_use_one_thread_and_end_with_the_pools(self, go, log):
        with local(1) as pools:
            go(batches(runs(2)), *pools)
            (worker,) = set(workers(log))
            assert psutil.pid_exists(worker)
            assert pools[0].submit(os.getenv, "OMP_NUM_THREADS").result(300) == "1"
            assert pools[0].submit(os.getpid).result(300) == worker
        until(lambda: not psutil.pid_exists(worker))


class TestInterrupts:
    @pytest.fixture(autouse=True)
    def heard(self):
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)

    def test_what_is_finished_is_stored_and_counted(self, go, store, log):
        of = runs(40)

        def progress(what, done, total):
            if done >= 4:
                signal.raise_signal(signal.SIGINT)

        with pytest.raises(Interrupted, match=r"of 40 runs are done and stored") as caught:
            go(batches(of), progress=progress)
        assert caught.value.done == len(store) >= 4
        assert caught.value.total == 40
        assert store._database.rows("SELECT * FROM claims") == []
        assert isinstance(caught.value, KeyboardInterrupt)

    def test_it_comes_while_workers_are_busy(self, go, log, store):
        pool, at = Process(), []

        def progress(*_):
            if not at and workers(log):
                at.append(time.monotonic())
                signal.raise_signal(signal.SIGINT)

        with pytest.raises(Interrupted):
            go(batches(runs(4)), pool, progress=progress, pause=600)
        assert time.monotonic() - at[0] < 300, "it waited for them"
        assert not psutil.pid_exists(workers(log)[0])
        assert store.claim(runs(4), Owner.here())

    def test_termination_is_treated_alike(self, go, store):
        """Here by a handler that does not raise anything."""
        sent, heard = [], []
        before = signal.signal(signal.SIGTERM, lambda *_: heard.append(len(store)))

        def progress(*_):
            if not sent:
                sent.append(signal.SIGTERM)
                signal.raise_signal(signal.SIGTERM)

        try:
            with pytest.raises(Interrupted):
                go(batches(runs(40)), progress=progress)
        finally:
            signal.signal(signal.SIGTERM, before)
        assert heard == [len(store)]
        assert store.claim(runs(40)[-2:], Owner.here())

    def test_a_second_one_does_not_wait(self, go):
        def progress(*_):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            pytest.fail("it waited")

        with pytest.raises(KeyboardInterrupt):
            go(batches(runs(4)), progress=progress)

    def test_it_is_left_alone_where_it_is_ignored(self, go):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        found = go(batches(runs(4)), progress=lambda *_: signal.raise_signal(signal.SIGINT))
        assert plain(found) == expected(runs(4))
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

    def test_handlers_are_as_before(self, go):
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        go(batches(runs(2)))
        assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before

    def test_in_another_thread_nothing_is_changed(self, path, log):
        found = []

        def run():
            with Store.open(path) as store:
                found.append(
                    sweep(
                        batches(runs(2)),
                        store,
                        [Threads()],
                        perform=PRETEND,
                        options={"log": log},
                    )
                )

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert plain(found[0]) == expected(runs(2))
