"""Wall time of all the paper's figures, from nothing, as typed at a shell."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.table import Table, met
from benchmarks.timing import duration, passes

ROOT = Path(__file__).parent.parent
JOBS = 2
AIMS = {"small": 120.0, "paper": 1800.0}
KINDS = {"png": b"\x89PNG", "pdf": b"%PDF", "csv": b"panel,", "json": b"{"}
"""The files of every picture, and what each begins with."""


def small(progress: Callable[[str], None]) -> list[Table]:
    """The figures at small scale; raises :class:`~benchmarks.timing.Wrong` if one is missing."""
    return [_table("small", progress)]


def paper(progress: Callable[[str], None]) -> list[Table]:
    """The same at the paper's scale."""
    return [_table("paper", progress)]


def _table(scale: str, progress: Callable[[str], None]) -> Table:
    from verify.figures.registry import ALL, pictures
    from verify.figures.scale import SCALES

    words = ("verify", "figure", ALL, "--scale", scale, "--jobs", str(JOBS))
    aim = AIMS[scale]
    progress(f"figures: {' '.join(words)}, should take less than {duration(aim)}")
    expected = pictures([ALL], SCALES[scale])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", *words, "--out", str(out), "--quiet"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        said = f"{done.stdout.strip()} {done.stderr.strip()}"
        passes([(f"exit code {done.returncode}: {said}", done.returncode == 0)])
        for picture in expected:
            _check(out, picture.id, [run.key for run in picture.runs])
    runs = {run for picture in expected for run in picture.runs}
    return Table(
        f"Figures: all of them, {scale} scale",
        ("command", "pictures", "runs", "time", "aim", "met"),
        (
            (
                " ".join(words),
                str(len(expected)),
                str(len(runs)),
                duration(seconds),
                f"< {aim:g} s",
                met(seconds < aim),
            ),
        ),
        (
            f"From start to exit, a single time, into an empty folder and an empty store; {JOBS} "
            "processes train.",
            f"Checked: exit code 0, and of every picture {', '.join(KINDS)}: each of its kind, "
            "the runs that it asks for, and the agreement of trained and exact `holds`.",
        ),
    )


def _check(folder: Path, name: str, runs: list[str]) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless the files of a picture are all there."""
    for kind, begins in KINDS.items():
        path = folder / f"{name}.{kind}"
        there = path.is_file() and path.read_bytes().startswith(begins)
        passes([(f"{path.name} is missing, or not what it is called", there)])
    record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    verdict = record["agreement"]["verdict"]
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        risks = [float(row["risk_per_feature"]) for row in csv.DictReader(file) if row["restart"]]
    passes(
        [
            (f"{name}: trained and exact {verdict}", verdict == "holds"),
            (f"{name}: other runs than it asks for", [r["key"] for r in record["runs"]] == runs),
            (f"{name}: no trained risks", len(risks) > 0 and all(risk >= 0 for risk in risks)),
        ]
    )
