"""Results for people: what was claimed, what was derived, what each witness saw."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

import theory
from theory.latex import equation
from theory.record import OPTIMAL_RISK, OPTIMAL_WEIGHT, Statement
from verify.settings import Settings
from verify.trial import Result
from verify.verdict import Finding, Verdict

COLOURS = {Verdict.HOLDS: "green", Verdict.REFUTED: "red", Verdict.UNDECIDED: "yellow"}


def show(console: Console, result: Result, settings: Settings, explain: bool) -> None:
    """Print one result."""
    record = theory.statement(result.statement)
    console.print(Text.assemble((record.id, "bold"), "  ", record.title))
    console.print(f"provenance: {record.provenance.value}", highlight=False, style="dim")
    console.print()
    _lines(console, "states", [record.says])
    _lines(console, "assumes", record.assumptions)
    _lines(console, "derived", formulas(record))
    if explain:
        _lines(console, "steps", steps(record))
        _lines(console, "conditions", record.derivation.conditions)
    console.print(_witnesses(result.findings))
    for finding in result.findings:
        _details(console, finding)
    console.print()
    verdict = result.verdict
    console.print(
        Text.assemble(
            (record.id, "bold"),
            " ",
            (verdict.value, f"bold {COLOURS[verdict]}"),
            f"   level {settings.level.title}, seed {settings.seed}, {result.seconds:.1f} s",
            " (interrupted)" if result.interrupted else "",
        )
    )


def show_briefly(console: Console, result: Result) -> None:
    """Print the verdict alone."""
    console.print(f"{result.statement} {result.verdict.value}", highlight=False)


def formulas(record: Statement) -> list[str]:
    """The derived optimum in LaTeX, one equation each, definitions last."""
    weight, identity = record.weight, "" if record.weight.is_Matrix else r"\, I"
    return [
        equation(OPTIMAL_WEIGHT, weight) + identity,
        equation(OPTIMAL_RISK, record.risk),
        *(equation(name, meaning) for name, meaning in record.derivation.definitions),
    ]


def steps(record: Statement) -> list[str]:
    """The derivation, numbered, each step with its formula."""
    return [
        f"{k}. {step.text}:\n   {step.latex}" for k, step in enumerate(record.derivation.steps, 1)
    ]


def _lines(console: Console, heading: str, lines: Iterable[str]) -> None:
    console.print(heading, style="bold")
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
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


def _details(console: Console, finding: Finding) -> None:
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
