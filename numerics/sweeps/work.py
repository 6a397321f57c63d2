"""What happens where the work is done: plain data in, plain data out."""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import TRAINING_VERSION, Run
from theory.errors import InputError

Plain = dict[str, Any]

SECONDS_BETWEEN_LOOKS = 0.5


def task(runs: Sequence[Run], perform: str, options: Mapping[str, Any] | None = None) -> Plain:
    """The runs of a batch, who shall do them (``"module:function"``), with which keywords.

    >>> run = Run("att", "isotropic-noiseless", n=4, d=2)
    >>> sorted(task([run], "numerics.sweeps.training_runs:perform"))
    ['options', 'perform', 'runs', 'version']
    """
    return {
        "version": TRAINING_VERSION,
        "runs": [run.as_json() for run in runs],
        "perform": perform,
        "options": dict(options or {}),
    }


def work(task: Plain) -> Plain:
    """Do a task; in a worker.

    Returns the training ``version`` of this worker, and if that is the one asked for either the
    ``outcomes`` and the ``environment``, or the ``error`` that kept them from being. Errors are
    told, not raised, so that what is raised here means that this worker cannot work at all.
    """
    if task["version"] != TRAINING_VERSION:
        return {"version": TRAINING_VERSION}
    module, _, name = task["perform"].partition(":")
    perform = getattr(import_module(module), name)
    if torch := sys.modules.get("torch"):  # only if that is what it works with
        torch.set_num_threads(1)  # more would fight for the cores, and round in another order
    try:
        runs = [Run.from_json(plain) for plain in task["runs"]]
        outcomes: list[Outcome] = perform(runs, **task["options"])
        if len(outcomes) != len(runs):
            raise RuntimeError(f"{len(runs)} runs came to {len(outcomes)} outcomes")
        plain = [outcome.as_json() for outcome in outcomes]
    except Exception as error:
        told = {
            "type": type(error).__name__,
            "message": str(error),
            "input": isinstance(error, InputError),
            "traceback": traceback.format_exc(),
        }
        return {"version": TRAINING_VERSION, "error": told}
    made = environment(task["options"].get("device", "cpu"))
    return {"version": TRAINING_VERSION, "outcomes": plain, "environment": made}


def environment(device: str) -> Plain:
    """What runs were done with: versions, machine and device."""
    made = {"python": platform.python_version(), "machine": platform.machine(), "device": device}
    for package in ("torch", "numpy"):
        try:
            made[package] = version(package)
        except PackageNotFoundError:  # vendored in some other way
            made[package] = "unknown"
    return made


def begin(parent: int) -> None:
    """First thing in a local worker: Ctrl-C is for the parent, and no worker outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """A process whose parent was killed is given another one."""
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(1)
