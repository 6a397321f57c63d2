"""The command that takes a moment of Gaussian matrices: ``python -m verify moment``."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from verify.cli import options
from verify.cli.command import Command
from verify.cli.exits import exit_of
from verify.cli.streams import forget_interrupt, tell

if TYPE_CHECKING:
    from theory.records.expectation import Expectation
    from verify.settings import Settings
    from verify.trial import Result


@click.command("moment", cls=Command)
@click.argument("expression", metavar="EXPRESSION")
@click.option(
    "--let",
    "lets",
    multiple=True,
    metavar="NAME=KIND(...)",
    help='What a name stands for, such as "X = gaussian(n, d, S)" or "A = matrix(n, n)".',
)
@click.option("--claim", metavar="FORMULA", help="A formula for the expectation, to be judged.")
@options.numbers
@click.option(
    "--matrix",
    "matrices",
    multiple=True,
    metavar="NAME=FILE|FAMILY",
    help="A fixed matrix: a CSV or .npy file (- for standard input), or eye, power:1, "
    "equicorrelated:0.3. Default of a covariance: the identity.",
)
@options.level_from("quick")
@options.seed
@options.json_path
@click.option("--latex", "only_latex", is_flag=True, help="Print LaTeX alone; no witnesses.")
@click.option("--out", metavar="DIR", help="Also make pages of the trial, as report does.")
@click.option("--quiet", is_flag=True, help="The verdict only, no progress.")
@options.jobs
def moment(
    expression: str,
    lets: tuple[str, ...],
    claim: str | None,
    numbers: tuple[str, ...],
    matrices: tuple[str, ...],
    level: str,
    seed: int,
    json_path: str | None,
    only_latex: bool,
    out: str | None,
    quiet: bool,
    jobs: int | None,
) -> None:
    """The expectation of a product of Gaussian and fixed matrices, for all sizes.

    \b
      python -m verify moment "X'*A*X" --let "X = gaussian(n, d, S)" --let "A = matrix(n, n)"
      python -m verify moment "tr((X'*X)^2)" --let "X = gaussian(n, d)" --set n=5 --set d=3
      python -m verify moment "x'*A*x" --let "x = gaussian(d, 1, S, m)" \\
          --let "A = matrix(d, d)" --claim "tr(A*S) + m'*A*m"

    \b
    What a name may stand for:
      gaussian(n, d)             n x d, independent standard normal entries
      gaussian(n, d, S, M, R)    E (X - M)_ia (X - M)_jb = R_ij S_ab: rows of covariance S; the
                                 mean M is a matrix, or the vector of every row; I and 0 are none
      gaussian(d, 1, S, m)       a column of mean m and covariance S, which is d x d
      matrix(n, d), vector(d), symmetric(d), covariance(d), ones(d), scalar()

    \b
    Formulas: names, sizes, numbers, + - * / ^, ' for transposes, tr(...), I, parentheses, and
    ^-1 of fixed matrices. A claim is judged
      exact        equal, as polynomials in words and traces      (exit code 0)
      refuted      with a counterexample                          (exit code 1)
      undecided    with the reason                                (exit code 4)
    """
    record = _record(expression, lets, claim)
    from verify.cli.files import check_read_once, files_of
    from verify.cli.instances import point_given
    from verify.outcome.moment import report
    from verify.settings import Level, Settings

    check_read_once(files_of(matrices))
    at = point_given(record, numbers, matrices)
    options.check_json(json_path)
    if out is not None:
        from verify.outcome.html.folder import checked

        checked(out)
    if only_latex and json_path is None and out is None:
        tell(None, lambda: _print_latex(record), dict)
        return
    from verify.progress import reporting
    from verify.trial import put_on_trial

    options.leave_no_folder_behind()
    with reporting(quiet) as progress:
        settings = Settings(Level[level.upper()], seed, progress=progress)
        result = put_on_trial(record, settings)
    if out is not None:
        words = [w for let in lets for w in ("--let", let)] + (["--claim", claim] if claim else [])
        words += [w for one in numbers for w in ("--set", one)]
        words += [w for one in matrices for w in ("--matrix", one)]
        chosen = ["--level", level, "--seed", str(seed), "--out", out]
        _write(record, result, ["moment", expression, *words, *chosen], settings)

    def show() -> None:
        from verify.outcome.moment import show as whole
        from verify.outcome.text import output, show_briefly

        if only_latex:
            _print_latex(record)
        elif quiet:
            show_briefly(output(), result)
        else:
            whole(output(), result, at, settings)

    tell(json_path, show, lambda: report(result, at, settings))
    forget_interrupt()
    sys.exit(exit_of([result]))


def _write(record: Expectation, result: Result, words: list[str], settings: Settings) -> None:
    """Pages of the trial, into the last of the words that repeat it."""
    from theory.records.claimed_expectation import ClaimedExpectation
    from verify.certificates.moments import certified_moments
    from verify.certificates.writing import Certified
    from verify.figures.headless import headless
    from verify.outcome.html.folder import checked, write
    from verify.outcome.html.site import Page, site

    headless()
    repeats = shlex.join(["python", "-m", "verify", *words])
    found = Certified(None, None, (), ("nothing is claimed",))
    if isinstance(record, ClaimedExpectation):
        found = certified_moments([record])
    write(site([Page(result, repeats, found, settings)], repeats, settings), checked(words[-1]))


def _record(expression: str, lets: tuple[str, ...], claim: str | None) -> Expectation:
    from theory.errors import InputError
    from theory.language.formulas.places import Place, shown
    from theory.language.moments.letters import Let
    from theory.records.moment_of_text import expectation_of

    found = []
    for text in lets:
        name, equals, kind = text.partition("=")
        if not equals or not name.strip():
            raise InputError(f"--let {shown(text)}: expected NAME = KIND(...)")
        start = len(name) + 1 + len(kind) - len(kind.lstrip())
        found.append(Let(name.strip(), kind.strip(), Place("--let").after(start)))
    places = {"expression": Place("EXPRESSION"), "claim": Place("--claim")}
    return expectation_of(expression, found, claim, places)


def _print_latex(record: Expectation) -> None:
    from verify.outcome.document import document

    print(document(record))
