"""The command that puts a user's formula on trial: ``python -m verify claim``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from verify.cli import options
from verify.cli.command import Command
from verify.cli.exits import exit_of
from verify.cli.streams import forget_interrupt, reader_may_leave, tell

if TYPE_CHECKING:
    from theory.language.files.claims import Claimed
    from theory.language.files.reading import DesignFile
    from theory.records.theorem import Theorem
    from verify.settings import Settings
    from verify.trial import Result


@click.command("claim", cls=Command)
@options.design
@click.option("--risk", metavar="FORMULA", help="The claimed optimal risk.")
@click.option("--weight", metavar="FORMULA", help="The claimed optimal weight; w stands for w*I.")
@click.option("--excess", metavar="FORMULA", help="The risk less the noise of the query's label.")
@click.option("--wpgd-risk", metavar="FORMULA", help="The least risk with sample weights.")
@click.option("--att-risk", metavar="FORMULA", help="The least risk of linear attention.")
@click.option("--ssm-risk", metavar="FORMULA", help="The least risk of H3.")
@click.option("--test-risk", metavar="FORMULA", help="The risk at test of the optimal weight.")
@click.option(
    "--omega",
    multiple=True,
    metavar="FORMULA",
    help="The best sample weights in i, up to a factor; NAME=FORMULA for each group of examples.",
)
@click.option(
    "--coefficients",
    multiple=True,
    metavar="FORMULA",
    help="The best coefficients of several steps: once for each, in order.",
)
@click.option("--holds", metavar="COMPARISON", help='Such as "wpgd_risk < risk".')
@click.option("--unless", metavar="EQUATION", help='Where no order is claimed, as in "n = 1".')
@click.option("--at", metavar="FORMULA", help="A weight at which the risk is claimed; W for any.")
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
@options.level_from("quick")
@options.by_level
@options.seed
@options.json_path
@options.device
@click.option("--quiet", is_flag=True, help="The judgement only, no progress.")
@click.option("--latex", "only_latex", is_flag=True, help="Print LaTeX alone; no witnesses.")
@options.jobs
def claim(
    design: str,
    limit: str | None,
    where: tuple[str, ...],
    numbers: tuple[str, ...],
    matrices: tuple[str, ...],
    level: str,
    seconds: float | None,
    seed: int,
    json_path: str | None,
    device: str,
    quiet: bool,
    only_latex: bool,
    jobs: int | None,
    **formulas: Any,
) -> None:
    """Put formulas for quantities of your design on trial, or bounds of them.

    \b
      python -m verify gallery rag > rag.toml
      python -m verify claim rag.toml --risk "d + sigma^2 - n*d/(n + d + sigma^2)"
      python -m verify claim rag.toml --weight "1/(n + d + sigma^2)" --limit proportional
      python -m verify claim rag.toml --weight "1/(kappa*n + d + sigma^2)" \\
          --where "kappa = alpha^2*d + 1" --limit proportional
      python -m verify claim rag.toml --at "1/n" --risk "<= d + sigma^2 + d^2"
      python -m verify claim growing-noise.toml --holds "wpgd_risk <= risk"
      python -m verify claim growing-noise.toml --omega "1/(d + 1 + sigma^2*i^2)"
      python -m verify claim partly-retrieved.toml --omega "retrieved = 1/n" \\
          --omega "unrelated = 1/d"
      python -m verify claim ahn-2023.toml        the claims that the file itself makes
      python -m verify claim -                    a file from standard input

    \b
    Formulas: numbers, parameters, n, d, + - * / ^, sqrt(...), parentheses; covariances, I,
    tr(...) and ' for transposes; <= < >= > before a bound. The claim is judged
      exact                equal, as a rational or algebraic function            (exit code 0)
      proved               a bound or a comparison that holds throughout         (exit code 0)
      right in the limit   to leading order: with --limit                        (exit code 0)
                           without, in a limit that the file names               (exit code 5)
      refuted              with the simplest counterexample                      (exit code 1)
      undecided            with the reason                                       (exit code 4)

    Numbers do not restrict a claim: at those of --set and --matrix both values are shown.
    """
    from theory.records.theorem import Theorem
    from verify.cli.files import read
    from verify.cli.instances import instance_of

    file = read(design, matrices, json_path)
    claims = _claims(file, formulas, limit, where)
    records = [Theorem.of_claim(file, one) for one in claims]
    at = instance_of(file.design, numbers, matrices)
    if only_latex:
        _print_latex(records)
        return
    options.stand_somewhere(json_path)
    from verify.outcome.report import as_json
    from verify.timed import time_for, tried

    settings = options.settings(level, seed, device, json_path, at)
    outcomes = tried(records, settings, time_for(records, settings, seconds), quiet)
    results = [outcome.result for outcome in outcomes]
    tell(json_path, lambda: _print(results, settings, quiet), lambda: as_json(results, settings))
    forget_interrupt()
    sys.exit(exit_of(results, outcomes[-1].ended))


def _claims(
    file: DesignFile,
    formulas: dict[str, Any],
    limit: str | None,
    where: tuple[str, ...],
) -> list[Claimed]:
    """What is claimed: on the command line, else in the file."""
    from verify.judge.from_text import claim_of

    besides = ("at", "unless")
    if not any(one not in (None, ()) for key, one in formulas.items() if key not in besides):
        if formulas["at"] is not None:
            raise click.UsageError("--at needs --risk or --excess: it says at which weight.")
        if formulas["unless"] is not None:
            raise click.UsageError(
                "--unless needs a bound or --holds: it says where there is none."
            )
        if where:
            raise click.UsageError(
                "--where needs a formula, such as --risk or --weight: it names parts of it."
            )
        if not file.claims:
            raise click.UsageError(
                "nothing is claimed: give --risk, --weight or another quantity, or a file with a "
                "section [claims.NAME]."
            )
        if limit is None:
            return list(file.claims)
        return [claim.within(file.design, file.limits, file.limit(limit)) for claim in file.claims]
    return [claim_of(file, **formulas, limit=limit, where=where)]


def _print_latex(records: list[Theorem]) -> None:
    """What is claimed, with what its names stand for; nothing is tried."""
    from verify.outcome.document import document_of

    with reader_may_leave():
        for record in records:
            print(document_of(record, record.claimed))


def _print(results: list[Result], settings: Settings, quiet: bool) -> None:
    from verify.outcome.claim import show
    from verify.outcome.text import output, show_briefly

    console = output()
    for k, result in enumerate(results):
        if quiet:
            show_briefly(console, result)
            continue
        if k:
            console.rule()
        show(console, result, settings)
