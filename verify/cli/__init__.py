"""The command line: ``python -m verify``.

Only click is imported here; everything heavy waits inside the commands, so that ``--help`` is quick
and ``list`` and ``latex`` never load torch.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from verify.cli import beginning, completion, options, trying
from verify.cli.certify import certify
from verify.cli.claim import claim
from verify.cli.command import Command
from verify.cli.derive import derive
from verify.cli.exits import Exit, exit_of
from verify.cli.figure import figure
from verify.cli.listing import WHAT, gallery, list_statements, papers_too, print_latex, words
from verify.cli.moment import moment
from verify.cli.report import report
from verify.cli.streams import forget_impossible_sizes, forget_interrupt, lasting_streams, tell

if TYPE_CHECKING:
    from verify.settings import Settings
    from verify.trial import Result

__all__ = ["Exit", "main", "run"]

TRIAL = "trial"
SCRIPT, MODULE = "icl-verify", "python -m verify"


class _Verify(click.Group):
    """A group whose default command puts statements on trial."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(beginning.in_ten_lines(), err=True)
            sys.exit(Exit.USAGE)  # nothing was verified
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if args and args[0] not in own | set(self.commands):
            args = [TRIAL, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        begun = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            return begun
        return begun + completion.what(ctx, self.params[0], incomplete)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, f"{WHAT} [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="       ")


class _Trial(Command):
    """A command that names a word that is no statement before it finds fault with options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = list(takewhile(lambda arg: not arg.startswith("-"), args))
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            trying.named_here(words)
            raise


@click.group(
    cls=_Verify,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 holds, 1 refuted, 2 usage or input error, 3 internal error, 4 undecided, "
    "5 a claim made without a limit that is right only to leading order in one.",
)
@beginning.version
@beginning.cite
def main() -> None:
    """Put statements about in-context linear estimation on trial.

    \b
      python -m verify theorem1               derive it, prove it, attack it, train against it
      python -m verify all --level quick      every statement, exact witnesses only
      python -m verify FILE.toml              what a design file claims; FILE.toml:CLAIM one claim
      python -m verify list                   what there is
      python -m verify trial --help           options of a trial: --level --seed --json --device
                                              --jobs --seconds --quiet --explain
      python -m verify derive DESIGN.toml     the same for a design of your own
      python -m verify claim DESIGN.toml --risk "..."    is your formula right?
      python -m verify moment "X'*A*X" --let "X = gaussian(n, d, S)" --let "A = matrix(n, n)"
      python -m verify certify theorem1 --out DIR        a certificate that others can check
      python -m verify report all --out DIR   the trial as pages to read offline, print and send on
      python -m verify gallery                design files to start from
      python -m verify figure all --out DIR   the paper's figures, from trained models
    """


main.add_command(list_statements)
main.add_command(print_latex)
main.add_command(derive)
main.add_command(claim)
main.add_command(moment)
main.add_command(certify)
main.add_command(gallery)
main.add_command(figure)
main.add_command(report)


@main.command(TRIAL, cls=_Trial, hidden=True)
@words
@papers_too
@options.numbers
@options.level
@options.seed
@options.json_path
@options.device
@options.processes
@options.by_level
@click.option("--quiet", is_flag=True, help="Verdicts only, no progress.")
@click.option("--explain", is_flag=True, help="Show how the formulas come about, step by step.")
def trial(
    statements: Sequence[str],
    of_papers: bool,
    numbers: tuple[str, ...],
    level: str,
    seed: int,
    json_path: str | None,
    device: str,
    jobs: int | None,
    seconds: float | None,
    quiet: bool,
    explain: bool,
) -> None:
    """Put on trial WHAT: an id, all, a paper (li-2024), or FILE.toml for the claims of a file.

    FILE.toml:CLAIM is one claim of it.
    """
    records = [r for r, _ in trying.named_here(statements, json_path, of_papers)]
    options.stand_somewhere(json_path)
    from verify.outcome.report import as_json

    at = trying.numbers_for(records, numbers)
    settings = options.settings(level, seed, device, json_path, at)
    results, ended = trying.run(records, settings, jobs or os.cpu_count() or 1, quiet, seconds)
    tell(
        json_path,
        lambda: _print(results, settings, quiet, explain),
        lambda: as_json(results, settings),
    )
    code = exit_of(results, ended)
    forget_interrupt()
    sys.exit(code)


def _print(results: list[Result], settings: Settings, quiet: bool, explain: bool) -> None:
    from verify.outcome.claim import show as show_claim
    from verify.outcome.text import output, show, show_briefly, show_summary

    console = output()
    for k, result in enumerate(results):
        if quiet or not result.begun:
            show_briefly(console, result)
            continue
        if k:
            console.rule()
        (show if result.judgement is None else show_claim)(console, result, settings, explain)
    if len(results) > 1 and not quiet:
        show_summary(console, results)


def _of_others(error: click.ClickException) -> click.ClickException:
    """The error; where it is an option that other commands have, it names them."""
    if not isinstance(error, click.NoSuchOption):
        return error
    option = error.option_name
    owners = [
        name
        for name, command in main.commands.items()
        if any(option in parameter.opts for parameter in command.params)
    ]
    if not owners:
        return error
    here = f"No such option {option!r} here; it belongs to {', '.join(owners)}."
    return click.NoSuchOption(option, here, ctx=error.ctx)


def run(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; returns or exits with one of :class:`Exit`."""
    forget_impossible_sizes()
    if _called() == SCRIPT and completion.ASKED in os.environ:
        main.main(prog_name=SCRIPT)  # click writes bytes, and exits
    with lasting_streams():
        return _run_to_the_end(arguments)


def _called() -> str:
    """What help and errors call the program, and shells complete: a script has its own name."""
    name = os.path.basename(sys.argv[0]).partition(".")[0]
    return name if name == SCRIPT else MODULE


def _run_to_the_end(arguments: Sequence[str] | None) -> Any:
    try:
        try:
            return main.main(args=arguments, prog_name=_called(), standalone_mode=False)
        finally:  # what cannot be written is an error while errors are told
            if sys.stdout is not None:
                sys.stdout.flush()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        _of_others(error).show()
        sys.exit(Exit.USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        forget_interrupt()
        sys.exit(Exit.UNDECIDED)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            click.echo(f"Error: cannot write the results: {error.strerror}", err=True)
            sys.exit(Exit.USAGE)
        # where it is not loaded, perhaps as it cannot be, the error is none of these
        if errors := sys.modules.get("theory.errors"):
            if isinstance(error, errors.InputError):
                click.echo(f"Error: {error}", err=True)
                sys.exit(Exit.USAGE)
            if isinstance(error, errors.TheoryError):  # on purpose: its message says it all
                click.echo(f"Error: {error}", err=True)
                sys.exit(Exit.INTERNAL)
        traceback.print_exc()
        click.echo("Error: this is a fault in the verifier; please report it.", err=True)
        sys.exit(Exit.INTERNAL)
