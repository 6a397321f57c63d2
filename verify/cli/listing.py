"""Commands that show statements without trying them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from verify.cli.streams import reader_may_leave

if TYPE_CHECKING:
    from theory.records.statement import Statement


def records(ids: Sequence[str]) -> list[Statement]:
    """The statements of these ids, each once, or all."""
    import theory

    named = [theory.statement(id) for id in dict.fromkeys(ids) if id != "all"]
    return list(theory.statements()) if "all" in ids else named


@click.command("list")
def list_statements() -> None:
    """Ids, titles and provenance marks of all statements."""
    import theory

    every = list(theory.statements())
    width = max(len(r.id) for r in every)
    longest = max(len(r.title) for r in every)
    with reader_may_leave():
        for record in every:
            print(f"{record.id:{width}}  {record.title:{longest}}  [{record.provenance.value}]")


@click.command("latex")
@click.argument("statements", nargs=-1, required=True, metavar="STATEMENT...")
@click.option("--explain", is_flag=True, help="Also print the steps of the derivation.")
def print_latex(statements: Sequence[str], explain: bool) -> None:
    """LaTeX of the derived optimum and risk, with definitions (amsmath)."""
    from verify.document import document

    with reader_may_leave():
        for record in records(statements):
            print(document(record, explain))
