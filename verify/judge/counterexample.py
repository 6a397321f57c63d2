"""The simplest readable place at which a claim is wrong, and its confirmation by brute force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from random import Random
from typing import Any

import flint
import sympy
from sympy import MatrixExpr

from theory.designs.descriptions import rows_in_a_line
from theory.designs.instance import Instance
from theory.errors import InputError, Irrational
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.quantities import Quantity
from theory.scalars.arithmetic import EXACT
from verify.judge.equality import differ
from verify.judge.question import Question
from verify.judge.singular import singular_places
from verify.settings import Settings

MOST = 1000
"""How many instances are tried."""
SIZES = ((2, 2), (3, 2), (5, 3), (7, 1), (2, 3))
LARGE = (60, 10**3)
"""Numbers of examples at which a claim is looked at last."""
UNDEFINED = (ZeroDivisionError, InputError, Irrational)
"""Raised where a claimed or an exact value is none."""
LOOKED = 40
"""Among how many a claim that is equal should be defined."""


@dataclass(frozen=True)
class Counterexample:
    """An instance at which a claim is wrong.

    Parameters
    ----------
    confirmed
        Whether the exact one was found again coordinate by coordinate; None where it was not
        tried.
    """

    at: Instance
    claimed: str
    exact: str
    confirmed: bool | None
    tried: int

    @property
    def sizes(self) -> dict[str, Any]:
        """Sizes, parameters, covariances and fixed vectors; what is not n or d as text."""
        found: dict[str, Any] = {"n": self.at.n, "d": self.at.d}
        found |= {k: str(v) for k, v in self.at.scalars.items() if k not in found}
        for name, matrix in self.at.given.items():
            rows = [[str(v) for v in row] for row in matrix.tolist()]
            found[name] = [v for (v,) in rows] if name in self.at.design.means else rows
        return found


def counterexample(
    question: Question, settings: Settings, known: Instance | None = None
) -> Counterexample | None:
    """The simplest instance at which the claim is wrong, if one is found; or the one ``known``.

    Places where what is claimed of has no value, or where the claim is undefined, do not count.
    """
    last = () if known is None else _smaller(question, known)
    among = chain(places(question), singular_places(question), last)
    return first_of(question, among, settings)


def wrong_where_open(question: Question, settings: Settings) -> Counterexample | None:
    """The same among places where several weights are optimal, of what is equal elsewhere."""
    return first_of(question, singular_places(question), settings)


def first_of(
    question: Question, among: Iterable[Instance], settings: Settings
) -> Counterexample | None:
    """The first of some instances at which the claim is wrong."""
    for tried, at in enumerate(among, 1):
        if tried % 100 == 0:
            settings.progress("looking for a counterexample", tried, MOST)
        both = values(question, at)
        if both is not None and wrong(question, *both):
            claimed, exact = both
            return Counterexample(
                at,
                _written(question, claimed, at),
                written(question, exact),
                confirmed(question, at),
                tried,
            )
    return None


def wrong(question: Question, claimed: Any, exact: Any) -> bool:
    """Whether two values are surely not as is claimed."""
    if question.relation is Comparator.EQUAL:
        return differ(claimed, exact)
    return question.relation.is_broken(exact, claimed)


def confirmed(question: Question, at: Instance) -> bool | None:
    """Whether coordinates give what is derived, on both sides of a comparison."""
    sides = (question.target, *([] if question.other is None else [question.other]))
    found = [side.confirmed(at) for side in sides]
    return None if None in found else all(found)


def holes(question: Question) -> tuple[int, Instance | None]:
    """At how many simple instances the claim has a value, and the first where it has none.

    Only those count where the optimum has one.
    """
    seen, hole = 0, None
    for tried, at in enumerate(islice(question.readable(), MOST)):
        if tried >= LOOKED and seen:
            break
        try:
            question.exact_at(at)
            excepted = question.is_excepted(at)
        except UNDEFINED:
            continue
        if excepted:
            continue
        try:
            question.claimed_at(at)
            seen += 1
        except ZeroDivisionError:
            hole = hole or at
        except (InputError, Irrational):
            continue
    return seen, hole


def values(question: Question, at: Instance) -> tuple[Any, Any] | None:
    """The claimed and the exact value; None where one is undefined or not unique."""
    try:
        return question.claimed_at(at), question.exact_at(at)
    except UNDEFINED:
        return None


def places(question: Question) -> Iterator[Instance]:
    """Simple instances, then random ones, the last of many examples."""
    yield from islice(question.readable(), MOST)
    random = Random(0)
    sizes = [(n, d, height) for height in (9, 10**3) for n, d in SIZES]
    for n, d, height in (*sizes, *((n, d, 9) for n in LARGE for d in (1, 2))):
        at = question.drawn(n, d, random, height)
        if at is not None:
            yield at


def _smaller(question: Question, known: Instance) -> Iterator[Instance]:
    """Places of the same size with small numbers, then with small matrices, then the known one."""
    random = Random(0)
    for n in (1, 2, 3):
        small = question.drawn(n, known.d, random, 2)
        if small is not None:
            yield small
            if not (known.design.projections or known.design.defined):
                yield replace(known, matrices=small.matrices, roots=small.roots)
    yield known


def _written(question: Question, claimed: Any, at: Instance) -> str:
    """A claimed value; in roots where it is irrational."""
    if isinstance(claimed, flint.fmpq | flint.fmpq_mat):
        return written(question, claimed)
    expr = question.formula.expression
    if question.beside is not None:
        return str(claimed)
    if question.quantity is Quantity.OMEGA:
        return f"({', '.join(f'{float(v.mid()):.6g}' for v in claimed.entries())})"
    if isinstance(expr, MatrixExpr) or expr.has(sympy.Trace):
        return str(claimed)
    table = {sympy.Symbol(k): sympy.Rational(str(v)) for k, v in at.scalars.items()}
    return str(expr.xreplace(table))


def written(question: Question, value: Any) -> str:
    """A number, or a matrix; a multiple of the identity by its factor."""
    if not isinstance(value, flint.fmpq_mat):
        return str(value)
    if question.quantity is Quantity.OMEGA:
        return f"({', '.join(map(str, value.entries()))})"
    factor = value[0, 0]
    plain = not isinstance(question.formula.expression, MatrixExpr)
    if plain and value == EXACT.identity(value.nrows()) * factor:
        return str(factor)
    return rows_in_a_line(value.tolist())
