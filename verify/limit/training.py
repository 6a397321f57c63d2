"""Witness: trained attention and H3 beside the exact optimum of the design."""

from __future__ import annotations

from verify.limit.subject import Subject
from verify.optimum import training
from verify.settings import Settings
from verify.verdict import Finding


def examine(subject: Subject, settings: Settings) -> Finding:
    """Train on the design that the claim is about; its variants are left to the other witnesses."""
    return training.examine(subject.about.optimum, settings)
