"""The tables of the page of trained figures, from the files that one run of the command left.

``docs/panels/`` holds what ``python -m verify figure all --scale paper`` wrote. Nothing is trained
when the documentation is built.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docs.markdown import table

FOLDER = Path(__file__).parent / "panels"


def read(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """The record of each panel, by its name."""
    found = (json.loads(path.read_text()) for path in sorted(folder.glob("*.json")))
    return {record["panel"]: record for record in found}


def tables() -> dict[str, str]:
    """What the page includes, by name."""
    records = read()
    return {
        "panel-agreement": table(
            (
                "panel",
                "shows",
                "runs",
                "restarts",
                "best restart, largest excess",
                "any restart",
                "verdict",
            ),
            (_agreement(record) for record in records.values()),
        ),
        "panel-approximations": table(
            ("panel", "paper's expression, at its worst", "where"),
            (_approximation(r) for r in records.values() if _off(r) is not None),
        ),
        "panel-how": _how(records["2a"]),
    }


def _off(record: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = record["agreement"]["approximation_off_most"]
    return found


def _agreement(record: dict[str, Any]) -> tuple[Any, ...]:
    agreement = record["agreement"]
    worst = max(max(point["relative_excess"]) for point in agreement["points"])
    restarts = sum(run["run"]["restarts"] for run in record["runs"])
    return (
        record["panel"],
        record["title"],
        len(record["runs"]),
        restarts,
        f"{100 * agreement['largest_excess_of_best']:.3f} %",
        f"{100 * worst:.3f} %",
        f"`{agreement['verdict']}`",
    )


def _approximation(record: dict[str, Any]) -> tuple[str, str, str]:
    off = _off(record)
    assert off is not None
    side = "too low" if off["relative"] < 0 else "too high"
    where = f"${_symbols(off['curve'])}$, $n = {off['x']}$"
    return record["panel"], f"{100 * abs(off['relative']):.0f} % {side}", where


def _symbols(curve: str) -> str:
    return curve.replace("alpha", r"\alpha")


def _how(record: dict[str, Any]) -> str:
    """What the run was: command, versions, tolerance."""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    allowed = "; ".join(
        f"{t['name']}: {t['value']:.3g}, {t['meaning']}" for t in record["tolerances"]
    )
    command = record["command"].replace("figure 2a", "figure all")
    return f"Made by `{command}` ({versions}). Tolerances: {allowed}.\n"
