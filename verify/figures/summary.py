"""What a figure command ends with: a line for each picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from verify.figures.agreement import Agreement
from verify.figures.files import KINDS
from verify.figures.produce import Made
from verify.outcome.text import COLOURS, table_of
from verify.tolerances import EXCESS


def show(console: Console, made: Sequence[Made], into: Path) -> None:
    """Print how trained models and exact theory agree, and where the paper's formula does not."""
    numbers = ("runs", "restarts", "excess")
    head = ("panel", "shows", *numbers, "agreement", "paper's approximation")
    table = table_of(*head, right=numbers)
    for one in made:
        verdict = one.agreement.verdict
        table.add_row(
            one.picture.id,
            Text(one.picture.title),
            str(len(one.picture.runs)),
            str(sum(run.restarts for run in one.picture.runs)),
            percent(one.agreement.largest),
            Text(verdict.value, style=COLOURS[verdict]),
            Text(_off(one.agreement)),
        )
    console.print(table)
    console.print()
    console.print(
        "excess: of the best restart over the exact optimum, relative, the largest of all points;\n"
        f"up to {percent(EXCESS.value)} agrees, and no restart may end below the optimum",
        highlight=False,
    )
    ids = ", ".join(one.picture.id for one in made)
    kinds = ", ".join(f".{kind}" for kind in KINDS)
    console.print(f"written to {into}: {ids}, each as {kinds}", highlight=False, soft_wrap=True)


def show_briefly(console: Console, made: Sequence[Made]) -> None:
    """Print the verdicts alone."""
    for one in made:
        console.print(f"{one.picture.id} {one.agreement.verdict.value}", highlight=False)


def percent(value: float) -> str:
    """A fraction as a percentage.

    >>> percent(0.005), percent(float("inf"))
    ('0.500 %', 'inf %')
    """
    return f"{100 * value:.3f} %"


def _off(agreement: Agreement) -> str:
    off = agreement.off
    if off is None:
        return ""
    side = "too low" if off.relative < 0 else "too high"
    return f"{abs(100 * off.relative):.0f} % {side} at {off.curve}, n = {off.x}"
