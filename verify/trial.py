"""Putting a statement on trial: every witness of the level testifies, then the verdict."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Any

from theory.catalogue import statement
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.statement import Statement
from theory.records.theorem import Theorem
from theory.text.formulas import Exposition
from theory.text.pretty import in_words
from theory.text.provenance import Provenance
from theory.text.sheets import Sheet, Shown
from verify.interrupts import (
    Interrupts,
    blocked,
    ignore_interrupts,
    interrupt,
    interrupt_once,
    noticed,
)
from verify.outcome.verdict import JUDGED, Finding, Verdict, join
from verify.settings import Settings, silent
from verify.witnesses import CONTROLS, EXACT, WITNESSES, Witness, subject_of


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """The outcome of a trial.

    Parameters
    ----------
    interrupted
        Whether it was ended from the keyboard; then the verdict is at best undecided.
    derived
        What the engine derived, from a trial in a process of its own: nobody derives it twice.
    """

    record: Statement
    findings: tuple[Finding, ...]
    seconds: float
    interrupted: bool = False
    derived: Exposition | None = None

    @property
    def statement(self) -> str:
        """The id of the statement."""
        return self.record.id

    @property
    def exposition(self) -> Exposition:
        """What the engine derived."""
        return self.record.derived if self.derived is None else self.derived

    @property
    def verdict(self) -> Verdict:
        return join(finding.verdict for finding in self.findings)

    @property
    def judgement(self) -> str | None:
        """Of a claim in a file: exact, right in the limit, refuted or undecided; else None.

        That of the derivation, unless the verdict is against it.
        """
        if not isinstance(self.record, Theorem | ClaimedExpectation):
            return None
        found = next((f.data[JUDGED]["judgement"] for f in self.findings if JUDGED in f.data), "")
        loose = () if self.record.claim.limit else ("right in the limit",)  # made without a limit
        as_found = {
            Verdict.HOLDS: ("exact", "proved", "right in the limit"),
            Verdict.REFUTED: ("refuted", *loose),
            Verdict.UNDECIDED: ("undecided",),
        }
        return str(found) if found in as_found[self.verdict] else self.verdict.value

    @property
    def right_only_in_a_limit(self) -> bool:
        """Whether it is a claim made without a limit, and right to leading order in one."""
        made = isinstance(self.record, Theorem) and self.record.claim.limit is None
        return made and self.judgement == "right in the limit"

    @property
    def outcome(self) -> str:
        """The verdict in words; for a claim with what was found of it."""
        if self.right_only_in_a_limit:
            return "not exact, right in a limit"
        more = self.judgement not in (None, self.verdict.value)
        return f"{self.verdict.value} ({self.judgement})" if more else self.verdict.value

    @property
    def expected(self) -> str:
        """The verdict that the record says a trial ends with: that it holds, if it says nothing."""
        return self.record.claim.expected if isinstance(self.record, Theorem) else "holds"

    def sheet(self) -> Sheet:
        exposition = self.exposition
        return Sheet(
            f"{self.record.name} {self.outcome}: {self.record.title}",
            (("derived", exposition.formulas), ("where", exposition.where)),
            head=("witness", "verdict", "what it saw"),
            rows=tuple((f.witness, f.verdict.value, in_words(f.summary)) for f in self.findings),
        )

    def __repr__(self) -> str:
        return f"<{self.record.name}: {self.outcome}>"

    @property
    def begun(self) -> bool:
        """Whether any witness was called."""
        return any(not f.data.get("not called") for f in self.findings)

    @property
    def faults(self) -> list[str]:
        """Tracebacks of witnesses that failed by a fault of ours."""
        return [f.data["fault"] for f in self.findings if "fault" in f.data]


def put_on_trial(
    record: Statement, settings: Settings, tell: Callable[[Finding], None] | None = None
) -> Result:
    """Let every witness of the level testify about one statement.

    Ctrl-C ends the trial: what was seen so far stays, and the witness that was interrupted is
    undecided. ``tell`` is called with every finding as it is made.

    Examples
    --------
    >>> import theory
    >>> from verify.settings import Level, Settings
    >>> put_on_trial(theory.statement("corollary1"), Settings(Level.QUICK)).verdict.value
    'holds'
    """
    started = time.perf_counter()
    called = called_for(record, settings)
    findings, interrupted = findings_of(record, called, settings, tell)
    findings += [uncalled(witness) for witness in called[len(findings) :]]
    return Result(record, tuple(findings), time.perf_counter() - started, interrupted)


def findings_of(
    record: Statement,
    called: Sequence[Witness],
    settings: Settings,
    tell: Callable[[Finding], None] | None = None,
) -> tuple[list[Finding], bool]:
    """What witnesses find in turn; and whether Ctrl-C ended that: then the last were not called."""
    subject = subject_of(record)
    findings: list[Finding] = []
    with noticed() as interrupts:
        for done, witness in enumerate(called):
            settings.progress(f"{record.id}: {witness.name}", done, len(called))
            idle = idle_controls(record, findings) if witness.name == CONTROLS else ""
            if idle:
                findings.append(uncalled(witness, idle))
            else:
                findings.append(_testimony(witness, subject, settings, interrupts))
            if tell is not None:
                tell(findings[-1])
            if interrupts.seen or findings[-1].data.get("interrupted"):
                return findings, True
    return findings, False


def idle_controls(record: Statement, findings: Sequence[Finding]) -> str:
    """Why controls are not called; empty where an exact witness vouches, and none refutes.

    >>> import theory
    >>> idle_controls(theory.statement("theorem1"), [])
    'no exact witness vouches for the claim itself'
    """
    what = "what is derived" if record.provenance is Provenance.DERIVED else "the claim itself"
    if any(f.verdict is Verdict.REFUTED for f in findings):
        return f"{what} does not hold"
    vouched = any(f.verdict is Verdict.HOLDS for f in findings if f.witness in EXACT)
    return "" if vouched else f"no exact witness vouches for {what}"


def called_for(record: Statement, settings: Settings) -> list[Witness]:
    """The witnesses that testify about a statement at this level, in their order."""
    subject = subject_of(record)
    return [w for w in WITNESSES if w.level <= settings.level and w.applies(subject)]


def uncalled(witness: Witness, why: str = "interrupted") -> Finding:
    """The finding of a witness that did not get to testify."""
    return Finding(
        witness.name,
        Verdict.UNDECIDED,
        f"not called: {why}",
        examined=0,
        data={"not called": True},
    )


def _testimony(
    witness: Witness, subject: Any, settings: Settings, interrupts: Interrupts
) -> Finding:
    """What a witness says; an error after Ctrl-C is a library that was left half set up."""
    started = time.perf_counter()
    data: dict[str, Any]
    try:
        finding = witness.examine(subject, settings)
    except (Exception, KeyboardInterrupt) as error:
        if interrupts.seen or isinstance(error, KeyboardInterrupt):
            why, data = "interrupted from the keyboard", {"interrupted": True}
        else:
            why = f"a fault of this witness: {type(error).__name__}: {error}"
            data = {"fault": traceback.format_exc()}
        finding = Finding(witness.name, Verdict.UNDECIDED, why, examined=0, data=data)
    return replace(finding, seconds=time.perf_counter() - started)


def put_on_trial_apart(ids: list[str], settings: Settings, jobs: int) -> list[Result]:
    """The same for several statements, each in a process of its own, ``jobs`` at a time.

    Ctrl-C ends the trials that are running, as above; those that wait are not begun, and undecided.
    """
    context = multiprocessing.get_context("spawn")
    silenced = replace(settings, progress=silent)
    waiting, running, done = list(ids), dict[Future[Testimony], str](), dict[str, Result]()
    interrupted = False
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=ignore_interrupts) as pool:
        while running or (waiting and not interrupted):
            try:
                while waiting and len(running) < jobs and not interrupted:
                    id = waiting.pop(0)
                    with blocked():  # a worker is born deaf, until it can ignore what it hears
                        running[pool.submit(_put_on_trial_by_id, id, silenced)] = id
                    settings.progress(f"{id}: begun", len(done), len(ids))
                patience = 0.5 if interrupted else None
                for future in wait(running, patience, FIRST_COMPLETED).done:
                    id = running.pop(future)
                    done[id] = Result(statement(id), *future.result())
                if interrupted:  # a worker that was not listening yet hears it now
                    _interrupt_workers()
            except KeyboardInterrupt:
                interrupted = True
            except BrokenProcessPool:
                if not interrupted:
                    raise
                break
    return [done.get(id) or not_begun(statement(id), settings) for id in ids]


def _interrupt_workers() -> None:
    for worker in multiprocessing.active_children():
        if worker.pid is not None:
            interrupt(worker.pid)


def not_begun(record: Statement, settings: Settings) -> Result:
    """The result of a trial that an interrupt kept from beginning."""
    findings = tuple(map(uncalled, called_for(record, settings)))
    return Result(record, findings, 0.0, interrupted=True)


Testimony = tuple[tuple[Finding, ...], float, bool, Exposition | None]
"""A result without its record, which cannot be sent from one process to another."""


def _put_on_trial_by_id(id: str, settings: Settings) -> Testimony:
    record = statement(id)
    gc.freeze()  # what was loaded until here is no garbage
    result = not_begun(record, settings)
    signal.signal(signal.SIGINT, interrupt_once)
    try:
        result = put_on_trial(record, settings)
        if not result.interrupted:
            # what is derived on demand stays behind: it cannot be sent
            result = replace(result, derived=replace(record.derived, sections=()))
    except KeyboardInterrupt:
        result = replace(result, interrupted=True)
    finally:
        ignore_interrupts()
    return result.findings, result.seconds, result.interrupted, result.derived
