"""The command that makes the paper's figures: ``python -m verify figure``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.cli import options
from verify.cli.command import Command
from verify.cli.exits import Exit
from verify.cli.streams import forget_interrupt, tell

if TYPE_CHECKING:
    from verify.figures.produce import Made


@click.command("figure", cls=Command)
@click.argument("panels", nargs=-1, required=True, metavar="PANEL...")
@options.out
@click.option(
    "--scale",
    type=click.Choice(["small", "paper"]),
    default="small",
    show_default=True,
    help="small: in a minute or two; paper: d = 20, prompts of up to 50 examples.",
)
@click.option(
    "--n",
    "examples",
    metavar="N,N,...",
    help="Prompt lengths at which models are trained, such as 10,20,40, in place of the scale's.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="Another size, grid or noise: d, n (of 3c and 3d), restarts, rank, sigma, gamma, alpha.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=None,
    show_default="the cores here",
    help="How many processes train at the same time.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Train on a dask cluster instead, such as tcp://127.0.0.1:8786.",
)
@options.device
@options.seed
@click.option(
    "--store",
    metavar="PATH",
    default=None,
    show_default="DIR/runs.sqlite",
    help="Where finished runs are kept, and found again.",
)
@options.json_path
@click.option("--quiet", is_flag=True, help="Verdicts only, no progress.")
def figure(
    panels: Sequence[str],
    out: str,
    scale: str,
    examples: str | None,
    settings: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    device: str,
    seed: int,
    store: str | None,
    json_path: str | None,
    quiet: bool,
) -> None:
    """Make PANEL... of the paper's figures: 1, 2a 2b 2c, 3a 3b 3c 3d, 4a 4b 4c 4d, or all.

    Models are trained from random initialisation and drawn over exact theory. Each panel becomes a
    PNG and a PDF, with its data as CSV and its configuration as JSON. Interrupted and started
    again, the command trains only what is missing.

    \b
      python -m verify figure 2b --out figs --n 10,20,40 --set d=10 --set sigma=0,1/2,1
      python -m verify figure 3a --out figs --set alpha=0,1/4,1/2
    """
    if jobs is not None and scheduler is not None:
        raise click.UsageError("--jobs and --scheduler exclude each other: give one of them.")
    options.stand_somewhere(out, store, json_path)
    from dataclasses import replace

    from verify.figures.headless import headless

    headless()
    from verify.figures.changes import changed
    from verify.figures.files import folder
    from verify.figures.produce import Workplace, produce
    from verify.figures.registry import pictures, runs_behind
    from verify.figures.scale import SCALES
    from verify.outcome.verdict import join

    size = changed(replace(SCALES[scale], seed=seed), examples, settings)
    chosen = pictures(panels, size)
    options.check_json(json_path)
    if scheduler is None:  # else it is the workers' matter
        options.check_device(device)
    into = folder(out)
    path = into / "runs.sqlite" if store is None else Path(store)
    place = Workplace(path, jobs or os.cpu_count() or 1, scheduler, device)
    try:
        made = produce(chosen, size, place, into, quiet)
    except KeyboardInterrupt:
        runs = runs_behind(chosen)
        kept = f"{place.kept(runs)} of {len(runs)} runs are in {path}"
        click.echo(f"interrupted: {kept}; the same command goes on from there", err=True)
        forget_interrupt()
        sys.exit(Exit.UNDECIDED)
    tell(
        json_path,
        lambda: _print(made, into, quiet),
        lambda: {"schema": "verify-figures/1", "panels": [one.record for one in made]},
    )
    sys.exit(Exit.of(join(one.agreement.verdict for one in made)))


def _print(made: Sequence[Made], into: Path, quiet: bool) -> None:
    from verify.figures.summary import show, show_briefly
    from verify.outcome.text import Output

    console = Output() if sys.stdout.isatty() else Output(width=110)
    if quiet:
        show_briefly(console, made)
    else:
        show(console, made, into)
