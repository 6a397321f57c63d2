"""Several findings about the designs of a limit statement, joined into one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verify.verdict import Finding, Verdict, join


def joined(witness: str, findings: Mapping[str, Finding], lead: str = "") -> Finding:
    """One finding; the summary gives each part by its name, a refutation alone.

    >>> parts = {k: Finding("w", Verdict.HOLDS, f"saw {k}", 1) for k in "ab"}
    >>> joined("w", parts).summary
    'a: saw a; b: saw b'
    """
    refuted = {k: f for k, f in findings.items() if f.verdict is Verdict.REFUTED}
    shown = refuted or findings
    parts = "; ".join(f"{name}: {f.summary}" for name, f in shown.items())
    data = {name: dict(f.data) for name, f in findings.items()}
    extra: dict[str, Any] = {}
    if refuted:
        places = [f.data["counterexample"] for f in refuted.values() if "counterexample" in f.data]
        extra = {"counterexample": places[0]} if places else {}
    elif any(f.data.get("interrupted") for f in findings.values()):
        extra = {"interrupted": True}
    return Finding(
        witness,
        join(f.verdict for f in findings.values()),
        lead + parts,
        examined=sum(f.examined for f in findings.values()),
        data={"designs": data, **extra},
    )
