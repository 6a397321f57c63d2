"""Putting a statement on trial: every witness of the level testifies, then the verdict."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from theory.catalogue import statement
from theory.record import Statement
from verify.interrupts import noticed
from verify.settings import Settings, silent
from verify.subject import Subject
from verify.verdict import Finding, Verdict, join
from verify.witnesses import WITNESSES, Witness


@dataclass(frozen=True)
class Result:
    """The outcome of a trial.

    Parameters
    ----------
    statement
        The id of the statement.
    findings
        What each witness saw.
    seconds
        How long the whole trial took.
    interrupted
        Whether it was ended from the keyboard; then the verdict is at best undecided.
    """

    statement: str
    findings: tuple[Finding, ...]
    seconds: float
    interrupted: bool = False

    @property
    def verdict(self) -> Verdict:
        return join(finding.verdict for finding in self.findings)


def put_on_trial(record: Statement, settings: Settings) -> Result:
    """Let every witness of the level testify about one statement.

    Ctrl-C ends the trial: what was seen so far stays, and the witness that was interrupted is
    undecided.

    Examples
    --------
    >>> import theory
    >>> from verify.settings import Level, Settings
    >>> put_on_trial(theory.statement("corollary1"), Settings(Level.QUICK)).verdict.value
    'holds'
    """
    started = time.perf_counter()
    subject = Subject.of(record)
    called = [w for w in WITNESSES if w.level <= settings.level]
    findings: list[Finding] = []
    interrupted = False
    with noticed() as interrupts:
        for done, witness in enumerate(called):
            settings.progress(f"{record.id}: {witness.name}", done, len(called))
            findings.append(_testimony(witness, subject, settings))
            interrupted = interrupts.seen or bool(findings[-1].data.get("interrupted"))
            if interrupted:
                break
    if interrupted and len(findings) < len(called):
        findings += [_uncalled(witness) for witness in called[len(findings) :]]
    return Result(record.id, tuple(findings), time.perf_counter() - started, interrupted)


def _uncalled(witness: Witness) -> Finding:
    return Finding(witness.name, Verdict.UNDECIDED, "not called: interrupted", examined=0)


def _testimony(witness: Witness, subject: Subject, settings: Settings) -> Finding:
    started = time.perf_counter()
    try:
        finding = witness.examine(subject, settings)
    except KeyboardInterrupt:
        finding = Finding(
            witness.name,
            Verdict.UNDECIDED,
            "interrupted from the keyboard",
            examined=0,
            data={"interrupted": True},
        )
    return replace(finding, seconds=time.perf_counter() - started)


def put_on_trial_apart(ids: list[str], settings: Settings, jobs: int) -> list[Result]:
    """The same for several statements, each in a process of its own, ``jobs`` at a time."""
    context = multiprocessing.get_context("spawn")
    silenced = replace(settings, progress=silent)
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        return list(pool.map(_put_on_trial_by_id, ids, [silenced] * len(ids)))


def _put_on_trial_by_id(id: str, settings: Settings) -> Result:
    return put_on_trial(statement(id), settings)
