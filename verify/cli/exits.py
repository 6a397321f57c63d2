"""Exit codes; outsiders rely on them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from verify.bounded_process import Ended
    from verify.outcome.verdict import Verdict
    from verify.trial import Result


class Exit(IntEnum):
    """What the process ends with."""

    HOLDS = 0
    REFUTED = 1
    USAGE = 2
    INTERNAL = 3
    UNDECIDED = 4
    LIMIT = 5

    @classmethod
    def of(cls, verdict: Verdict) -> Exit:
        """The code of a verdict.

        >>> from verify.outcome.verdict import Verdict
        >>> int(Exit.of(Verdict.UNDECIDED))
        4
        """
        return cls[verdict.name]


WORST = (Exit.REFUTED, Exit.UNDECIDED, Exit.LIMIT, Exit.HOLDS)


def exit_of(results: Sequence[Result], ended: Ended | None = None) -> Exit:
    """The worst code of several results; why the work ended early, and faults, are told.

    A fault of ours is the worst of all.
    """
    faults = [fault for result in results for fault in result.faults]
    faults += [ended.fault] if ended is not None and ended.fault else []
    if faults:
        for fault in dict.fromkeys(faults):
            click.echo(fault, err=True)
        click.echo("Error: this is a fault in the verifier; please report it.", err=True)
        return Exit.INTERNAL
    if ended is not None:
        click.echo(f"undecided: {ended.advice}", err=True)
    codes = [_of_result(result) for result in results]
    return next(code for code in WORST if code in codes)


def _of_result(result: Result) -> Exit:
    """That of its verdict, unless it is a claim made without a limit that is right in one."""
    return Exit.LIMIT if result.right_only_in_a_limit else Exit.of(result.verdict)
