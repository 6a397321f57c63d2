"""The command line: ``python -m verify``.

Only click is imported here; everything heavy waits inside the commands, so that ``--help`` is quick
and ``list`` and ``latex`` never load torch.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from theory.record import Statement
    from verify.settings import Settings
    from verify.trial import Result


class Exit(IntEnum):
    """Exit codes; outsiders rely on them."""

    HOLDS = 0
    REFUTED = 1
    USAGE = 2
    INTERNAL = 3
    UNDECIDED = 4


TRIAL = "trial"


class _Verify(click.Group):
    """A group whose default command puts statements on trial."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx), "--version"}:
            args = [TRIAL, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage("python -m verify", "STATEMENT... [OPTIONS]")
        formatter.write_usage("python -m verify", "COMMAND [ARGS]...", prefix="       ")


@click.group(
    cls=_Verify,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 holds, 1 refuted, 2 usage or input error, 3 internal error, 4 undecided.",
)
@click.version_option(package_name="icl-verify", prog_name="verify")
def main() -> None:
    """Put statements about in-context linear estimation on trial.

    \b
      python -m verify theorem1               derive it, prove it, attack it, train against it
      python -m verify all --level quick      every statement, exact witnesses only
      python -m verify list                   what there is
      python -m verify trial --help           options of a trial: --level --seed --json --device
                                              --jobs --quiet --explain
    """


@main.command(TRIAL, hidden=True)
@click.argument("statements", nargs=-1, required=True, metavar="STATEMENT...")
@click.option(
    "--level",
    type=click.Choice(["quick", "standard", "full"]),
    default="standard",
    show_default=True,
    help="quick: exact witnesses; standard: also sampling and training; full: larger sizes too.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of all randomness.",
)
@click.option(
    "--json", "json_path", metavar="PATH", help="Write a JSON report; - for standard output."
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where models are trained; verdicts are float64 or exact in any case.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=None,
    show_default="the cores here",
    help="Statements tried at the same time, each in a process of its own.",
)
@click.option("--quiet", is_flag=True, help="Verdicts only, no progress.")
@click.option("--explain", is_flag=True, help="Show how the formulas come about, step by step.")
def trial(
    statements: Sequence[str],
    level: str,
    seed: int,
    json_path: str | None,
    device: str,
    jobs: int | None,
    quiet: bool,
    explain: bool,
) -> None:
    """Put STATEMENT... (or all) on trial."""
    records = _records(statements)
    from verify.report import as_json, check_writable, write
    from verify.settings import Level, Settings

    if json_path is not None and json_path != "-":
        check_writable(json_path)
    if device != "cpu":
        from numerics import device as checked

        checked(device)
    _leave_no_folder_behind()
    settings = Settings(Level[level.upper()], seed, device)
    results = _run(records, settings, jobs or os.cpu_count() or 1, quiet)
    with _reader_may_leave():
        if json_path != "-":
            _print(results, settings, quiet, explain)
        if json_path is not None:
            write(as_json(results, settings), json_path)
    code = _exit_code(results)
    _forget_interrupt()
    sys.exit(code)


def _forget_interrupt() -> None:
    """Make sure that the process ends with our exit code after a KeyboardInterrupt.

    One that passed through code run from a string, as libraries do, leaves a mark in the
    interpreter that would end ``python -m`` by SIGINT instead; running anything clears it.
    """
    exec("")


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """A reader of our output that has left changes nothing about the verdict."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter flushes once more at exit: give it somewhere to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave_no_folder_behind() -> None:
    """Hypothesis keeps its files in the folder it is called from; ours is not a test suite."""
    from hypothesis.configuration import set_hypothesis_home_dir

    folder = tempfile.TemporaryDirectory(prefix="verify-")
    set_hypothesis_home_dir(click.get_current_context().with_resource(folder))


def _records(ids: Sequence[str]) -> list[Statement]:
    import theory

    named = [theory.statement(id) for id in dict.fromkeys(ids) if id != "all"]
    return list(theory.statements()) if "all" in ids else named


def _run(records: list[Statement], settings: Settings, jobs: int, quiet: bool) -> list[Result]:
    from dataclasses import replace

    from verify.progress import reporting
    from verify.trial import not_begun, put_on_trial, put_on_trial_apart

    results = []
    with reporting(quiet) as progress:
        if jobs > 1 and len(records) > 1:
            apart = replace(settings, progress=progress)
            return put_on_trial_apart([r.id for r in records], apart, jobs)
        for record in records:
            results.append(put_on_trial(record, replace(settings, progress=progress)))
            if results[-1].interrupted:
                results += [not_begun(r.id, settings) for r in records[len(results) :]]
                break
    return results


def _print(results: list[Result], settings: Settings, quiet: bool, explain: bool) -> None:
    from verify.text import Output, show, show_briefly

    if sys.stdout is None:
        return  # closed by the caller
    console = Output() if sys.stdout.isatty() else Output(width=100)
    for k, result in enumerate(results):
        if quiet or not result.begun:
            show_briefly(console, result)
            continue
        if k:
            console.rule()
        show(console, result, settings, explain)


def _exit_code(results: list[Result]) -> Exit:
    from verify.verdict import Verdict, join

    codes = {
        Verdict.HOLDS: Exit.HOLDS,
        Verdict.REFUTED: Exit.REFUTED,
        Verdict.UNDECIDED: Exit.UNDECIDED,
    }
    if any(result.faults for result in results):
        for fault in (f for result in results for f in result.faults):
            click.echo(fault, err=True)
        click.echo("Error: this is a fault in the verifier; please report it.", err=True)
        return Exit.INTERNAL
    return codes[join(result.verdict for result in results)]


@main.command("list")
def list_statements() -> None:
    """Ids, titles and provenance marks of all statements."""
    import theory

    records = list(theory.statements())
    width = max(len(r.id) for r in records)
    longest = max(len(r.title) for r in records)
    with _reader_may_leave():
        for record in records:
            print(f"{record.id:{width}}  {record.title:{longest}}  [{record.provenance.value}]")


@main.command("latex")
@click.argument("statements", nargs=-1, required=True, metavar="STATEMENT...")
@click.option("--explain", is_flag=True, help="Also print the steps of the derivation.")
def print_latex(statements: Sequence[str], explain: bool) -> None:
    """LaTeX of the derived optimum and risk, with definitions (amsmath)."""
    from verify.document import document

    with _reader_may_leave():
        for record in _records(statements):
            print(document(record, explain))


def run(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; returns or exits with one of :class:`Exit`."""
    try:
        return main.main(args=arguments, prog_name="python -m verify", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        _forget_interrupt()
        sys.exit(Exit.UNDECIDED)
    except Exception as error:
        from theory.errors import InputError

        if isinstance(error, InputError):
            click.echo(f"Error: {error}", err=True)
            sys.exit(Exit.USAGE)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            click.echo(f"Error: cannot write the results: {error.strerror}", err=True)
            sys.exit(Exit.USAGE)
        traceback.print_exc()
        click.echo("Error: this is a fault in the verifier; please report it.", err=True)
        sys.exit(Exit.INTERNAL)
