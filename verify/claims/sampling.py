"""Witness: Monte Carlo of the risk at the optimal weight, and of its slope there."""

from __future__ import annotations

from verify.claims.subject import Subject
from verify.derived import sampling
from verify.derived.subject import Subject as Derived
from verify.settings import Settings
from verify.verdict import Finding


def examine(subject: Subject, settings: Settings) -> Finding:
    """Measure an exact claim on sampled prompts; of a claim in a limit, the exact optimum."""
    if subject.record.claim.limit is None:
        return sampling.examine(subject, settings)
    return sampling.examine(Derived(subject.record), settings)
