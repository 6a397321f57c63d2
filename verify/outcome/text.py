"""Results for people: what was claimed, what was derived, what each witness saw."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from theory.records.derived import Derived
from theory.records.pasted import leading, pasted
from theory.text.formulas import Exposition, Formula
from theory.text.pretty import in_words, picture
from theory.text.rows import Mathematics, Prose
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Level, Settings
from verify.trial import Result


class Output(Console):
    """A console that lets its caller know when the reader has left; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def output() -> Output:
    """Where results are printed; of a stream that is no terminal the width is 100, or COLUMNS."""
    known = sys.stdout is not None and sys.stdout.isatty()
    return Output() if known or os.environ.get("COLUMNS", "").isdigit() else Output(width=100)


COLOURS = {Verdict.HOLDS: "green", Verdict.REFUTED: "red", Verdict.UNDECIDED: "yellow"}


def show(console: Console, result: Result, settings: Settings, explain: bool) -> None:
    """Print one result."""
    show_claimed(console, result)
    show_derived(console, result, explain)
    show_testimony(console, result, settings)


def show_claimed(console: Console, result: Result, sense: str = "") -> None:
    """Print the verdict, and what a statement says; ``sense`` is how it is meant if not exactly."""
    record = result.record
    title = f"  {record.title}" if record.title != record.name else ""
    console.print(Text.assemble((record.name, "bold"), title))
    console.print(Text(result.outcome, f"bold {COLOURS[result.verdict]}"))
    if record.origin:
        console.print(record.origin, highlight=False, style="dim")
    console.print()
    lines(console, "states", [record.says] if record.worded else [])
    formulas(console, f"claimed{sense}", record.claimed)
    lines(console, "assumes", record.assumptions if record.worded else [], bullet="- ")


def show_derived(console: Console, result: Result, explain: bool) -> None:
    """Print what the engine derived."""
    formulas(console, "derived", result.exposition)
    if explain:
        _steps(console, "steps", result.exposition)
        lines(console, "conditions", result.exposition.conditions, bullet="- ")
        for title, derive in sections(result):
            further = derive()
            formulas(console, title.lower(), further)
            _steps(console, f"{title.lower()}: steps", further)
            lines(console, f"{title.lower()}: conditions", further.conditions, bullet="- ")


def sections(result: Result) -> tuple[tuple[str, Callable[[], Exposition]], ...]:
    """Further expositions of a statement in the catalogue, which are derived when asked for."""
    return () if result.record.kind == "derived" else result.record.derived.sections


def show_testimony(console: Console, result: Result, settings: Settings) -> None:
    """Print what the witnesses saw, the derived formulas to copy, and the verdict."""
    console.print(_witnesses(result.findings, _unicode(console)))
    for finding in result.findings:
        _details(console, finding, settings)
    console.print()
    options: list[str] = []
    for name, text in pasted(result.record, result.exposition).items():
        options.append(f'--{option_of(name)} "{text}"')
    limits = leading(result.record) if isinstance(result.record, Derived) else {}
    for limit, terms in limits.items():
        options += [f'--limit {limit} --{option_of(name)} "{text}"' for name, text in terms.items()]
    whole(console, "derived, as options of claim", options)
    latex = [f.latex for f in (*result.exposition.formulas, *result.exposition.where)]
    whole(console, "derived, as LaTeX", latex)
    console.print(
        Text.assemble(
            (result.record.name, "bold"),
            " ",
            (result.outcome, f"bold {COLOURS[result.verdict]}"),
            f"   level {settings.level.title}, seed {settings.seed}, {result.seconds:.1f} s",
            " (interrupted)" if result.interrupted else "",
        )
    )


OPTIONS = {"moment": "claim"}
"""Options that are not called what they claim something of."""


def option_of(name: str) -> str:
    """The option that claims something of a quantity."""
    return OPTIONS.get(name, name).replace("_", "-")


def show_briefly(console: Console, result: Result) -> None:
    """Print the verdict alone."""
    not_begun = "" if result.begun else " (not begun: interrupted)"
    console.print(f"{result.record.name} {result.outcome}{not_begun}", highlight=False)


def formulas(console: Console, heading: str, exposition: Exposition) -> None:
    """Print a claim or derivation as people read it, abbreviations last."""
    blocks = [_pictures(console, exposition.formulas)]
    if exposition.where:
        blocks += [["where"], _pictures(console, exposition.where)]
    whole(console, heading, [line for block in blocks for line in block])


def _steps(console: Console, heading: str, exposition: Exposition) -> None:
    """Print the derivation, numbered, each step with its formulas."""
    found = []
    for k, step in enumerate(exposition.steps, 1):
        text = f"{k}. {in_words(step.text, _unicode(console))}{':' if step.formulas else ''}"
        found += textwrap.wrap(text, max(console.width - 2, 20), subsequent_indent="   ")
        found += [f"     {line}" for line in _pictures(console, step.formulas)]
    whole(console, heading, found)


def _pictures(console: Console, found: Iterable[Formula | Mathematics]) -> list[str]:
    """Formulas in lines; those of several lines have room around them."""
    made: list[str] = []
    for one in found:
        rows = picture(one, console.width - MARGIN, _unicode(console))
        apart = made and (len(rows) > 1 or made[-1].startswith(" "))
        made += [*([""] if apart and made[-1] else []), *rows, *([""] if len(rows) > 1 else [])]
    return made[:-1] if made and not made[-1] else made


MARGIN = 8
"""How many columns stand free beside formulas."""


def _unicode(console: Console) -> bool:
    """Whether what the console writes to has our signs."""
    try:
        "αΣ≤ᵀ₁²·─⎛".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def whole(console: Console, heading: str, found: list[str]) -> None:
    """Print lines as they are under a heading, however long; nothing where there are none."""
    if not found:
        return
    console.print(heading, style="bold")
    for line in found:
        text = f"  {line}".rstrip()
        console.print(Text(text), soft_wrap=True)
    console.print()


def lines(console: Console, heading: str, texts: Iterable[Prose], bullet: str = "") -> None:
    """Print lines under a heading; nothing where there are none."""
    unicode, room = _unicode(console), max(console.width - 2 - len(bullet), 20)
    found = []
    for text in texts:
        first, *rest = in_words(text, unicode).splitlines() or [""]
        for k, line in enumerate([first, *rest]):
            inside = len(line) - len(line.lstrip())
            wrapped = textwrap.wrap(
                line,
                room,
                subsequent_indent=" " * (inside + 2) if inside else "",
                break_long_words=False,
                break_on_hyphens=False,
            )
            found += [
                f"{' ' * len(bullet) if n or k else bullet}{w}" for n, w in enumerate(wrapped)
            ]
    whole(console, heading, found)


def table_of(*names: str, right: Collection[str] = ()) -> Table:
    """An empty table with these columns, some of numbers on the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return table


def _witnesses(findings: Iterable[Finding], unicode: bool) -> Table:
    table = table_of("witness", "verdict", "s", "what it saw", right=("s",))
    for f in findings:
        verdict = Text(f.verdict.value, style=COLOURS[f.verdict])
        table.add_row(f.witness, verdict, f"{f.seconds:.1f}", Text(in_words(f.summary, unicode)))
    return table


def _at_sizes(console: Console, rows: Iterable[Mapping[str, Any]]) -> None:
    """What is claimed to leading order, beside the exact value at actual sizes."""
    rows = list(rows)
    numbers = (f"exact {rows[0]['quantity']}", "claimed", "error")
    table = table_of(*numbers, "at", right=numbers)
    for row in rows:
        place = ", ".join(f"{name} = {value}" for name, value in row["at"].items())
        error = "" if row["error"] is None else f"{100 * row['error']:+.3g} %"
        table.add_row(f"{row['exact']:.6g}", f"{row['claimed']:.6g}", error, Text(place))
    console.print()
    console.print(table)


def _details(console: Console, finding: Finding, settings: Settings) -> None:
    if finding.data.get("table"):
        _at_sizes(console, finding.data["table"])
    runs = finding.data.get("runs", [])
    mutants = finding.data.get("mutants", {})
    if not runs and not mutants:
        return
    if runs:
        what = "exact excess risk of each restart, relative to the optimum"
        table = table_of("trained", "at", what)
        for run in runs:
            excess = ", ".join(f"{100 * x:.3f} %" for x in run["excess"])
            table.add_row(run["model"], Text(run["at"]), excess)
    else:
        first = "first refuted by" if settings.level is Level.QUICK else "refuted by"
        table = table_of("wrong claim", first)
        for name, refuted_by in mutants.items():
            table.add_row(Text(name), ", ".join(refuted_by) or "nothing")
    console.print()
    console.print(table)


def show_summary(console: Console, results: Sequence[Result]) -> None:
    """Print a line for each result, and how many ended as their records say."""
    table = table_of("statement", "outcome", "expected", "mark", "s", right=("s",))
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
