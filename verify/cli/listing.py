"""Commands that show statements, or designs that ship, without trying them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from verify.cli import completion, options
from verify.cli.command import Command
from verify.cli.streams import reader_may_leave, tell

if TYPE_CHECKING:
    from theory.records.statement import Statement


Named: TypeAlias = "tuple[Statement, tuple[str, ...]]"
"""A statement, and the words that put it on trial."""
WHAT = "WHAT..."
"""A statement, a paper, or a file of claims, as a command line names it."""


def records(whats: Sequence[str], of_papers: bool = False) -> list[Statement]:
    """What words of a command line name, each statement once."""
    return [record for record, _ in named(whats, of_papers=of_papers)]


def named(
    whats: Sequence[str],
    json_path: str | None = None,
    of_papers: bool = False,
    derives: bool = False,
) -> list[Named]:
    """What words of a command line name, each statement once, and the words that try it alone.

    A word is an id, ``all``, a paper, or FILE.toml for what that file claims; FILE.toml:CLAIM is
    one claim of it. ``json_path`` is where a report goes, which may not be over a file; with
    ``of_papers``, ``all`` stands for every paper that ships. With ``derives``, a file that claims
    nothing stands for what is derived from its design. Raises :class:`~theory.errors.InputError`.
    """
    from theory.catalogue.headings import papers

    found = {}
    if of_papers and "all" in whats:
        whats = [*papers(), *whats]
    for what in dict.fromkeys(whats):
        for record, words in _of(what, json_path, derives):
            found[record.id, record.name] = record, words
    return list(found.values())


def _of(what: str, json_path: str | None, derives: bool) -> Sequence[Named]:
    import theory
    from theory.catalogue.headings import IDS, SEED, papers
    from theory.catalogue.papers import claims_of, theorems
    from theory.language import gallery
    from verify.cli.files import advised, read, to_a_file

    if what in ("all", SEED):
        return [(record, (record.id,)) for record in theory.statements()]
    if what in IDS:
        return [(theory.statement(what), (what,))]  # no file is read for it
    path, colon, claim = what.partition(f"{gallery.SUFFIX}:")
    if colon and not claim:
        raise click.UsageError(f"{what}: expected the name of a claim after the colon.")
    is_file = os.sep in what and os.path.exists(what)  # such as a pipe
    if what == "-" or what.endswith(gallery.SUFFIX) or colon or is_file:
        path = path + gallery.SUFFIX if colon else what
        file = read(path, (), json_path)
        if file.claims:
            alone = len(file.claims) > 1 and path.endswith(gallery.SUFFIX)
            return [
                (record, (f"{path}:{record.claim.name}" if alone else path,))
                for record in theorems(file, claim)
            ]
        if derives and not claim:
            return [(theory.Derived.of(file), ("derive", what))]
        raise click.UsageError(
            f"{path} claims nothing: give it a section [claims.NAME], or see what is derived\n"
            f"(for a paper: with --latex), or try a formula:\n{advised(path)}"
        )
    if what == "help":
        raise click.UsageError("help is no statement; python -m verify --help says what there is.")
    paper, _, claim = what.partition(":")
    if paper in papers():
        return [(record, (record.name,)) for record in claims_of(paper, claim)]
    if what in gallery.names() or os.path.exists(what + gallery.SUFFIX):
        raise click.UsageError(
            f"{what} is a design, which claims nothing. As a file it can be tried:\n"
            f"    {to_a_file(what)}\n{advised(what + gallery.SUFFIX)}"
            if what in gallery.names()
            else f"{what} is no statement; did you mean the file {what}{gallery.SUFFIX}?"
        )
    return [(theory.statement(what), (what,))]


words = click.argument(
    "statements",
    nargs=-1,
    required=True,
    metavar=WHAT,
    shell_complete=completion.what,
)
papers_too = click.option(
    "--papers",
    "of_papers",
    is_flag=True,
    help="Also what every paper that ships claims; where statements are named, beside all.",
)


@click.command("list", cls=Command)
@papers_too
@options.json_path
def list_statements(of_papers: bool, json_path: str | None) -> None:
    """Ids, titles and provenance marks of all statements."""
    options.check_json(json_path)
    tell(json_path, lambda: _print(of_papers), lambda: _as_json(of_papers))


def _print(of_papers: bool) -> None:
    from theory.catalogue.headings import headings

    every = list(headings(of_papers))
    width = max(len(one.name) for one in every)
    longest = max(len(one.title) for one in every)
    for one in every:
        print(f"{one.name:{width}}  {one.title:{longest}}  [{one.provenance}]")


def _as_json(of_papers: bool) -> dict[str, Any]:
    """What there is, in the words that a report has for it (docs/report)."""
    return {
        "schema": "verify-list/1",
        "statements": [
            {
                "statement": record.name,
                "title": record.title,
                "provenance": record.provenance.value,
                "says": record.says,
                "assumptions": list(record.assumptions),
            }
            for record in records(["all"], of_papers=of_papers)
        ],
    }


@click.command("latex", cls=Command)
@words
@papers_too
@click.option("--explain", is_flag=True, help="Also print the steps of the derivation.")
def print_latex(statements: Sequence[str], of_papers: bool, explain: bool) -> None:
    """LaTeX of the derived optimum and risk, with definitions (amsmath)."""
    from verify.outcome.document import document

    with reader_may_leave():
        for record in records(statements, of_papers=of_papers):
            print(document(record, explain))


@click.command("gallery", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=completion.design)
def gallery(names: tuple[str, ...]) -> None:
    """List the design files that ship with the verifier, or print the files called NAME.

    \b
      python -m verify gallery rag > rag.toml     a file to start from
    """
    from theory.language import gallery as shipped

    if sys.stdout is None:
        return  # closed by the caller
    texts = [shipped.text(name) for name in names]
    with reader_may_leave():
        if texts:
            sys.stdout.write("\n".join(texts))
            return
        width = max(map(len, shipped.names()))
        for name in shipped.names():
            print(f"{name:{width}}  {shipped.shipped(name).design.title}")
