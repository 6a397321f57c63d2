"""Runs that cost nothing and leave a trace; also as a program, to be killed.

python -m tests.numerics.sweeping STORE LOG RUNS PAUSE
"""

import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from numerics.sweeps.errors import Interrupted
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.pools import local
from numerics.sweeps.run import Run
from numerics.sweeps.store import Store
from numerics.sweeps.sweep import sweep
from theory.errors import InputError

ROOT = Path(__file__).parents[2]
SLOW = """
import os, sys, time
if "loky.backend.popen_loky_posix" in sys.orig_argv:
    open(os.environ["BEGINNING"], "a").close()
    time.sleep(20)
"""
PRETEND = "tests.numerics.sweeping:pretend"
TRAIN = "tests.numerics.sweeping:noted_training"
TOGETHER = 2


def slow_to_begin(folder):
    """The environment of workers that write the file BEGINNING and then take their time."""
    (folder / "sitecustomize.py").write_text(SLOW)
    path = f"{folder}{os.pathsep}{ROOT}"
    return {"PYTHONPATH": path, "BEGINNING": str(folder / "begun")}


def runs(count, **given):
    """Runs with sigma = 0, 1, 2 and so on; small enough to be trained in no time."""
    return [
        Run("pgd", "independent", 4, 2, (("sigma", str(k)),), steps=20, batch=16, **given)
        for k in range(count)
    ]


def sigma(run):
    """Which one it is."""
    return int(dict(run.scalars)["sigma"])


def batches(of):
    return [tuple(of[k : k + TOGETHER]) for k in range(0, len(of), TOGETHER)]


def outcome(run):
    """Numbers that only this run has, and that need every bit of a float."""
    number = int(run.key[:15], 16) / 7
    return Outcome(
        risks=(number, float("inf")), history=((0, 0.1, (number, 1.0)),), steps=3, seconds=0.1
    )


def pretend(runs, log, pause=0.0, hold="", kills=(), raises=(), refuses=(), short=False):
    """Note who does which runs; die or fail at some sigmas."""
    note(log, runs, pause, hold)
    these = {sigma(run) for run in runs}
    if these & set(kills):
        os.kill(os.getpid(), signal.SIGKILL)
    if these & set(raises):
        raise ZeroDivisionError("by nought")
    if these & set(refuses):
        raise InputError("no such thing")
    return [outcome(run) for run in runs][: 0 if short else None]


def noted_training(runs, log, pause=0.0, hold=""):
    """The real thing, noted."""
    from numerics.sweeps.training_runs import perform

    note(log, runs, pause, hold)
    return perform(runs)


def note(log, runs, pause=0.0, hold=""):
    """One line for every run that is begun; then wait for a time, and for a file if named."""
    with open(log, "a") as file:  # written at once: several processes do
        file.write("".join(f"{run.key} {os.getpid()}\n" for run in runs))
    time.sleep(pause)
    while hold and not os.path.exists(hold):
        time.sleep(0.01)


def begun(log):
    """The keys of all runs that were begun, in order."""
    return [key for key, _ in _lines(log)]


def times(log, runs):
    """How often each of the runs was begun."""
    count = Counter(begun(log))
    return [count[run.key] for run in runs]


def workers(log):
    """The number of the process that began each of them."""
    return [int(pid) for _, pid in _lines(log)]


def _lines(log):
    text = Path(log).read_text() if Path(log).exists() else ""
    return [line.split() for line in text[: text.rfind("\n") + 1].splitlines()]


def until(condition, seconds=300.0):
    """Wait for something to become true, and fail if it does not."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"did not happen within {seconds} s"
        time.sleep(0.01)
    return found


def main(store, log, count, pause, perform=PRETEND, jobs="2", hold=""):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    with Store.open(store) as kept, local(int(jobs)) as pools:
        options = {"log": log, "pause": float(pause), "hold": hold}
        try:
            sweep(batches(runs(int(count))), kept, pools, perform=perform, options=options)
        except Interrupted as interrupted:
            sys.exit(f"interrupted: {interrupted}")


if __name__ == "__main__":
    main(*sys.argv[1:])
