"""Check: real models, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from verify.checks.on_trial import OnTrial
from verify.counterexamples import Incomparable
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings

NAME = "training"
MODELS = {"att": "attention", "ssm": "H3"}


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Train every model and compare every restart's exact risk with the least it can reach.

    A restart below it refutes the claim; no restart within the tolerance above it leaves the matter
    undecided. Where nothing is sampled, the exact population risk is descended.
    """
    from numerics import train
    from verify import trained

    rows: list[trained.Row] = []
    gains: dict[str, list[bool]] = {}
    on = "sampled prompts"
    try:
        wanted = list(subject.runs(settings))
    except Incomparable as why:
        return Finding(NAME, Verdict.UNDECIDED, str(why), 0)
    if not wanted:
        return Finding(NAME, Verdict.UNDECIDED, "no place to train models at was found", 0)
    for run in wanted:
        what = f"training {run.training.model}, {run.at}"
        found = train(run.training, progress=partial(_told, settings, what))
        told = (run.case, run.at, run.expected, found, run.numbers, run.exactly)
        rows.append(trained.row(*told))
        on = "the exact population risk" if run.training.source == "risk" else on
        if found.stopped == "interrupted":
            return trained.finding(rows)
        if run.below is not None:
            ends = f"{MODELS.get(run.training.model, run.training.model)} ends below {run.than}"
            gains.setdefault(ends, []).append(float(found.risks.min()) < run.below)
    finding = trained.finding(rows, on)
    said = [f"{sum(seen)} of {len(seen)} times {told}" for told, seen in gains.items()]
    return replace(finding, summary="; ".join([finding.summary, *said]))


def _told(settings: Settings, what: str, step: int, steps: int, risks: Any) -> None:
    settings.progress(what, step, steps)
