"""Judged claims, printed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from rich.console import Console

from theory.language.files.claims import HOLDS
from theory.records.theorem import Theorem
from verify.judge.finding import Data
from verify.judge.judge import Judgement
from verify.outcome.report import entry
from verify.outcome.text import lines, show_claimed, show_derived, show_testimony
from verify.settings import Settings
from verify.trial import Result

SHORT = 38
"""Characters of a fraction up to which it is printed."""
LONG = 400
"""Characters of the LaTeX of an error up to which it is printed; longer ones say nothing."""
GIVEN = "at the numbers given, to which the judgement is not restricted"


def show(console: Console, result: Result, settings: Settings, explain: bool = False) -> None:
    """Print one claim with its evidence."""
    show_claimed(console, result, sense(result))
    for heading, told in evidence(result):
        lines(console, heading, told)
    show_derived(console, result, explain)
    show_testimony(console, result, settings)


def sense(result: Result) -> str:
    """How what is claimed is meant, if not exactly; nothing of a statement that is no claim."""
    limit = result.record.claim.limit if isinstance(result.record, Theorem) else None
    return "" if limit is None else f", to leading order in the limit {limit.name}"


def evidence(result: Result) -> Iterator[tuple[str, list[str]]]:
    """What was found of a claim besides its verdict, in lines under headings."""
    found = entry(result)
    right = "right" if found["limit"] is None else f"right in the limit {found['limit']}"
    yield "found", list(_found(found))
    yield "counterexample", list(_counterexample(found))
    yield f"near by, and {right}", list(_nearby(found))
    yield GIVEN, list(_numbers(found))


def _found(result: Data) -> Iterator[str]:
    for quantity, part in result["parts"].items():
        yield f"{quantity}: {part['judgement']}: {part['why']}"
        if part["difference"] not in (None, "0") and part["judgement"] != Judgement.EXACT.value:
            claimed, exact = _sides(quantity)
            yield f"  {claimed} - {exact} = {_formula(part['difference'])}"
        rates = [rate for rate in part["rates"] if rate["right"]]
        for rate in rates or filter(None, [part["rate"]]):
            yield f"  in the limit {rate['limit']}: ${rate['regime']}$"
            if rate["right"]:
                yield f"  relative error ~ {_formula(rate['relative_error'])}"
            elif rate["term"] is not None:
                yield f"  {rate['term']['text']}, claimed: ~ ${rate['term']['claimed']}$"
                yield f"  right in its place: ~ ${rate['term']['exact']}$"
            else:
                yield f"  leading term claimed: ${rate['claimed']}$"
                yield f"  leading term exactly: ${rate['exact']}$"
    if not result["parts"]:
        yield from (f"{quantity}: {why}" for quantity, why in result["why"].items())


def _formula(latex: str) -> str:
    return f"${latex}$" if len(latex) <= LONG else "a long formula, in the JSON report"


def _counterexample(result: Data) -> Iterator[str]:
    found = result["counterexample"]
    if found is None:
        return
    yield ", ".join(f"{name} = {_entries(value)}" for name, value in found["sizes"].items())
    of = (name for name, part in result["parts"].items() if part["counterexample"] == found)
    names = [f"{side}:" for side in _sides(next(of, ""))]
    width = max(map(len, names))
    confirmed = ", confirmed coordinate by coordinate" if found["confirmed"] else ""
    yield f"{names[0]:{width}} {found['claimed']}"
    yield f"{names[1]:{width}} {found['exact']}{confirmed}"


def _sides(quantity: str) -> tuple[str, str]:
    """What a report calls claimed, and what exact: two quantities where these are compared."""
    return ("right side", "left side") if quantity == HOLDS else ("claimed", "exact")


def _entries(value: Any) -> str:
    """A number, or the entries of a vector or a matrix."""
    return f"[{', '.join(map(_entries, value))}]" if isinstance(value, list) else str(value)


def _nearby(result: Data) -> Iterator[str]:
    for one in result["nearby"]:
        yield f"{one['formula']}   ({one['slip']})"


def _numbers(result: Data) -> Iterator[str]:
    """At the numbers given: what was put, both values, and the error."""
    given = [one for one in result["errors"] if one["limit"] is None]
    if given:
        yield _place(given[0]["at"])
    for one in given:
        for value in ("claimed", "exact"):
            if value in one:
                yield f"{one['quantity']}, {value}: {_short(one[value])}"
        yield f"{one['quantity']}, relative error: {_percent(one)}"


def _place(at: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in at.items())


def _short(value: str) -> str:
    """A value as it is; a long fraction rounded."""
    if len(value) <= SHORT or value.startswith("["):
        return value
    return f"{float(Fraction(value)):.6g}"


def _percent(one: Data) -> str:
    error = one["relative_error"]
    return f"undefined: {one['why']}" if error is None else f"{100 * error:.3g} %"
