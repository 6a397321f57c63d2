"""A moment of Gaussian matrices, printed and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rich.console import Console

from theory.designs.descriptions import rows_in_a_line
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import SHOWN, Expectation, value_at
from theory.records.expectation_numbers import Point
from verify.outcome.claim import show as show_claim
from verify.outcome.derivation import plain
from verify.outcome.report import as_json
from verify.outcome.text import lines
from verify.outcome.text import show as show_result
from verify.settings import Settings
from verify.trial import Result


def show(console: Console, result: Result, at: Point | None, settings: Settings) -> None:
    """Print a moment, the claim about it, and its value at the numbers given."""
    record = result.record
    assert isinstance(record, Expectation)
    brief = replace(result, derived=record.beginning)
    if isinstance(record, ClaimedExpectation):
        show_claim(console, brief, settings)
    else:
        show_result(console, brief, settings, explain=False)
    if record.count > SHOWN:
        lines(console, "", [f"{SHOWN} of {record.count} terms; --latex and --json have them all"])
    if at is not None:
        lines(console, "numbers", _numbers(record, at))


def _numbers(record: Expectation, at: Point) -> Iterator[str]:
    yield "at " + ", ".join(f"{name} = {value}" for name, value in at.described.items())
    for name, value in _values(record, at).items():
        if value is not None:
            text = rows_in_a_line(value) if isinstance(value, list) else str(value)
            yield f"{name}: {text}"


def _values(record: Expectation, at: Point) -> dict[str, Any]:
    claimed = record.claim.value if isinstance(record, ClaimedExpectation) else None
    of = at.arithmetic.plain
    return {
        "moment": plain(of(value_at(record.value, at))),
        "claimed": None if claimed is None else plain(of(value_at(claimed, at))),
    }


def report(result: Result, at: Point | None, settings: Settings) -> dict[str, Any]:
    """The JSON report (``verify-report/1``) of a moment."""
    found = as_json([result], settings)
    record = result.record
    assert isinstance(record, Expectation)
    if at is not None:
        found["results"][0]["value"] = {"at": at.described, **_values(record, at)}
    return found
