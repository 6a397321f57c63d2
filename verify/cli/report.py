"""The command that makes pages of a trial: ``python -m verify report``."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.cli import completion, options, trying
from verify.cli.command import Command
from verify.cli.exits import exit_of
from verify.cli.listing import papers_too
from verify.cli.streams import forget_interrupt, tell

if TYPE_CHECKING:
    from verify.bounded_process import Ended
    from verify.certificates.writing import Certified
    from verify.outcome.html.site import Page
    from verify.settings import Settings
    from verify.trial import Result

PROGRAM = ("python", "-m", "verify")


@click.command("report", cls=Command)
@click.argument("statements", nargs=-1, metavar="[WHAT...]", shell_complete=completion.what)
@options.out
@papers_too
@options.numbers
@options.level
@options.seed
@options.json_path
@options.device
@options.processes
@options.by_level
@click.option("--quiet", is_flag=True, help="Verdicts only, no progress.")
def report(
    statements: Sequence[str],
    out: str,
    of_papers: bool,
    numbers: tuple[str, ...],
    level: str,
    seed: int,
    json_path: str | None,
    device: str,
    jobs: int | None,
    seconds: float | None,
    quiet: bool,
) -> None:
    """Put WHAT on trial, and make pages of it that open without a network.

    \b
      python -m verify report theorem1 theorem2 --out report
      python -m verify report --out report                  all statements
      python -m verify report mine.toml --out report        its claims, or what is derived

    DIR/index.html is the overview. Each statement has a page: the claim, the derivation step by
    step, what each check saw, the wrong claims that were refuted, pictures of what was sampled and
    trained, its certificates, and the command that repeats it. DIR is a new folder, an empty one,
    or that of an earlier report. WHAT and exit codes are those of a trial; a file that claims
    nothing is derived.
    """
    named = trying.named_here(statements or ["all"], json_path, of_papers, derives=True)
    records = [record for record, _ in named]
    options.stand_somewhere(out, json_path)
    from verify.figures.headless import headless

    headless()
    from verify.outcome.html.folder import checked, write
    from verify.outcome.html.site import Page, site
    from verify.outcome.report import as_json

    at = trying.numbers_for(records, numbers)
    settings, into = options.settings(level, seed, device, json_path, at), checked(out)
    results, ended = trying.run(records, settings, jobs or os.cpu_count() or 1, quiet, seconds)
    chosen = ["--level", level, "--seed", str(seed), *_options(device, numbers, seconds)]
    certified, fault = _certified(results, settings, seconds)
    pages = [
        Page(result, shlex.join([*PROGRAM, *words, *chosen]), one, settings)
        for result, (_, words), one in zip(results, named, certified, strict=True)
    ]
    papers = ["--papers"] if of_papers else []
    whole = shlex.join([*PROGRAM, "report", *statements, "--out", out, *papers, *chosen])
    write(site(pages, whole, settings), into)
    tell(
        json_path,
        lambda: _print(pages, into, quiet),
        lambda: as_json(results, settings),
    )
    code = exit_of(results, fault or ended)
    forget_interrupt()
    sys.exit(code)


def _options(device: str, numbers: Sequence[str], seconds: float | None) -> list[str]:
    """Options that are named where they are not what they are otherwise."""
    chosen = ["--device", device] if device != "cpu" else []
    chosen += [] if seconds is None else ["--seconds", f"{seconds:g}"]
    return chosen + [word for number in numbers for word in ("--set", number)]


def _certified(
    results: Sequence[Result], settings: Settings, seconds: float | None
) -> tuple[list[Certified], Ended | None]:
    """The certificates of what was tried, each within the time of a trial; and a fault, if any."""
    import tempfile

    from verify.certificates.made import made
    from verify.certificates.subjects import Subject
    from verify.certificates.writing import Certified
    from verify.timed import SECONDS

    interrupted = any(result.interrupted for result in results)
    found: list[Certified] = []
    fault = None
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        for result in results:
            subject, *others = Subject.of_record(result.record)
            several = "it has one for each of its designs, which `certify` writes"
            why = "the trial was interrupted" if interrupted else several
            certified = Certified(None, None, (), (why,))
            if not interrupted and not others:
                each = SECONDS[settings.level] if seconds is None else seconds
                _, certified, ended = made(subject, each, settings, Path(folder))
                if ended is not None:
                    interrupted = ended.interrupted
                    fault = ended if ended.fault else fault
            found.append(certified)
    return found, fault


def _print(pages: Sequence[Page], into: Path, quiet: bool) -> None:
    from verify.outcome.text import output, show_briefly

    console = output()
    for page in pages:
        show_briefly(console, page.result)
    if not quiet:
        console.print(f"report: {into / 'index.html'}", highlight=False, soft_wrap=True)
