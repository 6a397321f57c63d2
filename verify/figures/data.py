"""What a picture shows, as a table (CSV), and how it came about (JSON)."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from numerics.sweeps.run import TRAINING_VERSION
from verify.figures.agreement import TOLERANCES, Agreement, JudgedPoint
from verify.figures.panel import LineKind, Outcomes, Panel
from verify.figures.registry import Picture
from verify.figures.scale import Scale
from verify.versions import versions

SCHEMA = "verify-figure/1"
PACKAGES = ("matplotlib", "numpy", "sympy", "torch")
HEAD = (
    "panel",
    "curve",
    "line",
    "x_name",
    "x",
    "restart",
    "risk_per_feature",
    "exact_per_feature",
    "relative_excess",
    "claimed_per_feature",
)
"""The columns: ``line`` is a model, or a kind of theory
(:class:`~verify.figures.panel.LineKind`)."""


def table(picture: Picture, outcomes: Outcomes) -> str:
    """Everything that is drawn: a line for each restart of each point, and the lines of theory.

    Numbers are given so that reading them gives every bit back. What does not apply is empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for panel in picture.panels:
        writer.writerows(_trained(panel, outcomes))
        writer.writerows(_theory(panel))
    return text.getvalue()


def _trained(panel: Panel, outcomes: Outcomes) -> Iterator[tuple[Any, ...]]:
    for curve in panel.curves:
        for one in curve.trained:
            for p in one.points:
                claimed = "" if p.claimed is None else p.claimed / panel.d
                for restart, risk in enumerate(p.risks(outcomes)):
                    yield (
                        *(panel.id, curve.name, one.model, panel.symbol, p.x, restart),
                        *(risk / panel.d, p.exact / panel.d, (risk - p.exact) / p.exact, claimed),
                    )


def _theory(panel: Panel) -> Iterator[tuple[Any, ...]]:
    for curve in panel.curves:
        for line in curve.theory:
            for x, y in zip(line.x, line.y, strict=True):
                value = y / panel.d
                both = ("", "", value) if line.kind is LineKind.CLAIMED else (value, "", "")
                yield (panel.id, curve.name, line.kind.value, panel.symbol, x, "", "", *both)


def record(picture: Picture, agreement: Agreement, scale: Scale) -> dict[str, Any]:
    """The exact configuration of every run, and how trained and exact agree."""
    outcomes = agreement.outcomes
    return {
        "schema": SCHEMA,
        "panel": picture.id,
        "title": picture.title,
        "panels": [panel.id for panel in picture.panels],
        "command": shlex.join(
            [
                *("python", "-m", "verify", "figure", picture.id, "--out", "DIR"),
                *("--scale", scale.name, *scale.options, "--seed", str(scale.seed)),
            ]
        ),
        "seed": scale.seed,
        "scale": scale.as_json(),
        "training_version": TRAINING_VERSION,
        "versions": versions(*PACKAGES),
        "tolerances": [asdict(tolerance) for tolerance in TOLERANCES],
        "agreement": {
            "verdict": agreement.verdict.value,
            "largest_excess_of_best": agreement.largest,
            "largest_distance_at_one_length": agreement.along,
            "approximation_off_most": None if agreement.off is None else asdict(agreement.off),
            "points": [_judged(row) for row in agreement.rows],
        },
        "runs": [
            {
                "key": run.key,
                "run": run.as_json(),
                "steps": outcomes[run].steps,
                "seconds": outcomes[run].seconds,
            }
            for run in picture.runs
        ],
    }


def _judged(row: JudgedPoint) -> dict[str, Any]:
    return {
        "panel": row.panel,
        "model": row.point.run.model,
        "run": row.point.run.key,
        "x": row.point.x,
        "exact": row.point.exact,
        "claimed": row.point.claimed,
        "relative_excess": list(row.excess),
        "floor": list(row.floor),
        "verdict": row.verdict.value,
    }
