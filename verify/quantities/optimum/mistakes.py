"""Mistakes put into a derivation: each has to be noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.words import Letter
from theory.designs.instance import Instance
from theory.records.derived import Derived
from theory.scalars.arithmetic import EXACT
from verify.quantities.optimum.sides import Slip


def mistakes(record: Derived) -> Iterator[Slip]:
    """A slip each; those that change nothing are left out later."""
    plain = record.derivation.plain
    variables = plain.variables
    yield Slip("n -> n + 1 in the optimum", lambda at: at.with_examples(at.n + 1))
    yield Slip("twice the weight", weight=lambda weight, at: weight * 2)
    yield Slip("the identity added to the weight", weight=_identity_added)
    yield Slip("the weight with the other sign", weight=lambda weight, at: weight * -1)
    yield Slip(
        "half of the linear part of the risk lost",
        polynomial=lambda p: p - p.part(1, *variables) * sympy.Rational(1, 2),
    )
    yield Slip("1 % above the optimal risk", risk=lambda risk, at: risk * 101 / 100 + _unit(risk))
    yield Slip("1 % below the optimal risk", risk=lambda risk, at: risk * 99 / 100 - _unit(risk))
    yield Slip("a term of the second-order part lost", polynomial=_without_last(variables))
    noises = frozenset().union(*(noise.free_symbols for noise in record.design.noises))
    for p in record.design.parameters:
        if p.symbol in noises and p.low == 0:
            yield Slip(f"{p.name} forgotten in the optimum", _with_scalar(p.name))
    for one, other in combinations(record.design.covariances, 2):
        yield Slip(f"{one} and {other} exchanged in the optimum", _exchanged(one, other))


def _identity_added(weight: Any, at: Instance) -> Any:
    """A slip in a weight of zero as well."""
    if weight.nrows() != weight.ncols():  # a column of scalars
        return weight + EXACT.matrix([[1]] * weight.nrows())
    return weight + at.arithmetic.identity(weight.nrows())


def _unit(risk: Any) -> Any:
    """So that a risk of zero is changed as well."""
    return 1 if risk == 0 else 0


def _without_last(variables: tuple[Letter, ...]) -> Any:
    def changed(polynomial: TracePolynomial) -> TracePolynomial:
        *_, (monomial, c) = polynomial.part(2, *variables).sorted_terms()
        return polynomial - TracePolynomial({monomial: c})

    return changed


def _with_scalar(name: str) -> Any:
    def changed(at: Instance) -> Instance:
        return replace(at, scalars={**at.scalars, name: at.scalars[name] * 0})

    return changed


def _exchanged(one: str, other: str) -> Any:
    def changed(at: Instance) -> Instance:
        def swapped(table: Any) -> dict[str, Any]:
            names = {one: other, other: one}
            return {names.get(k, k): m for k, m in table.items()}

        return replace(at, matrices=swapped(at.matrices), roots=swapped(at.roots))

    return changed
