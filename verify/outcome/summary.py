"""Several results in one table, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verify.outcome.text import COLOURS
from verify.trial import Result


def show_summary(console: Console, results: Sequence[Result]) -> None:
    """Print a line for each result, and how many ended as their records say."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("statement", "outcome", "expected", "mark"):
        table.add_column(name, overflow="fold")
    table.add_column("s", justify="right")
    for result in results:
        table.add_row(
            result.record.name,
            Text(result.outcome, COLOURS[result.verdict]),
            result.expected,
            result.record.provenance.value,
            f"{result.seconds:.1f}",
        )
    as_expected = sum(result.verdict.value == result.expected for result in results)
    console.rule()
    console.print(table)
    console.print(f"\n{as_expected} of {len(results)} ended as expected", highlight=False)
