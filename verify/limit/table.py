"""The claimed risk beside the exact one at a few sizes, and at numbers that were asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from theory.designs.instance import Instance, instance
from theory.scalars.symbols import d
from verify.limit.subject import Subject

SIZES = (20, 200, 2000)
"""Sizes d along the regime, all of its constants being one."""


def table(subject: Subject, given: Instance | None) -> list[dict[str, Any]]:
    """Exact and claimed risk, and the relative error, at each of them.

    >>> import theory
    >>> rows = table(Subject.of(theory.statement("theorem2")), None)
    >>> [row["at"]["d"] for row in rows], abs(rows[-1]["error"]) < abs(rows[0]["error"])
    (['20', '200', '2000'], True)
    """
    return [_row(subject, at) for at in _places(subject, given)]


def _places(subject: Subject, given: Instance | None) -> Iterator[Instance]:
    if given is not None:
        yield given
    design, regime = subject.about.variant.design, subject.regime
    for size in SIZES:
        here = {d: sympy.Integer(size), **dict.fromkeys(regime.constants, sympy.Integer(1))}
        values = {s.name: float(value.xreplace(here)) for s, value in regime.substitution}
        count = round(values.pop("n"))
        yield instance(design, n=count, d=size, scalars=values)


def _row(subject: Subject, at: Instance) -> dict[str, Any]:
    seen = subject.about.optimum.expected(at)
    assert seen.exact is not None and seen.claimed is not None  # it claims a risk
    shown = {k: f"{float(v):.4g}" for k, v in at.scalars.items()}
    error = (seen.claimed - seen.exact) / seen.exact if seen.exact else None
    return {"at": shown, "exact": seen.exact, "claimed": seen.claimed, "error": error}
