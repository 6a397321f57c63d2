"""Witness: the claim against what the engine derives, for all sizes at once."""

from __future__ import annotations

from random import Random

from theory.algebra.spectral import NotSpectral
from theory.designs.instance import Instance
from verify.comparison import risk_form, weight_form
from verify.instances import small_instances
from verify.optimum.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare derived and claimed weight and risk as functions of the eigenvalues.

    Equal rational functions are equal for all sizes. Where they differ, or cannot be compared in
    this way, a small exact instance is sought on which derived and claimed values differ.
    """
    derived, claim = subject.derivation, subject.claim
    same = {}
    for what, form, ours, theirs in (
        ("weight", weight_form, derived.weight, claim.weight),
        ("risk", risk_form, derived.risk, claim.risk),
    ):
        try:
            same[what] = form(ours, derived.definitions).equals(form(theirs, claim.definitions))
        except NotSpectral:
            same[what] = False
    if all(same.values()):
        return Finding(
            NAME,
            Verdict.HOLDS,
            "weight and risk derived from the design equal the claim, for all sizes: "
            "proved, as rational functions",
            examined=2,
            data={"steps": len(derived.steps), "compared": sorted(same)},
        )
    tried = 0
    for at in small_instances(subject.design, subject.regular, Random(settings.seed)):
        tried += 1
        found = _difference(subject, at)
        if found is not None:
            return Finding(
                NAME,
                Verdict.REFUTED,
                f"derived and claimed {found['what']} differ at {at}",
                examined=tried,
                data={"counterexample": {"at": str(at), **found}},
            )
    return Finding(
        NAME,
        Verdict.UNDECIDED,
        f"not equal as formulas, yet equal at {tried} small instances",
        examined=tried,
    )


def _difference(subject: Subject, at: Instance) -> dict[str, str] | None:
    try:
        weight, risk = subject.derived_at(at)
    except ZeroDivisionError:
        return None
    for what, exact, claimed_at in (
        ("weight", weight, subject.claim.weight_at),
        ("risk", risk, subject.claim.risk_at),
    ):
        try:
            claimed = claimed_at(at)
        except ZeroDivisionError:
            return {"what": what, "exact": str(exact), "claimed": "undefined"}
        if claimed != exact:
            return {"what": what, "exact": str(exact), "claimed": str(claimed)}
    return None
