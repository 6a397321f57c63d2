"""Putting on trial what words of a command line name."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from verify.cli.listing import Named, named

if TYPE_CHECKING:
    from theory.designs.instance import Instance
    from theory.records.statement import Statement
    from verify.bounded_process import Ended
    from verify.settings import Settings
    from verify.trial import Result


def named_here(
    words: Sequence[str],
    json_path: str | None = None,
    of_papers: bool = False,
    derives: bool = False,
) -> list[Named]:
    """What these words name; a first word that names nothing may be a command, misspelt."""
    from theory.errors import UnknownName

    main = click.get_current_context().find_root().command
    assert isinstance(main, click.Group)
    try:
        return named(words, json_path, of_papers, derives)
    except UnknownName as error:
        misspelt = get_close_matches(words[0], main.commands)
        if misspelt and error.what == "statement" and error.name == words[0]:
            raise UnknownName("statement or command", words[0], main.commands) from None
        raise


def numbers_for(records: list[Statement], numbers: Sequence[str]) -> Instance | None:
    """The numbers of ``--set``, at which claims about one design show their error."""
    from theory.records.theorem import Theorem
    from verify.cli.instances import instance_of

    if not numbers:
        return None
    about = [r for r in records if isinstance(r, Theorem)]
    others = [r.name for r in records if r not in about]
    if others or len({r.design for r in about}) > 1:
        which = f"{', '.join(others)} has no use for numbers" if others else "these are several"
        raise click.UsageError(
            f"--set gives numbers to claims about one design: {which}. "
            "derive and claim take numbers; in Python theory.statement(...).evaluate(...) does."
        )
    return instance_of(about[0].design, numbers, ())


def run(
    records: list[Statement], settings: Settings, jobs: int, quiet: bool, seconds: float | None
) -> tuple[list[Result], Ended | None]:
    """Put records on trial; those of files in a process of their own, which has a time."""
    from theory.catalogue import ships
    from theory.records.derived import Derived
    from verify.timed import time_for, tried

    gc.freeze()  # what was loaded until here is no garbage
    files = [r for r in records if isinstance(r, Derived) and not ships(r)]
    if seconds is not None and not files:
        raise click.UsageError("--seconds is a limit for trials of files, and none is named.")
    results = _of_catalogue([r for r in records if ships(r)], settings, jobs, quiet)
    time = time_for(files, settings, seconds)
    outcomes = tried(files, settings, time, quiet) if files else ()
    results += [outcome.result for outcome in outcomes]
    table = {id(result.record): result for result in results}
    return [table[id(record)] for record in records], outcomes[-1].ended if outcomes else None


def _of_catalogue(
    records: list[Statement], settings: Settings, jobs: int, quiet: bool
) -> list[Result]:
    from dataclasses import replace

    from verify.beside import put_on_trial_beside
    from verify.progress import reporting
    from verify.trial import not_begun, put_on_trial, put_on_trial_apart

    results = []
    with reporting(quiet) as progress:
        if jobs > 1 and len(records) > 1:
            apart = replace(settings, progress=progress)
            return put_on_trial_apart([r.id for r in records], apart, jobs)
        # a process that has set up a GPU cannot be forked
        alone = jobs == 1 or settings.device != "cpu"
        for record in records:
            told = replace(settings, progress=progress)
            results.append((put_on_trial if alone else put_on_trial_beside)(record, told))
            if results[-1].interrupted:
                results += [not_begun(r, settings) for r in records[len(results) :]]
                break
    return results
