"""The JSON report (``verify-report/1``)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from theory.errors import InputError
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.derived import Derived
from theory.records.pasted import leading, pasted
from theory.records.theorem import Theorem
from theory.text.formulas import Exposition, Formula, latex_line
from theory.text.latex import latex, prose
from verify.files import probe, put
from verify.outcome import strict_json
from verify.outcome.verdict import JUDGED, Finding
from verify.settings import Settings
from verify.trial import Result
from verify.versions import versions

SCHEMA = "verify-report/1"


def schema() -> dict[str, Any]:
    """The JSON Schema that every report satisfies.

    >>> schema()["title"]
    'verify-report/1'
    """
    text = files("verify.outcome").joinpath("report.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def as_json(results: Iterable[Result], settings: Settings) -> dict[str, Any]:
    """Results as plain data; exact numbers are strings such as ``"7/3"``."""
    return whole([entry(result) for result in results], settings)


def whole(results: list[dict[str, Any]], settings: Settings) -> dict[str, Any]:
    """A report of results that are plain data already."""
    return {
        "schema": SCHEMA,
        "results": results,
        "environment": _environment(settings),
        "seed": settings.seed,
        "level": settings.level.title,
    }


def entry(result: Result) -> dict[str, Any]:
    """One entry of ``results``."""
    record = result.record
    return {
        **(_of_claim(result) if result.judgement is not None else {}),
        "statement": record.id,
        "title": record.title,
        "provenance": record.provenance.value,
        "says": record.says,
        "assumptions": list(record.assumptions),
        "conditions": list(map(prose, result.exposition.conditions)),
        "verdict": result.verdict.value,
        "grammar": pasted(record, result.exposition),
        "grammar_in_limits": leading(record) if isinstance(record, Derived) else {},
        "latex": {
            **formulas_of(result.exposition),
            "limit": _limit(result),
            "claimed": _formulas((*record.claimed.formulas, *record.claimed.where)),
        },
        "seconds": result.seconds,
        "witnesses": testimony(result.findings),
    }


def _of_claim(result: Result) -> dict[str, Any]:
    """What the judge of a claim found out, besides what there is of every statement."""
    assert isinstance(result.record, Theorem | ClaimedExpectation)
    claim, claimed = result.record.claim, result.record.claimed
    found = next((f.data[JUDGED] for f in result.findings if JUDGED in f.data), None)
    if found is None:
        why = next((f.summary for f in result.findings), "no witness testified")
        found = {
            "why": {"claim": why},
            **dict.fromkeys(("difference", "rate", "counterexample")),
            **{"nearby": [], "errors": [], "parts": {}},
        }
    return {
        "name": claim.name,
        "source": claim.source or None,
        "expected": result.expected,
        "claim": latex_line((*claimed.formulas, *claimed.where)),
        "limit": None if claim.limit is None else claim.limit.name,
        **found,
        "judgement": result.judgement,
    }


def formulas_of(exposition: Exposition) -> dict[str, Any]:
    """What was derived, in LaTeX."""
    return {
        "weight": _printed(exposition.of(OPTIMAL_WEIGHT)),
        "risk": _printed(exposition.of(OPTIMAL_RISK)),
        "limit": derived_limit(exposition),
        "formulas": _formulas(exposition.formulas),
        "definitions": {latex(f.left): latex(f.value) for f in exposition.where},
    }


def testimony(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What each witness saw."""
    return [
        {
            "name": f.witness,
            "verdict": f.verdict.value,
            "summary": f.summary,
            "seconds": f.seconds,
            "data": {k: v for k, v in f.data.items() if k != JUDGED} | {"examined": f.examined},
        }
        for f in findings
    ]


def _formulas(formulas: Iterable[Formula]) -> list[str]:
    return [formula.latex for formula in formulas]


def _printed(formula: Formula | None) -> str | None:
    """What a quantity comes to, with the definitions beside it."""
    return None if formula is None else latex(formula.right)


def _limit(result: Result) -> str | None:
    """The leading term of the risk: derived for a user's own design, else as it is claimed."""
    if isinstance(result.record, Derived):
        return derived_limit(result.exposition)
    return None if result.record.limit is None else latex(result.record.limit)


def derived_limit(exposition: Exposition) -> str | None:
    """The derived leading term of the risk, in the first limit that was taken."""
    return _printed(exposition.of(OPTIMAL_RISK, r"\sim"))


def _environment(settings: Settings) -> dict[str, Any]:
    torch = sys.modules.get("torch")
    return {
        "versions": versions("sympy", "python-flint", "numpy", "torch", "hypothesis"),
        "device": settings.device,
        "threads": torch.get_num_threads() if torch else os.cpu_count(),
    }


def check_writable(path: str) -> None:
    """Raise :class:`~theory.errors.InputError` now if a report could not be written there later."""
    if not path:
        raise InputError("--json: expected a path, or - for standard output; got nothing")
    try:
        target = _target(path)
        if target.is_dir():
            raise InputError(f"--json {path}: expected a file, this is a directory")
        if target.exists():
            if not os.access(target, os.W_OK):
                raise InputError(f"--json {path}: this file cannot be written")
            if not target.is_file():
                return  # a device or a pipe: written to, never replaced
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise InputError(
                f"--json {path}: cannot write in {target.parent}; expected a writable path"
            )
        probe(target.parent)
        if not target.exists():
            target.touch()
            target.unlink()
    except OSError as error:
        raise InputError(f"--json {path}: {error.strerror}") from error


def write(report: dict[str, Any], path: str) -> None:
    """Write a report to a file in one step, or to standard output for ``-``.

    What is not a regular file (a device, a pipe) is written to as it is; a link is followed.
    """
    text = strict_json.text(report)
    if path == "-":
        if sys.stdout is not None:  # not closed by the caller
            plain = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
            if plain.replace("-", "") != "utf8":  # escaped, whatever the stream can encode
                text = strict_json.text(report, ascii_only=True)
            sys.stdout.write(text)
            sys.stdout.flush()
        return
    try:
        target = _target(path)
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        put(target, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise InputError(f"--json {path}: {error.strerror}") from error


def _target(path: str) -> Path:
    """Where links lead to; an open pipe has no other name than the link to it."""
    given = Path(path)
    return given if given.exists() and not given.is_file() else given.resolve()
