"""Which tests take longest, in user CPU seconds: wall time says little on a busy machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.table import Table
from benchmarks.timing import passes
from benchmarks.user_seconds import FILE

ROOT = Path(__file__).parent.parent
SLOWEST = 20
COMMAND = (
    "-m",
    "pytest",
    "-q",
    "-n",
    "auto",
    "--dist",
    "worksteal",
    "-p",
    "benchmarks.user_seconds",
)


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The tests that take longest, and all by folder; raises where one fails."""
    progress("suite: all tests")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seconds"
        environment = {**os.environ, FILE: str(path), "OMP_NUM_THREADS": "1"}
        done = subprocess.run([sys.executable, *COMMAND], cwd=ROOT, env=environment, check=False)
        passes([(f"pytest ended with exit code {done.returncode}", done.returncode == 0)])
        return list(tabulated("Tests", map(json.loads, path.read_text().splitlines())))


def tabulated(title: str, phases: Iterable[tuple[str, float]]) -> Iterable[Table]:
    """Tables of phases of tests, by their names: the slowest tests, and the folders."""
    tests, folders, counts = Counter[str](), Counter[str](), Counter[str]()
    for name, spent in phases:
        test, folder = name.partition("[")[0], "/".join(name.partition("::")[0].split("/")[:2])
        tests[test] += spent
        folders[folder if folder.startswith("tests/") else "docstrings"] += spent
        counts[test] += 1
    slow = tests.most_common(SLOWEST)
    rows = tuple((f"`{test}`", str(counts[test] // 3), f"{spent:.1f} s") for test, spent in slow)
    columns = ("test", "cases", "user time")
    yield Table(f"{title}: the {SLOWEST} slowest", columns, rows)
    rows = tuple((folder, f"{spent:.0f} s") for folder, spent in folders.most_common())
    total = ("all", f"{sum(folders.values()):.0f} s")
    note = (
        "User time of the processors, of all cases of a test with what they set up and the "
        "processes they start; `python -m benchmarks suite`, one thread for each process."
    )
    yield Table(f"{title}: by folder", ("folder", "user time"), (*rows, total), (note,))
