"""The command that derives a user's own design: ``python -m verify derive``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from verify.cli import options
from verify.cli.command import Command
from verify.cli.exits import Exit, exit_of
from verify.cli.streams import forget_interrupt, tell

if TYPE_CHECKING:
    from verify.settings import Settings
    from verify.timed import Timed


@click.command("derive", cls=Command)
@options.design
@options.numbers
@options.matrices
@options.level
@options.seconds(600)
@options.seed
@options.json_path
@options.device
@click.option("--latex", "only_latex", is_flag=True, help="Print LaTeX alone; no witnesses.")
@click.option("--explain", is_flag=True, help="Show how the formulas come about, step by step.")
@click.option("--quiet", is_flag=True, help="The verdict only, no progress.")
@options.jobs
def derive(
    design: str,
    numbers: tuple[str, ...],
    matrices: tuple[str, ...],
    level: str,
    seconds: float,
    seed: int,
    json_path: str | None,
    device: str,
    only_latex: bool,
    explain: bool,
    quiet: bool,
    jobs: int | None,
) -> None:
    """Derive the optimal weights and risks for your own design, and put them on trial.

    \b
      python -m verify gallery rag > rag.toml
      python -m verify derive rag.toml
      python -m verify gallery rag | python -m verify derive -
      python -m verify derive rag.toml --set n=40 --set d=20 --set alpha=2/5 --set sigma=0
      python -m verify derive rag-general.toml --set n=9 --set d=3 --set alpha=0.4 --set sigma=1 \\
          --matrix Sigma_x=power:1 --matrix Sigma_beta=FILE.csv

    The file (- for standard input) says how a prompt is drawn. What is derived: the optimal risks
    of PGD, WPGD, attention and H3, whether Assumptions 1 and 2 hold, and the limits that the file
    names.
    """
    from theory.records.derived import Derived
    from verify.cli.files import read
    from verify.cli.instances import instance_of

    file = read(design, matrices, json_path)
    at = instance_of(file.design, numbers, matrices)
    options.stand_somewhere(json_path)
    from verify.outcome.derivation import report
    from verify.settings import Level, Settings
    from verify.timed import tried

    options.check_json(json_path)
    options.leave_no_folder_behind()
    settings = Settings(Level[level.upper()], seed, device, at=at)
    (outcome,) = tried([Derived.of(file)], settings, seconds, quiet, trial=not only_latex)
    tell(
        json_path,
        lambda: _print(outcome, settings, quiet, explain, only_latex),
        lambda: report(outcome, settings),
    )
    forget_interrupt()
    sys.exit(_code(outcome, only_latex))


def _print(
    outcome: Timed, settings: Settings, quiet: bool, explain: bool, only_latex: bool
) -> None:
    from verify.outcome.derivation import show
    from verify.outcome.document import document_of
    from verify.outcome.text import output, show_briefly

    if only_latex:
        if outcome.result.exposition.formulas:
            print(document_of(outcome.result.record, outcome.result.exposition, explain))
        return
    console = output()
    if quiet:
        show_briefly(console, outcome.result)
    else:
        show(console, outcome, settings, explain)


def _code(outcome: Timed, only_latex: bool) -> Exit:
    if only_latex and outcome.ended is None:
        return Exit.HOLDS
    found = exit_of([outcome.result], outcome.ended)
    return found if outcome.ended is None or found is Exit.INTERNAL else Exit.UNDECIDED
