"""Slips in a claimed least risk of a rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy
from sympy import Trace

from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.scalars.symbols import n

sigma, M, M_old, w, b = sympy.symbols("sigma M M_old w b")

Change = Callable[[EigenvalueClaim], EigenvalueClaim]


def slips(claim: EigenvalueClaim, updates: bool) -> Iterator[tuple[str, EigenvalueClaim]]:
    """Those in any claim, and those in one about updates or about weights."""
    for name, change in (CHANGES | (UPDATE if updates else START_AT_ZERO)).items():
        yield name, change(claim)


def _terms(claim: EigenvalueClaim, table: Mapping[Any, Any]) -> EigenvalueClaim:
    """A replacement in everything that depends on the eigenvalues."""
    return replace(
        claim,
        inside=claim.inside.xreplace(table),
        outside=claim.outside.xreplace(table),
        abbreviations=tuple((k, v.xreplace(table)) for k, v in claim.abbreviations),
    )


def _definitions(claim: EigenvalueClaim, table: Mapping[Any, Any]) -> EigenvalueClaim:
    changed = tuple((k, v.xreplace(table)) for k, v in claim.definitions)
    return replace(claim, definitions=changed)


def _abbreviation(name: sympy.Symbol, table: Mapping[Any, Any]) -> Change:
    def change(claim: EigenvalueClaim) -> EigenvalueClaim:
        changed = tuple((k, v.xreplace(table) if k == name else v) for k, v in claim.abbreviations)
        return replace(claim, abbreviations=changed)

    return change


def _no_trace(claim: EigenvalueClaim) -> EigenvalueClaim:
    traces = {t for _, v in claim.definitions for t in v.atoms(Trace)}
    return _definitions(claim, {t: sympy.Integer(0) for t in traces})


def _square_to_first_power(claim: EigenvalueClaim) -> EigenvalueClaim:
    eigenvalue = claim.eigenvalues[0][0]
    return replace(claim, inside=claim.inside.xreplace({eigenvalue**2: eigenvalue}))


def _times(factor: Any) -> Change:
    return lambda c: replace(c, inside=c.inside * factor, outside=c.outside * factor)


def _outside(table: Callable[[EigenvalueClaim], Mapping[Any, Any]]) -> Change:
    return lambda claim: replace(claim, outside=claim.outside.xreplace(table(claim)))


CHANGES: dict[str, Change] = {
    "n + 1 -> n": lambda c: _terms(c, {n + 1: n}),
    "n + 1 -> n + 2": lambda c: _terms(c, {n + 1: n + 2}),
    "sigma^2 -> sigma": lambda c: _definitions(c, {sigma**2: sigma}),
    "M without the noise": lambda c: _definitions(c, {sigma**2: sympy.Integer(0)}),
    "M without the trace": _no_trace,
    "the eigenvalue's square -> the eigenvalue": _square_to_first_power,
    "n dropped": _times(1 / n),
    "n -> 2n in front": _times(sympy.Integer(2)),
    "a sign": _times(sympy.Integer(-1)),
    "r -> r + 1": lambda c: replace(c, count=c.count + 1),
    "r -> r - 1": lambda c: replace(c, count=c.count - 1),
    "the smallest eigenvalues": lambda c: replace(c, indices=Indices.SMALLEST),
}

START_AT_ZERO: dict[str, Change] = {
    "the other eigenvalues too": lambda c: replace(c, outside=c.inside),
    "M dropped from the denominator": lambda c: _terms(c, {M: sympy.Integer(0)}),
    "a start at the optimum": lambda c: replace(
        c, start=c.inside / (n * c.eigenvalues[0][0]), outside=c.inside
    ),
}

UPDATE: dict[str, Change] = {
    "M of the old task in b": _abbreviation(b, {M: M_old}),
    "M of the new task in w": _abbreviation(w, {M_old: M}),
    "2 nu w -> nu w": _outside(lambda c: {2 * c.eigenvalues[0][0] * w: c.eigenvalues[0][0] * w}),
    "w^2 b -> w b": _outside(lambda c: {w**2: w}),
    "w^2 b -> w^2": _outside(lambda c: {b: sympy.Integer(1)}),
    "I and the others exchanged": lambda c: replace(c, inside=c.outside, outside=c.inside),
    "the others forgotten": lambda c: replace(c, outside=sympy.Integer(0)),
    "the largest new eigenvalues": lambda c: replace(c, indices=Indices.LARGEST),
    "old and new eigenvalues exchanged": lambda c: _terms(
        c, dict(zip(_symbols(c), _symbols(c)[::-1], strict=True))
    ),
}


def _symbols(claim: EigenvalueClaim) -> list[sympy.Symbol]:
    return [symbol for symbol, _ in claim.eigenvalues]
