"""Which statements and designs have a certificate, and what the checker says of it."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.markdown import code, escaped, sentence, table
from verify.certificates.subjects import Subject, shipped
from verify.certificates.writing import Certified, checked, put_in
from verify.settings import Settings


def tables() -> dict[str, str]:
    """The table of certificates of all that ships, by name."""
    return {
        "certificates": table(
            ("statement or design", "certified", "where these have an inverse", "kB", "checker"),
            map(_row, shipped()),
        )
    }


def _row(subject: Subject) -> tuple[str, ...]:
    name = (
        code(subject.name)
        if subject.claim or subject.file is None
        else f"design {code(subject.name)}"
    )
    _, found = subject.certified(Settings())
    if found.challenge is None or found.certificate is None:
        return name, "none", sentence(escaped("; ".join(found.missing))), "", ""
    where = json.loads(found.challenge)["where"]
    shown = ", ".join(map(_short, where)) or "no conditions"
    size = (len(found.challenge) + len(found.certificate)) / 1000
    missing = [f"no certificate: {one}" for one in found.missing]
    what = "; ".join([*_counted(found), *missing])
    return name, escaped(what), shown, f"{size:.1f}", _said(subject.name, found)


def _counted(found: Certified) -> list[str]:
    """Which quantities are exact, right in a limit or refuted."""
    found_in = {one.verdict: [] for one in found.assertions}
    for one in found.assertions:
        found_in[one.verdict].append(one.quantity)
    return [f"{verdict}: {', '.join(quantities)}" for verdict, quantities in found_in.items()]


def _short(formula: str) -> str:
    return code(formula if len(formula) <= 60 else formula[:57] + "...")


def _said(name: str, found: Certified) -> str:
    with TemporaryDirectory() as folder:
        put_in(Path(folder), name, found)
        rejected = checked(Path(folder), name)
    return rejected or "accepted"
