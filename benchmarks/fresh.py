"""Pieces of work in fresh interpreters, so that nothing is known that an earlier piece found out.

A module that has such pieces is run as ``python -m benchmarks.MODULE JOB``, with a job as JSON
``{name: argument}``, and prints what came of it as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.timing import passes

ROOT = Path(__file__).parent.parent
START = 3.0
"""Seconds that an interpreter and its imports may take, beside the work."""
COLD = (
    "Processor time in a fresh interpreter each, so that all caches are empty; imports (of SymPy) "
    "are not counted."
)


def fresh(module: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """What a fresh interpreter finds; raises :class:`~benchmarks.timing.Wrong` if it fails."""
    return _run(module, job, None)


def fresh_within(seconds: float, module: str, job: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same of work that times itself; None where it takes longer than that."""
    try:
        found = _run(module, job, seconds + START)
    except subprocess.TimeoutExpired:
        return None
    return found if found["seconds"] <= seconds else None


def _run(module: str, job: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", json.dumps(job)],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    passes([(f"{job} failed: {done.stderr}", done.returncode == 0)])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def work(jobs: Mapping[str, Callable[[Any], dict[str, Any]]]) -> None:
    """Do the job named on the command line, and print what came of it."""
    ((name, argument),) = json.loads(sys.argv[1]).items()
    json.dump(jobs[name](argument), sys.stdout)
