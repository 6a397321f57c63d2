"""Witness: Monte Carlo of the risk at the derived weights, and of its slope there."""

from __future__ import annotations

from verify.limit.joined import joined
from verify.limit.subject import Subject
from verify.optimum import sampling
from verify.settings import Settings
from verify.verdict import Finding

NAME = "sampling"


def examine(subject: Subject, settings: Settings) -> Finding:
    """The exact optimum of every design, measured on sampled prompts at several sizes."""
    return joined(NAME, {e.name: sampling.examine(e.optimum, settings) for e in subject.exact})
