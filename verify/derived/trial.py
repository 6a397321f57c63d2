"""Deriving a design and putting what is derived on trial, within a time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.records.derived import Derived, Optima
from theory.text.account import Account
from verify.limited import Ended, Send, within
from verify.progress import reporting
from verify.settings import Settings
from verify.trial import Result, called_for, put_on_trial, uncalled
from verify.verdict import Finding, Verdict


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Parameters
    ----------
    design
        The design.
    result
        The trial; its account is empty where the derivation itself was not done in time.
    optima
        The optima at the given numbers, where some were given.
    at
        Those numbers.
    ended
        Why the work ended early, if it did.
    """

    design: Design
    result: Result
    optima: Optima | None = None
    at: Instance | None = None
    ended: Ended | None = None


@dataclass
class _Heard:
    """What has come back from the process that does the work."""

    derived: Account = field(default_factory=lambda: Account(()))
    optima: Optima | None = None
    findings: list[Finding] = field(default_factory=list)
    ended: Ended | None = None


def derive_and_try(
    record: Derived,
    at: Instance | None,
    settings: Settings,
    seconds: float,
    quiet: bool = True,
    trial: bool = True,
) -> Outcome:
    """Derive, evaluate and put on trial, in a process of its own that may take ``seconds``.

    What was not done in time is undecided. Without ``trial`` no witness is called.

    >>> from theory.language.gallery.designs import isotropic_noiseless
    >>> from verify.settings import Level
    >>> record = Derived.of(isotropic_noiseless)
    >>> derive_and_try(record, None, Settings(Level.QUICK), 60.0).result.verdict.value
    'holds'
    """
    started, heard = time.perf_counter(), _Heard()
    for value in within(seconds, partial(_work, record, at, settings, quiet, trial)):
        if isinstance(value, Account):
            heard.derived = value
        elif isinstance(value, Optima):
            heard.optima = value
        elif isinstance(value, Finding):
            heard.findings.append(value)
        else:
            heard.ended = value
    called = called_for(record, settings) if trial else []
    late = called[len(heard.findings) :]
    if late and heard.ended is not None:
        if not (heard.findings and heard.findings[-1].data.get("interrupted")):
            heard.findings.append(_unfinished(late.pop(0).name, heard.ended))
        heard.findings += [uncalled(w, heard.ended.why) for w in late]
    result = Result(
        record,
        tuple(heard.findings),
        time.perf_counter() - started,
        heard.ended is not None and heard.ended.interrupted,
        heard.derived,
    )
    return Outcome(record.design, result, heard.optima, at, heard.ended)


def _unfinished(witness: str, ended: Ended) -> Finding:
    data: dict[str, Any] = {"fault": ended.fault} if ended.fault else {}
    return Finding(witness, Verdict.UNDECIDED, f"not finished: {ended.why}", examined=0, data=data)


def _work(
    record: Derived,
    at: Instance | None,
    settings: Settings,
    quiet: bool,
    trial: bool,
    send: Send,
) -> None:
    if settings.device != "cpu":
        from numerics import device

        device(settings.device)
    with reporting(quiet) as progress:
        progress(f"{record.id}: deriving", 0, 1)
        send(replace(record.derived, sections=()))
        if at is not None:
            progress(f"{record.id}: evaluating", 0, 1)
            send(record.optima_at(at))
        if not trial:
            return
        if put_on_trial(record, replace(settings, progress=progress), send).interrupted:
            send(Ended("interrupted", interrupted=True))
