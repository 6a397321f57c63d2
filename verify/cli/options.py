"""Options that several commands have."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from verify.cli import completion

if TYPE_CHECKING:
    from theory.designs.instance import Instance
    from verify.settings import Settings

seed = click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of all randomness.",
)
json_path = click.option(
    "--json",
    "json_path",
    metavar="PATH",
    help="Write a JSON report; - for standard output.",
    shell_complete=completion.file,
)
design = click.argument("design", metavar="DESIGN.toml", shell_complete=completion.file)
device = click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where models are trained; verdicts are float64 or exact in any case.",
)


def check_json(path: str | None) -> None:
    """Raise InputError now if the report could not be written there later."""
    if path is not None and path != "-":
        from verify.outcome.report import check_writable

        check_writable(path)


def level_from(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """How much a trial does, unless told otherwise."""
    return click.option(
        "--level",
        type=click.Choice(["quick", "standard", "full"]),
        default=default,
        show_default=True,
        help="quick: exact witnesses; standard: also sampling and training; full: larger sizes.",
    )


level = level_from("standard")
numbers = click.option(
    "--set",
    "numbers",
    multiple=True,
    metavar="NAME=NUMBER",
    help="A size or a parameter: n=40, alpha=2/5, sigma=0.5 (decimals are exact).",
)
matrices = click.option(
    "--matrix",
    "matrices",
    multiple=True,
    metavar="NAME=FILE|FAMILY",
    help="A covariance: a CSV or .npy file (- for standard input), nearest:FILE for the nearest "
    "covariance; eye, power:1, equicorrelated:0.3; or [2 1; 1 3]. Default: the identity.",
)
out = click.option(
    "--out",
    required=True,
    metavar="DIR",
    help="Where the files go.",
    shell_complete=completion.folder,
)
processes = click.option(
    "--jobs",
    type=click.IntRange(1),
    default=None,
    show_default="the cores here",
    help="Processes: for so many statements at a time, or for what is measured of a single one.",
)
jobs = click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Accepted; this command uses one."
)


def _is_number(
    _context: click.Context, option: click.Parameter, value: float | None
) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number of seconds.", param=option)
    return value


def seconds(
    default: float | None, shown: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """How long a command may take; ``shown`` says what no default means."""
    return click.option(
        "--seconds",
        type=click.FloatRange(0, min_open=True),
        callback=_is_number,
        default=default,
        show_default=shown or True,
        help="How long it may take; what is not done then is undecided.",
    )


by_level = seconds(None, "60 at level quick, 600 at standard, 3600 at full, for each file")


def stand_somewhere(*paths: str | None) -> None:
    """Where the working folder is gone, work at the root: torch and new processes need a folder.

    To be called once relative paths are read or refused, those given here among them: they began
    in what is gone. Raises :class:`~theory.errors.InputError`.
    """
    try:
        os.getcwd()
    except OSError:
        from theory.errors import InputError

        for path in paths:
            if path and path != "-" and not os.path.isabs(path):
                gone = "there is no working folder any more; expected a path from the root"
                raise InputError(f"{path}: {gone}") from None
        os.chdir(os.sep)


def leave_no_folder_behind() -> None:
    """Hypothesis keeps its files in the folder it is called from; ours is not a test suite."""
    from hypothesis.configuration import set_hypothesis_home_dir

    folder = tempfile.TemporaryDirectory(prefix="verify-")
    set_hypothesis_home_dir(click.get_current_context().with_resource(folder))


def settings(
    level: str, seed: int, device: str, json_path: str | None, at: Instance | None
) -> Settings:
    """What a trial is run with, once it is seen that its report can be written, on that device."""
    from verify.settings import Level, Settings

    check_json(json_path)
    check_device(device)
    leave_no_folder_behind()
    return Settings(Level[level.upper()], seed, device, at=at)


def check_device(name: str) -> None:
    """Raise InputError if this machine does not have it; loads torch only to look for a GPU."""
    if name != "cpu":
        from numerics import device as checked

        checked(name)
