"""Processor time of whole commands, as typed at a shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import theory
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, timed

ROOT = Path(__file__).parent.parent
TORCH_IMPORT = re.compile(r"\|\s+torch$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of the verifier, what it should take, and what it should print.

    Parameters
    ----------
    arguments
        After ``python -m verify``.
    aim
        Seconds it should stay below.
    repeats
        How often it is timed, after a first run that does not count (none before a single one).
    expected
        What its output must contain, in this order.
    reported
        Whether it can write a JSON report, whose verdicts must then all be ``holds``.
    light
        Whether it must not import torch.
    """

    arguments: tuple[str, ...]
    aim: float
    repeats: int = 3
    expected: tuple[str, ...] = ()
    reported: bool = False
    light: bool = False

    def __str__(self) -> str:
        return " ".join(("verify", *self.arguments))


def commands() -> list[Command]:
    """What is measured."""
    latex = (r"\begin{align*}", r"W^\star", r"L^\star", r"\end{align*}", "where")
    ids = tuple(record.id for record in theory.statements())
    return [
        Command(("--help",), 0.3, expected=("Usage", "Exit codes"), light=True),
        Command(("list",), 0.3, expected=ids, light=True),
        Command(("latex", "theorem1"), 0.6, expected=latex, light=True),
        Command(("theorem1", "--level", "quick"), 3, reported=True),
        Command(("theorem1",), 10, repeats=1, reported=True),
        Command(("all", "--level", "quick"), 60, repeats=1, reported=True),
        Command(("all",), 360, repeats=1, reported=True),
    ]


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if an output is wrong."""
    rows: list[tuple[str, ...]] = []
    for code in ("pass", "import sympy", "import torch"):
        progress(f"commands: python -c {code!r}")
        timing = timed(partial(_run, [sys.executable, "-c", code]), _succeeded, 3)
        rows.append((f"python -c {code!r}", duration(timing.median), "", "", ""))
    for command in commands():
        progress(f"commands: {command}")
        rows.append(_row(command))
    notes = (
        "Processor time, the median of 3 processes after a first one (the last three: a single "
        "one), from start to exit. "
        "Checked each time: exit code 0, the output, and the verdict `holds` of every statement.",
        "The lines without an aim are what the interpreter and the imports cost by themselves. "
        "`list` reads titles and marks from files, without SymPy. `latex` loads SymPy, NumPy and "
        "python-flint, which is more than half of its time (by a profile of 2026-11-30 SymPy is "
        "44 %, our modules 28 %, NumPy 9 %, click 7 %; deriving and writing are 13 %). `theorem1` "
        "takes two processes, one for sampling and training: with two cores it is done after "
        "about two thirds of its time.",
    )
    columns = ("command", "time", "aim", "met", "imports torch")
    return [Table("Commands", columns, tuple(rows), notes)]


Done = subprocess.CompletedProcess[str]


def _run(arguments: list[str]) -> Done:
    """As for a user, who compiles our modules once."""
    users = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        arguments, cwd=ROOT, env=users, capture_output=True, text=True, check=False
    )


def _succeeded(done: Done) -> None:
    passes([(f"exit code {done.returncode}: {done.stderr.strip()}", done.returncode == 0)])


def _row(command: Command) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        arguments = [sys.executable, "-m", "verify", *command.arguments]
        if command.reported:
            arguments += ["--json", str(report)]

        def check(done: Done) -> None:
            _succeeded(done)
            pattern = ".*".join(map(re.escape, command.expected))
            found = re.search(pattern, done.stdout, re.DOTALL) is not None
            passes([(f"{command}: its output lacks one of {command.expected}", found)])
            if command.reported:
                results = json.loads(report.read_text())["results"]
                verdicts = [result["verdict"] for result in results]
                passes([(f"{command}: verdicts {verdicts}", set(verdicts) == {"holds"})])

        timing = timed(
            partial(_run, arguments),
            check,
            command.repeats,
            before=lambda: report.unlink(missing_ok=True),
            first=command.repeats > 1,
        )
    torch = imports_torch(command) if command.light else None
    return (
        str(command),
        duration(timing.median),
        f"< {command.aim:g} s" + (", no torch" if command.light else ""),
        met(timing.median < command.aim and not torch),
        "" if torch is None else "yes" if torch else "no",
    )


def imports_torch(command: Command) -> bool:
    """Whether the command loads torch, by the interpreter's own list of imports."""
    done = _run([sys.executable, "-X", "importtime", "-m", "verify", *command.arguments])
    passes([(f"{command}: no list of imports", "verify.cli" in done.stderr)])
    return TORCH_IMPORT.search(done.stderr) is not None
