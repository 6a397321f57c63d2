"""Witness: attention and H3, trained from random initialisation, judged by their exact risk."""

from __future__ import annotations

from verify.claims.subject import Subject
from verify.derived import training
from verify.derived.subject import Subject as Derived
from verify.settings import Settings
from verify.verdict import Finding


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train beside an exact claim; beside a claim in a limit, against the exact optimum."""
    if subject.record.claim.limit is None:
        return training.examine(subject, settings)
    return training.examine(Derived(subject.record), settings)
