"""Check: the claim against what the engine derives, for all sizes at once."""

from __future__ import annotations

from random import Random
from typing import Any

from verify.checks.on_trial import OnTrial
from verify.counterexamples import Falsified
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings

NAME = "derivation"


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Compare normal forms; where they are not seen to be equal, look for a counterexample.

    Equal normal forms are equal at all sizes. A small exact place where derived and claimed values
    differ refutes the claim; without one, forms that are not seen to be equal decide nothing.
    """
    said: list[str] = []
    unproved: list[str] = []
    compared: dict[str, Any] = {}
    examined = tried = 0
    equalities = subject.equalities(settings)
    if isinstance(equalities, Finding):
        return equalities
    try:
        for equality in equalities:
            examined += equality.counts
            if equality.proved:
                compared[equality.what] = dict(equality.data)
                said += [equality.says] if equality.says else []
                continue
            unproved.append(equality.what)
            for node in equality.nodes(Random(settings.seed)):
                tried += 1
                node.judge()
    except Falsified as found:
        return found.finding(NAME, examined)
    if unproved:
        where = f", though {tried} small places show no difference" if tried else ""
        return Finding(
            NAME, Verdict.UNDECIDED, f"not seen to hold: {'; '.join(unproved)}{where}", examined
        )
    summary = f"proved for all sizes: {'; '.join(said)}"
    return Finding(NAME, Verdict.HOLDS, summary, examined, {"compared": compared})
