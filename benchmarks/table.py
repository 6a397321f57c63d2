"""Tables of results, for the terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable


@dataclass(frozen=True)
class Table:
    """A title, columns, rows of as many cells, and notes under it.

    ``files`` are names and contents of what belongs beside the Markdown: pictures (SVG) that it
    shows, and data (CSV) that it links to.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {row} does not fit the columns {self.columns}")

    def show(self, console: Console) -> None:
        """Print it."""
        table = RichTable(title=self.title, title_justify="left")
        for column in self.columns:
            table.add_column(column, overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        console.print(table, markup=False)
        for note in self.notes:
            console.print(f"- {note}", markup=False, highlight=False)
        console.print()

    @property
    def markdown(self) -> str:
        """The same in Markdown."""
        lines = [f"## {self.title}", "", _row(self.columns), _row("---" for _ in self.columns)]
        lines += [_row(row) for row in self.rows]
        if self.notes:
            lines += ["", *(f"- {note}" for note in self.notes)]
        for name, _ in self.files:
            shown = f"![{self.title}]({name})" if name.endswith(".svg") else f"[{name}]({name})"
            lines += ["", shown]
        return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def met(holds: bool) -> str:
    """A cell that says whether an aim was met.

    >>> met(True), met(False)
    ('yes', 'NO')
    """
    return "yes" if holds else "NO"
