"""Trials of what a user's file says: in a process of their own, within a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from theory.records.derived import Derived
from theory.records.optima import Optima
from theory.text.formulas import Exposition
from verify.bounded_process import Ended, Send, within
from verify.outcome.verdict import Finding, Verdict
from verify.progress import reporting
from verify.settings import Level, Settings
from verify.trial import Result, called_for, put_on_trial, uncalled
from verify.witnesses import Witness

SECONDS = {Level.QUICK: 60.0, Level.STANDARD: 600.0, Level.FULL: 3600.0}
"""How long the trial of the claims of a file may take, unless told otherwise."""

T = TypeVar("T")


def time_for(records: Sequence[Derived], settings: Settings, seconds: float | None) -> float:
    """The seconds that the records of files may take together.

    ``seconds`` is what each file may take, and None for what the level gives it.
    """
    each = SECONDS[settings.level] if seconds is None else seconds
    return each * len({id(record.file) for record in records})


@dataclass(frozen=True)
class Timed:
    """What came of one record.

    Parameters
    ----------
    result
        The trial; its exposition is empty where the derivation itself was not done in time.
    optima
        The optima at the given numbers, where a design is derived and some were given.
    """

    result: Result
    optima: Optima | None = None
    ended: Ended | None = None


def tried(
    records: Sequence[Derived],
    settings: Settings,
    seconds: float,
    quiet: bool = True,
    trial: bool = True,
) -> tuple[Timed, ...]:
    """Derive, evaluate and put on trial, one record after another, within ``seconds`` together.

    What was not done in time is undecided. Without ``trial`` no witness is called. Numbers that
    ``settings.at`` holds are those at which the optima are evaluated.

    >>> from theory.language.gallery.designs import isotropic_noiseless
    >>> from verify.settings import Level
    >>> record = Derived.of(isotropic_noiseless)
    >>> tried([record], Settings(Level.QUICK), 60.0)[0].result.verdict.value
    'holds'
    """
    started, ended = time.perf_counter(), None
    heard: list[list[Any]] = [[] for _ in records]
    for value in within(seconds, partial(_work, tuple(records), settings, quiet, trial)):
        if isinstance(value, Ended):
            ended = value
        else:
            about, what = value
            heard[about].append(what)
    took = [_first(float, said) for said in heard]
    left = time.perf_counter() - started - sum(one or 0.0 for one in took)
    found = []
    for record, said, own in zip(records, heard, took, strict=True):
        findings = tuple(one for one in said if isinstance(one, Finding))
        derived, optima = _first(Exposition, said) or Exposition(()), _first(Optima, said)
        if own is not None:
            result = Result(record, findings, own, False, derived)
            found.append(Timed(result, optima))
            continue
        assert ended is not None  # or else it would be finished
        witnesses = called_for(record, settings) if trial else []
        findings = with_late(findings, witnesses, ended)
        result = Result(record, findings, left, ended.interrupted, derived)
        found.append(Timed(result, optima, ended))
        left = 0.0
    return tuple(found)


def _first(kind: type[T], said: Sequence[Any]) -> T | None:
    """What has come back of a kind; None while it has not."""
    return next((one for one in said if isinstance(one, kind)), None)


def with_late(
    seen: Sequence[Finding], called: Sequence[Witness], ended: Ended
) -> tuple[Finding, ...]:
    """What was seen, and for the other witnesses why they did not testify."""
    findings, late = list(seen), list(called[len(seen) :])
    if late and not (findings and findings[-1].data.get("interrupted")):
        data: dict[str, Any] = {"fault": ended.fault} if ended.fault else {}
        why = f"not finished: {ended.advice}"
        findings.append(Finding(late.pop(0).name, Verdict.UNDECIDED, why, examined=0, data=data))
    return (*findings, *(uncalled(witness, ended.why) for witness in late))


def _work(
    records: tuple[Derived, ...], settings: Settings, quiet: bool, trial: bool, send: Send
) -> None:
    if settings.device != "cpu":
        from numerics import device

        device(settings.device)
    with reporting(quiet) as progress:
        told = replace(settings, progress=progress)
        for about, record in enumerate(records):
            if _one(record, told, trial, partial(_sent, send, about)):
                send(Ended("interrupted", interrupted=True))
                return


def _sent(send: Send, about: int, value: Any) -> None:
    send((about, value))


def _one(record: Derived, settings: Settings, trial: bool, send: Send) -> bool:
    """The work on one record; whether it was interrupted."""
    started = time.perf_counter()
    settings.progress(f"{record.id}: deriving", 0, 1)
    send(replace(record.derived, sections=()))
    if settings.at is not None and record.kind == Derived.kind:
        settings.progress(f"{record.id}: evaluating", 0, 1)
        send(record.optima_at(settings.at))
    if trial and put_on_trial(record, settings, send).interrupted:
        return True
    send(time.perf_counter() - started)
    return False
