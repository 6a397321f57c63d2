"""What a check saw, as tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from theory.records.statement import Statement
from theory.text.provenance import Provenance
from verify.checks import derivation
from verify.checks.check import Witness
from verify.outcome.html import plots
from verify.outcome.verdict import JUDGED, Finding
from verify.settings import Level, Settings
from verify.trial import Result
from verify.witnesses import WITNESSES, subject_of

SHOWN = {JUDGED, "table", "cases", "runs", "mutants", "left_out", "breaks", "examined"}
"""What of the data has a table of its own, or a place elsewhere."""


@dataclass(frozen=True)
class Exhibit:
    """A table, and the picture of it.

    Parameters
    ----------
    right
        The columns that hold numbers.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    picture: str = ""


@dataclass(frozen=True)
class Saw:
    """A check, and what it saw of one statement, if it was called."""

    check: Witness
    finding: Finding | None
    why: str
    exhibits: tuple[Exhibit, ...] = ()

    @property
    def brief(self) -> str:
        """For a cell of a table: how much it looked at."""
        if self.finding is None:
            return self.why[:1] if self.why.startswith("–") else "not called"
        examined = self.finding.examined
        return f"{examined:,} {self.check.counts}" if examined else self.finding.verdict.value

    @property
    def rest(self) -> dict[str, Any]:
        """What it noted besides, less what is empty."""
        data = {} if self.finding is None else self.finding.data
        return {_words(k): _full(v) for k, v in data.items() if k not in SHOWN and _full(v)}


def saw(result: Result, settings: Settings) -> tuple[Saw, ...]:
    """What each check saw; for those that were not called, why."""
    found = {finding.witness: finding for finding in result.findings}
    return tuple(_one(check, result.record, found.get(check.name), settings) for check in WITNESSES)


def _one(check: Witness, record: Statement, finding: Finding | None, settings: Settings) -> Saw:
    if finding is not None:
        return Saw(check, finding, "", tuple(_exhibits(finding, settings)))
    if not check.applies(subject_of(record)):
        return Saw(check, None, f"– {_why_not(check, record)}")
    return Saw(check, None, f"It is called at level {check.level.title} and above.")


def _why_not(check: Witness, record: Statement) -> str:
    """Why a check does not apply."""
    if record.provenance is Provenance.DERIVED and check.name == derivation.NAME:
        return (
            "Nothing is claimed with which the derivation could be compared; the other checks look "
            "at what it found."
        )
    return "It does not apply to this statement."


def _exhibits(finding: Finding, settings: Settings) -> Iterator[Exhibit]:
    data = finding.data
    if data.get("cases"):
        yield _measured(data["cases"])
    if data.get("runs"):
        yield _trained(data["runs"])
    if data.get("mutants"):
        first = "first refuted by" if settings.level is Level.QUICK else "refuted by"
        rows = ((name, ", ".join(by) or "nothing") for name, by in data["mutants"].items())
        yield Exhibit(("wrong claim", first), tuple(rows))
    if data.get("left_out"):
        yield Exhibit(("slip that is left out", "why"), tuple(data["left_out"].items()))
    if data.get("breaks"):
        head = ("assumption that is broken", "what was seen", "as it should be")
        yield Exhibit(head, tuple(map(_broken, data["breaks"])))


def _broken(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["name"], one["says"], "yes" if one["seen"] else "no"


def _measured(cases: list[Mapping[str, Any]]) -> Exhibit:
    head = ("what", "at", "mean", "standard error", "should be", "off by", "draws")
    rows = (
        (
            case["what"],
            case["at"],
            f"{case['mean']:.6g}",
            f"{case['error']:.2g}",
            f"{case[case['against']]:.6g} ({case['against']})",
            f"{case['deviation']:+.1f}",
            f"{case['draws']:,}",
        )
        for case in cases
    )
    return Exhibit(head, tuple(rows), (2, 3, 4, 5, 6), plots.measured(cases))


def _trained(runs: list[Mapping[str, Any]]) -> Exhibit:
    head = ("model", "at", "optimum", "steps", "exact excess risk of each restart")
    rows = (
        (
            run["model"],
            run["at"],
            f"{run[run['against']]:.6g} ({run['against']})",
            f"{run['steps']:,}",
            ", ".join(f"{100 * x:.3f} %" for x in run["excess"]),
        )
        for run in runs
    )
    return Exhibit(head, tuple(rows), (2, 3), plots.trained(runs))


def along(result: Result) -> Exhibit | None:
    """Of a claim in a limit: the exact value beside the claimed one, over sizes that grow."""
    rows = next((f.data["table"] for f in result.findings if f.data.get("table")), None)
    if rows is None:
        return None
    cells = (
        (
            ", ".join(f"{name} = {value}" for name, value in row["at"].items()),
            f"{row['exact']:.6g}",
            f"{row['claimed']:.6g}",
            "" if row["error"] is None else f"{100 * row['error']:+.3g} %",
        )
        for row in rows
    )
    head = ("at", f"exact {rows[0]['quantity']}", "claimed", "error")
    return Exhibit(head, tuple(cells), (1, 2, 3), plots.along(rows))


def _words(key: Any) -> str:
    return str(key).replace("_", " ")


def _full(value: Any) -> Any:
    """Data without what is empty, in words."""
    if isinstance(value, Mapping):
        return {_words(k): _full(v) or "✓" if v == {} else _full(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_full(v) for v in value]
    return value if isinstance(value, str) else str(value)
