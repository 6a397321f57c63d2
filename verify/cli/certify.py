"""The command that writes certificates: ``python -m verify certify``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.cli import options
from verify.cli.command import Command
from verify.cli.exits import WORST, Exit
from verify.cli.listing import papers_too, records, words
from verify.cli.streams import forget_interrupt, reader_may_leave

if TYPE_CHECKING:
    from verify.certificates.subjects import Subject
    from verify.certificates.writing import Certified
    from verify.judge.judge import Judgement

GALLERY = "gallery"
"""What stands for all designs that ship."""


@click.command("certify", cls=Command)
@words
@options.out
@papers_too
@options.seconds(600.0)
@options.seed
@click.option(
    "--coq", is_flag=True, help="Also write identities between numbers as NAME.v, for Coq 8.16."
)
@click.option("--quiet", is_flag=True, help="Names and outcomes only.")
def certify(
    statements: Sequence[str],
    out: str,
    of_papers: bool,
    seconds: float,
    seed: int,
    coq: bool,
    quiet: bool,
) -> None:
    """Write a challenge and a certificate for WHAT: statements, papers, or FILE.toml.

    \b
      python -m verify certify theorem1 --out certificates
      python -m verify certify mine.toml --out certificates        its claims, or what is derived
      python -I verify/certificates/checker.py certificates/theorem1.challenge.json \\
          certificates/theorem1.certificate.json

    NAME.challenge.json says what is asserted of which design, and NAME.certificate.json why. The
    checker needs nothing of this program; docs/certificates.md says what both mean. Each is
    checked here once. With --coq what is an identity between numbers is written for Coq as well,
    and of all else it is said why not. The word gallery stands for all designs that ship. Exit
    codes as of claims; 4 also where something has no certificate.
    """
    options.stand_somewhere(out)
    from verify.certificates.coq import put_beside
    from verify.certificates.made import made
    from verify.figures.files import folder
    from verify.progress import reporting
    from verify.settings import Level, Settings

    chosen, into = _subjects(statements, of_papers), folder(out)
    settings, codes, shown = Settings(Level.QUICK, seed), [], list[str]()
    with reader_may_leave():
        for done, subject in enumerate(chosen):
            with reporting(quiet) as progress:
                progress(f"certifying {subject.name}", done, len(chosen))
                judgement, found, ended = made(subject, seconds, settings, into)
            if ended is not None and ended.fault:
                click.echo(ended.fault, err=True)
                sys.exit(Exit.INTERNAL)
            _show(subject, found, judgement, quiet)
            for missing in put_beside(into, subject.name, found) if coq else ():
                if not quiet:
                    print(f"  not for Coq: {missing}")
            codes.append(_code(subject, judgement, found))
            shown = [*shown, subject.name][:1] if found.certificate else shown
            if ended is not None and ended.interrupted:
                break
        for name in () if quiet else shown:
            which = "it again" if len(codes) == 1 else "one again, and each other likewise"
            print(f"to check {which}:\n    {_checked(into, name)}")
    forget_interrupt()
    sys.exit(next(code for code in WORST if code in codes))


def _subjects(whats: Sequence[str], of_papers: bool) -> list[Subject]:
    """What words of a command line name; here a design that claims nothing is one as well."""
    from theory.language import gallery
    from verify.certificates.subjects import Subject
    from verify.cli.files import read

    found = {}
    for what in dict.fromkeys(whats):
        claims = None
        if what == GALLERY:
            claims = [Subject.of_design(gallery.shipped(name)) for name in gallery.names()]
        elif what in gallery.names() and not gallery.shipped(what).claims:
            claims = [Subject.of_design(gallery.shipped(what))]
        elif what == "-" or what.endswith(gallery.SUFFIX):
            file = read(what, (), None)
            if not file.claims:
                claims = [Subject.of_design(file)]
        told = () if claims else records([what], of_papers=of_papers)
        for subject in claims or (one for record in told for one in Subject.of_record(record)):
            found[subject.name] = subject
    return list(found.values())


def _checked(into: Path, name: str) -> str:
    """The command that puts the checker over a certificate, from here."""
    from verify.certificates import checker

    path, here = Path(checker.__file__), Path.cwd()
    path = path.relative_to(here) if path.is_relative_to(here) else path
    both = (str(into / f"{name}.{kind}.json") for kind in ("challenge", "certificate"))
    return shlex.join(["python", "-I", str(path), *both])


def _show(subject: Subject, found: Certified, judgement: Judgement | None, quiet: bool) -> None:
    count = len(found.assertions)
    said = f", judged {judgement.value}" if judgement is not None else ""
    print(f"{subject.name}: {count} certified{said}" if count else f"{subject.name}: none{said}")
    if quiet:
        return
    for one in found.assertions:
        limit = ""
        if one.limit is not None:
            grows, put, _ = one.limit
            limit = f" as {', '.join([f'{grows} grows', *map(' = '.join, put.items())])}"
        at = "" if one.at is None else f" at {one.at}"
        said = "" if one.relation == "=" else f"{one.relation} "
        formula = one.formula if isinstance(one.formula, str) else ", ".join(one.formula)
        print(f"  the {one.quantity}{at} is {one.verdict}{limit}: {said}{formula}")
    for condition in found.where:
        print(f"  where {condition} has an inverse")
    for missing in found.missing:
        print(f"  no certificate: {missing}")


def _code(subject: Subject, judgement: Judgement | None, found: Certified) -> Exit:
    """As of claims; where something that is not refuted has no certificate, undecided."""
    name = "" if judgement is None else judgement.name
    if name == "REFUTED":
        return Exit.REFUTED
    if name == "UNDECIDED" or found.missing:
        return Exit.UNDECIDED
    alone = subject.claim is not None and subject.claim.limit is None
    return Exit.LIMIT if name == "LIMIT" and alone else Exit.HOLDS
