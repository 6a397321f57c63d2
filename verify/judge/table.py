"""What is claimed in a limit beside the exact value, at a few actual sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from theory.errors import TheoryError
from theory.limits.leading import Regime
from theory.scalars.symbols import d, n
from verify.judge.limits import GROWING, constants_of, growing, point, staying
from verify.judge.question import Question
from verify.judge.traces import in_limit

SIZES = (20, 200, 2000)
"""Sizes d along the limit, at the simplest constants for which there are prompts far out."""


def table(question: Question, regime: Regime) -> list[dict[str, Any]]:
    """Exact and claimed value and the relative error, at each of them; none without a formula.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.question import questions
    >>> file = shipped("li-2024/theorem2")
    >>> _, risk = questions(file, file.claims[0])
    >>> rows = table(risk, file.claims[0].limit)
    >>> [row["at"]["d"] for row in rows], abs(rows[-1]["error"]) < abs(rows[0]["error"])
    (['20', '200', '2000'], True)
    """
    try:
        return list(_rows(*in_limit(question, regime)))
    except (TheoryError, TypeError, ZeroDivisionError):
        return []


def _rows(question: Question, regime: Regime) -> Iterator[dict[str, Any]]:
    claimed, exact = question.claimed, question.exact
    design = question.design
    (far,) = growing(design, GROWING[-1:])
    constants = next((c for c in constants_of(regime) if point(design, regime, c, far)), None)
    if claimed is None or exact is None or constants is None:
        return
    for size in SIZES:
        still = {n: sympy.Integer(3), d: sympy.Integer(3)}
        here = {**still, **constants, regime.grows: sympy.Integer(size)}
        there = {s: value.xreplace(here) for s, value in regime.substitution}
        at = {regime.grows: here[regime.grows], **there}
        at |= {p.symbol: constants[p.symbol] for p in regime.fixed}
        held = {c: constants[c] for c in regime.constants}
        at = {**still, **{size: here[size] for size in staying(regime)}, **at}
        at[n] = sympy.Integer(round(at[n]))
        values = [float(e.xreplace({**at, **held})) for e in (exact, claimed)]
        yield {
            "quantity": question.key,
            "at": {str(s): f"{float(v):.4g}" for s, v in at.items()},
            "exact": values[0],
            "claimed": values[1],
            "error": (values[1] - values[0]) / values[0] if values[0] else None,
        }
