"""Calling the command line in this process, on design files that ship and on others."""

import json
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib.resources import files
from io import StringIO

from theory.designs.predictors import pgd
from theory.language import gallery
from theory.optima.derivation import derive
from theory.records.theorem import Theorem
from theory.text.formulas import Exposition
from verify import cli
from verify.checks import derivation, interpolation
from verify.cli.exits import exit_of
from verify.judge.from_text import claim_of
from verify.outcome.report import entry
from verify.quantities.optimum.claimed import ClaimedOptimum
from verify.settings import Level, Settings
from verify.trial import Result
from verify.witnesses import WITNESSES, subject_of

UNTOLD = Exposition(())
"""In the place of what is derived of a design, which other tests look at."""


def call(*arguments):
    """Exit code, standard output and standard error of a command line."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            cli.run(arguments)
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


@cache
def shipped_file(name):
    """The path of a design file that ships; what is derived from it is known from now on."""
    derive(gallery.shipped(name).design, pgd)
    return str(files(gallery) / f"{name}{gallery.SUFFIX}")


def strict_json(text):
    """What a JSON text holds; names such as Infinity are no JSON."""

    def refuse(name):
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def claimed(path, *arguments):
    """Exit code and the results of a claim, as the report has them."""
    code, out, err = call("claim", path, *arguments, "--json", "-", "--quiet")
    assert out, err
    return code, strict_json(out)["results"]


def judged(name, quantity, formula, *arguments, near=False):
    """Exit code and result of one formula about a design that ships, as :func:`judged_in`."""
    return judged_in(gallery.shipped(name), {quantity: formula}, *arguments, near=near)


def judged_in(file, formulas, *arguments, near=False):
    """Exit code and result of formulas about a design, by quantity.

    By derivation and interpolation alone: what the whole trial of a claim does, others test. Right
    formulas near a wrong one, which take seconds to find, are looked for only where that is asked.
    """
    given = list(zip(arguments[::2], arguments[1::2], strict=True))
    assert {option for option, _ in given} <= {"--limit", "--where"}
    limit = dict(given).get("--limit")
    where = [value for option, value in given if option == "--where"]
    claim = claim_of(file, **formulas, limit=limit, where=where)
    record = Theorem.of_claim(file, claim)
    subject, settings = ClaimedOptimum(record), Settings(Level.QUICK, shrink=near)
    findings = tuple(one.examine(subject, settings) for one in (derivation, interpolation))
    result = Result(record, findings, 0.0, derived=UNTOLD)
    return exit_of([result]), entry(result)


def refused(*arguments):
    """What is said of a command line that is in error: a sentence, perhaps with commands below."""
    code, out, err = call(*arguments)
    assert (code, out) == (cli.Exit.USAGE, ""), (code, out, err)
    assert "Traceback" not in err and "report it" not in err
    usage, _, said = err.rstrip("\n").rpartition("Error: ")
    _, *below = said.splitlines()
    commands = [line for line in below if line.startswith("    python -m verify ")]
    assert said and "Error" not in usage and (not below or below[-1] in commands), err
    return said


def trial_of(file, limit=None, checks=4, only=None, where=(), **formulas):
    """Findings and entry of a claim about a file, by so many of the checks of the quick level."""
    record = Theorem.of_claim(file, claim_of(file, limit=limit, where=where, **formulas))
    subject, settings = subject_of(record), Settings(Level.QUICK)
    asked = [w for w in WITNESSES if w.level is Level.QUICK][:checks]
    asked = [w for w in asked if only in (None, w.name)]
    findings = tuple(w.examine(subject, settings) for w in asked)
    return findings, entry(Result(record, findings, 0.0, derived=UNTOLD))
