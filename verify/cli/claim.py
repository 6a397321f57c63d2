"""The command that puts a user's formula on trial: ``python -m verify claim``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from verify.cli import options
from verify.cli.exits import Exit
from verify.cli.streams import forget_interrupt, tell

if TYPE_CHECKING:
    from theory.language.files.claims import Claimed
    from theory.language.files.reading import DesignFile
    from verify.claims.trial import Outcome


@click.command("claim")
@click.argument("design", metavar="DESIGN.toml")
@click.option("--risk", metavar="FORMULA", help="The claimed optimal risk.")
@click.option("--weight", metavar="FORMULA", help="The claimed optimal weight; w stands for w*I.")
@click.option(
    "--limit",
    metavar="NAME",
    help="Claimed to leading order in this limit of the file, not exactly.",
)
@options.numbers
@options.matrices
@options.level
@options.seconds(60)
@options.seed
@options.json_path
@options.device
@click.option("--quiet", is_flag=True, help="The judgement only, no progress.")
@options.jobs
def claim(
    design: str,
    risk: str | None,
    weight: str | None,
    limit: str | None,
    numbers: tuple[str, ...],
    matrices: tuple[str, ...],
    level: str,
    seconds: float,
    seed: int,
    json_path: str | None,
    device: str,
    quiet: bool,
    jobs: int | None,
) -> None:
    """Put a formula for the optimal risk or weight of your design on trial.

    \b
      python -m verify claim rag.toml --risk "d + sigma^2 - n*d/(n + d + sigma^2)"
      python -m verify claim rag.toml --weight "1/(n + d + sigma^2)" --limit proportional
      python -m verify claim ahn-2023.toml        the claims that the file itself makes

    \b
    Formulas: numbers, parameters, n, d, + - * / ^, sqrt(...), parentheses; covariances, I
    and tr(...). The claim is judged
      exact                equal, as a rational or algebraic function            (exit code 0)
      right in the limit   to leading order: with --limit                        (exit code 0)
                           without, in a limit that the file names               (exit code 5)
      refuted              with the simplest counterexample                      (exit code 1)
      undecided            with the reason                                       (exit code 4)
    """
    from verify.claims.trial import judge_within
    from verify.cli.files import read
    from verify.given import instance_of
    from verify.report import check_writable, whole
    from verify.settings import Level, Settings

    file = read(design)
    claims = _claims(file, risk, weight, limit)
    at = instance_of(file.design, numbers, matrices)
    if json_path is not None and json_path != "-":
        check_writable(json_path)
    options.stand_somewhere()
    options.check_device(device)
    settings = Settings(Level[level.upper()], seed, device)
    outcome = judge_within(file, claims, at, settings, seconds, quiet)
    results = list(outcome.results)
    tell(json_path, lambda: _print(outcome, quiet), lambda: whole(results, settings))
    forget_interrupt()
    sys.exit(_code(outcome))


def _claims(
    file: DesignFile, risk: str | None, weight: str | None, limit: str | None
) -> list[Claimed]:
    """What is claimed: on the command line, else in the file."""
    from dataclasses import replace

    from verify.claims.judge import claim_of

    if risk is None and weight is None:
        if not file.claims:
            raise click.UsageError(
                "nothing is claimed: give --risk or --weight, or a file with a section "
                "[claims.NAME]."
            )
        if limit is None:
            return list(file.claims)
        return [replace(claim, limit=file.limit(limit)) for claim in file.claims]
    return [claim_of(file, risk, weight, limit)]


def _print(outcome: Outcome, quiet: bool) -> None:
    from verify.claims.output import show, show_briefly
    from verify.text import Output

    console = Output() if sys.stdout.isatty() else Output(width=100)
    for k, result in enumerate(outcome.results):
        if quiet:
            show_briefly(console, result)
            continue
        if k:
            console.rule()
        show(console, result)


def _code(outcome: Outcome) -> Exit:
    from verify.claims.judge import Judgement

    if outcome.ended is not None:
        if outcome.ended.fault:
            click.echo(outcome.ended.fault, err=True)
            click.echo("Error: this is a fault in the verifier; please report it.", err=True)
            return Exit.INTERNAL
        click.echo(f"undecided: {outcome.ended.why}", err=True)
    codes = []
    for result in outcome.results:
        judgement = Judgement(result["verdict"])
        if judgement is Judgement.LIMIT:
            codes.append(Exit.HOLDS if result["limit"] is not None else Exit.LIMIT)
        else:
            codes.append(
                {
                    Judgement.EXACT: Exit.HOLDS,
                    Judgement.REFUTED: Exit.REFUTED,
                    Judgement.UNDECIDED: Exit.UNDECIDED,
                }[judgement]
            )
    order = (Exit.REFUTED, Exit.UNDECIDED, Exit.LIMIT, Exit.HOLDS)
    return next(code for code in order if code in codes)
