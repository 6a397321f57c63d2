"""The command that puts a user's formula on trial: ``python -m verify claim``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from verify.cli import options
from verify.cli.exits import Exit
from verify.cli.streams import forget_interrupt, reader_may_leave

if TYPE_CHECKING:
    from theory.language.files.claims import Claimed
    from theory.language.files.reading import DesignFile
    from verify.claims.trial import Outcome


@click.command("claim")
@click.argument("design", metavar="DESIGN.toml")
@click.option("--risk", metavar="FORMULA", help="The claimed optimal risk.")
@click.option("--weight", metavar="FORMULA", help="The claimed optimal weight; w stands for w*I.")
@click.option("--excess", metavar="FORMULA", help="The risk less the noise of the query's label.")
@click.option(
    "--limit",
    metavar="NAME",
    help="Claimed to leading order in this limit of the file, not exactly.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="NAME=FORMULA",
    help='A name for a part of the formulas, such as "kappa = alpha^2*d + 1".',
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
    excess: str | None,
    limit: str | None,
    where: tuple[str, ...],
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
    """Put a formula for the optimal risk, weight or excess of your design on trial.

    \b
      python -m verify claim rag.toml --risk "d + sigma^2 - n*d/(n + d + sigma^2)"
      python -m verify claim rag.toml --weight "1/(n + d + sigma^2)" --limit proportional
      python -m verify claim rag.toml --weight "1/(kappa*n + d + sigma^2)" \
          --where "kappa = alpha^2*d + 1" --limit proportional
      python -m verify claim ahn-2023.toml        the claims that the file itself makes

    \b
    Formulas: numbers, parameters, n, d, + - * / ^, sqrt(...), parentheses; covariances, I
    and tr(...). The claim is judged
      exact                equal, as a rational or algebraic function            (exit code 0)
      right in the limit   to leading order: with --limit                        (exit code 0)
                           without, in a limit that the file names               (exit code 5)
      refuted              with the simplest counterexample                      (exit code 1)
      undecided            with the reason                                       (exit code 4)

    Numbers do not restrict a claim: at those of --set and --matrix both values are shown.
    """
    from verify.claims.trial import judge_within
    from verify.cli.files import read
    from verify.given import instance_of
    from verify.report import check_writable, whole, write
    from verify.settings import Level, Settings

    file = read(design)
    claims = _claims(file, {"risk": risk, "weight": weight, "excess": excess}, limit, where)
    at = instance_of(file.design, numbers, matrices)
    if json_path is not None and json_path != "-":
        check_writable(json_path)
    options.check_device(device)
    settings = Settings(Level[level.upper()], seed, device)
    outcome = judge_within(file, claims, at, settings, seconds, quiet)
    with reader_may_leave():
        if json_path != "-":
            _print(outcome, quiet)
        if json_path is not None:
            write(whole(list(outcome.results), settings), json_path)
    forget_interrupt()
    sys.exit(_code(outcome))


def _claims(
    file: DesignFile,
    formulas: dict[str, str | None],
    limit: str | None,
    where: tuple[str, ...],
) -> list[Claimed]:
    """What is claimed: on the command line, else in the file."""
    from dataclasses import replace

    from verify.claims.judge import claim_of

    if not any(formula is not None for formula in formulas.values()):
        if where:
            raise click.UsageError(
                "--where needs --risk, --weight or --excess: it names parts of them."
            )
        if not file.claims:
            raise click.UsageError(
                "nothing is claimed: give --risk, --weight or --excess, or a file with a section "
                "[claims.NAME]."
            )
        if limit is None:
            return list(file.claims)
        return [replace(claim, limit=file.limit(limit)) for claim in file.claims]
    return [claim_of(file, **formulas, limit=limit, where=where)]


def _print(outcome: Outcome, quiet: bool) -> None:
    from verify.claims.output import show, show_briefly
    from verify.text import Output

    if sys.stdout is None:
        return  # closed by the caller
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
