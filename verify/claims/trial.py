"""Judging claims within a time, in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from theory.designs.instance import Instance
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.records.derived import Derived
from theory.records.statement import Provenance
from verify.claims.data import Data, data_of
from verify.claims.judge import Judged, Judgement, judge, written
from verify.claims.question import questions
from verify.claims.witnesses import findings
from verify.limited import Ended, Send, within
from verify.progress import reporting
from verify.report import testimony
from verify.settings import Settings
from verify.verdict import Finding, Verdict


@dataclass(frozen=True)
class Outcome:
    """What came of claims.

    Parameters
    ----------
    results
        One entry for each claim, as a report has it.
    ended
        Why the work ended early, if it did.
    """

    results: tuple[Data, ...]
    ended: Ended | None = None


def judge_within(
    file: DesignFile,
    claims: Sequence[Claimed],
    at: Instance | None,
    settings: Settings,
    seconds: float,
    quiet: bool = True,
) -> Outcome:
    """Judge claims about a design; what is not done after ``seconds`` is undecided.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> file = shipped("mahankali-2023")
    >>> found = judge_within(file, file.claims, None, Settings(), 60.0)
    >>> [result["verdict"] for result in found.results]
    ['exact']
    """
    started, results, ended = time.perf_counter(), list[Data](), None
    for value in within(seconds, partial(_work, file, tuple(claims), at, settings, quiet)):
        if isinstance(value, Ended):
            ended = value
        else:
            results.append(value)
    for claim in claims[len(results) :]:
        assert ended is not None
        results.append(_undecided(file, claim, ended, time.perf_counter() - started))
    return Outcome(tuple(results), ended)


def _work(
    file: DesignFile,
    claims: tuple[Claimed, ...],
    at: Instance | None,
    settings: Settings,
    quiet: bool,
    send: Send,
) -> None:
    record = Derived.of(file)
    with reporting(quiet) as progress:
        told = replace(settings, progress=progress)
        progress(f"{record.id}: deriving", 0, 1)
        derived = record.derived
        for claim in claims:
            started = time.perf_counter()
            judged = judge(file, claim, told)
            seen = list(_seen(judged, told))
            took = time.perf_counter() - started
            send(data_of(judged, record, derived, seen, at, took))


def _seen(judged: Judged, settings: Settings) -> Iterator[Finding]:
    """What the witnesses saw; of which formula, where there are two."""
    for answer in judged.answers:
        about = f"{answer.question.quantity.value}: " if len(judged.answers) > 1 else ""
        for found in findings(answer, settings):
            yield replace(found, summary=f"{about}{found.summary}")


def _undecided(file: DesignFile, claim: Claimed, ended: Ended, seconds: float) -> Data:
    """The entry of a claim that was not judged in time."""
    record = Derived.of(file)
    asked = questions(file, claim)
    data: dict[str, Any] = {"fault": ended.fault} if ended.fault else {}
    finding = Finding(
        "derivation", Verdict.UNDECIDED, f"not finished: {ended.why}", examined=0, data=data
    )
    return {
        "statement": record.id,
        "title": record.title,
        "provenance": Provenance.CLAIMED.value,
        "source": claim.source or None,
        "assumptions": list(record.assumptions),
        "conditions": [],
        "name": claim.name,
        "claim": written(asked, claim),
        "limit": None if claim.limit is None else claim.limit.name,
        "verdict": Judgement.UNDECIDED.value,
        "why": {question.quantity.value: ended.why for question in asked},
        "difference": None,
        "rate": None,
        "counterexample": None,
        "nearby": [],
        "errors": [],
        "parts": {},
        "latex": {"weight": None, "risk": None, "limit": None},
        "seconds": seconds,
        "witnesses": testimony([finding]),
    }
