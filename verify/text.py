"""Results for people: what was claimed, what was derived, what each witness saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from theory.text.account import Account
from theory.text.latex import prose
from theory.text.rows import Prose
from verify.settings import Settings
from verify.trial import Result
from verify.verdict import Finding, Verdict


class Output(Console):
    """A console that lets its caller know when the reader has left; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


COLOURS = {Verdict.HOLDS: "green", Verdict.REFUTED: "red", Verdict.UNDECIDED: "yellow"}


def show(console: Console, result: Result, settings: Settings, explain: bool) -> None:
    """Print one result."""
    show_derived(console, result, explain)
    show_testimony(console, result, settings)


def show_derived(console: Console, result: Result, explain: bool, sense: str = "") -> None:
    """Print what a statement says and what the engine derived.

    ``sense`` is how the claim is meant, where not exactly.
    """
    record = result.record
    console.print(Text.assemble((record.name, "bold"), "  ", record.title))
    if record.origin:
        console.print(record.origin, highlight=False, style="dim")
    console.print()
    lines(console, "states", [record.says] if record.worded else [])
    lines(console, f"claimed{sense}", equations(record.claimed))
    lines(console, "assumes", record.assumptions if record.worded else [], bullet="- ")
    lines(console, "derived", equations(result.account))
    if explain:
        lines(console, "steps", steps(result.account))
        lines(console, "conditions", result.account.conditions, bullet="- ")
        for title, derive in sections(result):
            further = derive()
            lines(console, title.lower(), equations(further))
            lines(console, f"{title.lower()}: steps", steps(further))
            lines(console, f"{title.lower()}: conditions", further.conditions, bullet="- ")


def sections(result: Result) -> tuple[tuple[str, Callable[[], Account]], ...]:
    """Further accounts of a statement in the catalogue, which are derived when asked for."""
    return () if result.record.kind == "derived" else result.record.derived.sections


def show_testimony(console: Console, result: Result, settings: Settings) -> None:
    """Print what the witnesses saw, and the verdict."""
    console.print(_witnesses(result.findings))
    for finding in result.findings:
        _details(console, finding)
    console.print()
    console.print(
        Text.assemble(
            (result.record.name, "bold"),
            " ",
            (result.outcome, f"bold {COLOURS[result.verdict]}"),
            f"   level {settings.level.title}, seed {settings.seed}, {result.seconds:.1f} s",
            " (interrupted)" if result.interrupted else "",
        )
    )


def show_briefly(console: Console, result: Result) -> None:
    """Print the verdict alone."""
    not_begun = "" if result.begun else " (not begun: interrupted)"
    console.print(f"{result.record.name} {result.outcome}{not_begun}", highlight=False)


def equations(account: Account) -> list[str]:
    """A claim or derivation in LaTeX, one equation each, abbreviations last."""
    return [formula.latex for formula in (*account.formulas, *account.where)]


def steps(account: Account) -> list[str]:
    """The derivation, numbered, each step with its formula."""
    return [f"{k}. {prose(s.text)}:\n   {s.latex}" for k, s in enumerate(account.steps, 1)]


def lines(console: Console, heading: str, texts: Iterable[Prose], bullet: str = "") -> None:
    """Print lines under a heading; nothing where there are none."""
    written = list(map(prose, texts))
    if not written:
        return
    console.print(heading, style="bold")
    for line in written:
        table = Table.grid()
        table.add_row("  " + bullet, Text(line))
        console.print(table)
    console.print()


def _witnesses(findings: Iterable[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("witness")
    table.add_column("verdict")
    table.add_column("s", justify="right")
    table.add_column("what it saw", overflow="fold")
    for f in findings:
        verdict = Text(f.verdict.value, style=COLOURS[f.verdict])
        table.add_row(f.witness, verdict, f"{f.seconds:.1f}", Text(f.summary))
    return table


def _at_sizes(console: Console, rows: Iterable[Mapping[str, Any]]) -> None:
    """What is claimed to leading order, beside the exact value at actual sizes."""
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    rows = list(rows)
    for name in (f"exact {rows[0]['quantity']}", "claimed", "error"):
        table.add_column(name, justify="right")
    table.add_column("at")
    for row in rows:
        place = ", ".join(f"{name} = {value}" for name, value in row["at"].items())
        error = "" if row["error"] is None else f"{100 * row['error']:+.3g} %"
        table.add_row(f"{row['exact']:.6g}", f"{row['claimed']:.6g}", error, Text(place))
    console.print()
    console.print(table)


def _details(console: Console, finding: Finding) -> None:
    if finding.data.get("table"):
        _at_sizes(console, finding.data["table"])
    runs = finding.data.get("runs", [])
    mutants = finding.data.get("mutants", {})
    if not runs and not mutants:
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    if runs:
        table.add_column("trained")
        table.add_column("at")
        table.add_column("exact excess risk of each restart, relative to the optimum")
        for run in runs:
            excess = ", ".join(f"{100 * x:.3f} %" for x in run["excess"])
            table.add_row(run["model"], Text(run["at"]), excess)
    else:
        table.add_column("wrong claim")
        table.add_column("refuted by")
        for name, refuted_by in mutants.items():
            table.add_row(Text(name), ", ".join(refuted_by) or "nothing")
    console.print()
    console.print(table)
