"""``python -m benchmarks [PART|all] [--write FILE]``: measure a part, or all but the longest."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.machine import conditions, machine
from benchmarks.table import Table
from benchmarks.timing import Wrong
from verify.figures.headless import headless

PARTS = {
    "moments": "moments:tables",
    "catalogue": "catalogue:tables",
    "commands": "commands:tables",
    "exact": "exact:tables",
    "depth": "depth:tables",
    "own": "own:tables",
    "prompts": "prompts:tables",
    "training": "training:tables",
    "training-pieces": "training:pieces",
    "growth": "growth:tables",
    "batches": "batches:tables",
    "figures": "figures:small",
    "figures-paper": "figures:paper",
    "suite": "suite:tables",
}
"""Where each is: a module of this package, and a function of it, given what tells progress."""
ALONE = ("figures-paper", "suite")
"""Only when asked for by name."""


def main() -> int:
    """Measure, print, and write; 1 if a result was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=[*PARTS, "all"])
    parser.add_argument(
        "--write",
        metavar="FILE",
        type=Path,
        help="also write Markdown, into the tables already there, and pictures beside it",
    )
    arguments = parser.parse_args()
    if arguments.write is not None and not arguments.write.parent.is_dir():
        parser.error(f"--write: there is no folder {arguments.write.parent}")
    headless()
    output = Console() if sys.stdout.isatty() else Console(width=120)
    messages = Console(stderr=True)
    tables = [machine()]
    tables[0].show(output)
    parts = [part for part in PARTS if part not in ALONE]
    if arguments.what != "all":
        parts = [arguments.what]
    try:
        for part in parts:
            module, measure = PARTS[part].split(":")
            measured = getattr(import_module(f"benchmarks.{module}"), measure)
            when = conditions()
            for table in measured(lambda text: messages.print(text, style="dim")):
                table = replace(table, notes=(*table.notes, when))
                table.show(output)
                tables.append(table)
    except Wrong as error:
        messages.print(
            f"Stopped, for the time of a wrong result means nothing. {error}", markup=False
        )
        return 1
    if arguments.write is not None:
        before = arguments.write.read_text() if arguments.write.exists() else ""
        arguments.write.write_text(HEADER + _markdown(tables, before))
        for name, content in (file for table in tables for file in table.files):
            (arguments.write.parent / name).write_text(content)
    return 0


HEADER = (
    "# Benchmarks\n\nWritten by `python -m benchmarks PART --write`, which replaces the tables of "
    "that part; not edited by hand.\n\n"
)


def _markdown(tables: list[Table], before: str) -> str:
    """The tables, and those of other parts that were there before."""
    sections = {s.split("\n", 1)[0]: f"## {s}" for s in before.split("\n## ")[1:]}
    sections |= {table.title: table.markdown for table in tables}
    return "\n".join(text.rstrip("\n") + "\n" for text in sections.values())


if __name__ == "__main__":
    sys.exit(main())
