"""Statements put on trial once, however many tests look at what came of it."""

from dataclasses import replace
from functools import cache

import theory
from verify.checks import controls
from verify.checks.check import EXACT_CHECKS
from verify.checks.derivation import examine as derivation
from verify.checks.interpolation import examine as interpolation
from verify.checks.on_trial import Property
from verify.checks.properties import search
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Level, Settings
from verify.witnesses import subject_of

__all__ = ["derivation", "interpolation"]

QUICK = Settings(Level.QUICK, shrink=False)


@cache
def on_trial(id: str):
    """A statement as the checks see it, with all that is derived of it."""
    return subject_of(theory.statement(id))


@cache
def mutants_of(id: str) -> dict[str, list[str]]:
    """The wrong claims that were put before the checks, and all of these that refuted them.

    With another seed than the documentation has, the checks hold on the truth.
    """
    subject = on_trial(id)
    assert verdicts(subject, replace(QUICK, seed=1)) == {Verdict.HOLDS}
    # above the quick level a mutant is not done with at its first refutation
    finding = controls.examine(subject, Settings(Level.STANDARD, seed=1))
    assert finding.verdict is Verdict.HOLDS, finding.summary
    return finding.data["mutants"]


def verdicts(subject, settings=QUICK) -> set[Verdict]:
    """What the exact checks say."""
    return {check.examine(subject, settings).verdict for check in EXACT_CHECKS}


def refuted_by_all(subject) -> bool:
    """Whether each exact check refutes it."""
    return verdicts(subject) == {Verdict.REFUTED}


def property_alone(subject, name: str) -> Finding:
    """One property without the others, by the beginning of its name."""
    found: dict[str, Property] = {
        key: one for key, one in subject.properties(QUICK).items() if key.startswith(name)
    }
    assert found, name
    return search(found, QUICK)
