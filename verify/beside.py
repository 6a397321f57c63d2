"""A trial in two processes: what is measured is measured beside the exact witnesses."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from theory.catalogue import statement
from theory.records.statement import Statement
from verify.bounded_process import BoundedProcess, Ended, Send
from verify.outcome.verdict import Finding
from verify.settings import Settings, silent
from verify.timed import with_late
from verify.trial import (
    Result,
    called_for,
    findings_of,
    idle_controls,
    put_on_trial,
    uncalled,
)
from verify.witnesses import CONTROLS, Witness


def put_on_trial_beside(record: Statement, settings: Settings) -> Result:
    """Put a statement of the catalogue on trial, sampling and training in a process of their own.

    The result is that of :func:`~verify.trial.put_on_trial`, sooner where there are two cores.

    Examples
    --------
    >>> import theory
    >>> from verify.settings import Level
    >>> put_on_trial_beside(theory.statement("corollary1"), Settings(Level.QUICK)).verdict.value
    'holds'
    """
    started = time.perf_counter()
    called = called_for(record, settings)
    measured = _measured(called)
    if not measured:
        return put_on_trial(record, settings)
    work = partial(_measure, record.id, replace(settings, progress=silent))
    with closing(BoundedProcess(math.inf, work)) as other:
        exact = [witness for witness in called if witness not in measured]
        found, interrupted = findings_of(record, exact, settings)
        if not interrupted:
            others, interrupted = _collected(other, measured, settings)
            found += others
    return Result(
        record, _joined(record, found, called), time.perf_counter() - started, interrupted
    )


def _measured(called: Sequence[Witness]) -> list[Witness]:
    return [witness for witness in called if witness.worth == "measured"]


def _measure(id: str, settings: Settings, send: Send) -> None:
    """The work of the other process, which sends findings, and before them its progress."""
    record = statement(id)
    told = replace(settings, progress=lambda *what: send(what))
    if findings_of(record, _measured(called_for(record, settings)), told, send)[1]:
        send(Ended("interrupted", interrupted=True))


def _collected(
    other: BoundedProcess, measured: Sequence[Witness], settings: Settings
) -> tuple[list[Finding], bool]:
    """What was measured, and whether Ctrl-C ended that."""
    found: list[Finding] = []
    for value in other:
        if isinstance(value, Finding):
            found.append(value)
        elif isinstance(value, Ended):
            return list(with_late(found, measured, value)), value.interrupted
        else:
            settings.progress(*value)
    return found, False


def _joined(
    record: Statement, found: Sequence[Finding], called: Sequence[Witness]
) -> tuple[Finding, ...]:
    """Findings in the order of those called; controls do not count where measuring refutes."""
    table = {finding.witness: finding for finding in found}
    of_claim = [finding for finding in found if finding.witness != CONTROLS]
    for controls in called:
        if controls.name == CONTROLS and CONTROLS in table:
            idle = idle_controls(record, of_claim)
            table[CONTROLS] = uncalled(controls, idle) if idle else table[CONTROLS]
    return tuple(table.get(witness.name) or uncalled(witness) for witness in called)
