"""A certificate within a time, which the checker has seen."""

from __future__ import annotations

from pathlib import Path

from verify.bounded_process import Ended, within
from verify.certificates.subjects import Subject
from verify.certificates.writing import Certified, checked, put_in
from verify.judge.judge import Judgement
from verify.settings import Settings


def made(
    subject: Subject, seconds: float, settings: Settings, into: Path
) -> tuple[Judgement | None, Certified, Ended | None]:
    """What the judge says, what is certified, and why the work ended early, if it did.

    The work is done in a process of its own, for files are untrusted. The files go into a folder;
    what the checker does not accept is no certificate, and is taken away again.
    """
    *_, last = within(seconds, lambda send: send(subject.certified(settings)))
    if isinstance(last, Ended):
        return None, Certified(None, None, (), (last.why,)), last
    judgement, found = last
    rejected = put_in(into, subject.name, found) and checked(into, subject.name)
    if rejected:
        found = Certified(None, None, (), (f"the checker does not accept it: {rejected}",))
        put_in(into, subject.name, found)
    return judgement, found, None
