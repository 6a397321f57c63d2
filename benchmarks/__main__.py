"""``python -m benchmarks [moments|catalogue|commands|training|all] [--write FILE]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks.machine import machine
from benchmarks.table import Table
from benchmarks.timing import Wrong

Progress = Callable[[str], None]


def main() -> int:
    """Measure, print, and write; 1 if a result was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=[*PARTS, "all"])
    parser.add_argument(
        "--write",
        metavar="FILE",
        type=Path,
        help="also write Markdown, into the tables already there",
    )
    arguments = parser.parse_args()
    if arguments.write is not None and not arguments.write.parent.is_dir():
        parser.error(f"--write: there is no folder {arguments.write.parent}")
    output = Console() if sys.stdout.isatty() else Console(width=120)
    messages = Console(stderr=True)
    tables = [machine()]
    tables[0].show(output)
    parts = list(PARTS) if arguments.what == "all" else [arguments.what]
    try:
        for part in parts:
            for table in PARTS[part](lambda text: messages.print(text, style="dim")):
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


def _moments(progress: Progress) -> list[Table]:
    from benchmarks.moments import tables

    return tables(progress)


def _catalogue(progress: Progress) -> list[Table]:
    from benchmarks.catalogue import tables

    return tables(progress)


def _commands(progress: Progress) -> list[Table]:
    from benchmarks.commands import tables

    return tables(progress)


def _training(progress: Progress) -> list[Table]:
    from benchmarks.training import tables

    return tables(progress)


PARTS: dict[str, Callable[[Progress], list[Table]]] = {
    "moments": _moments,
    "catalogue": _catalogue,
    "commands": _commands,
    "training": _training,
}

if __name__ == "__main__":
    sys.exit(main())
