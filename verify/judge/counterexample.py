"""The simplest readable place at which a claim is wrong, and its confirmation by brute force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

import flint
import sympy
from sympy import MatrixExpr

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import InputError, Irrational
from theory.optima.minimisation import named
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import EXACT
from verify.instances import defined_instance, random_matrix
from verify.judge.equality import differ
from verify.judge.places import readable
from verify.judge.question import Quantity, Question
from verify.settings import Settings

BRUTE = 6
"""The largest ``n d`` at which a counterexample is confirmed coordinate by coordinate; of L steps
the L-th part of it."""
MOST = 1000
"""How many instances are tried."""
LOOKED = 40
"""Among how many a claim that is equal should be defined."""


@dataclass(frozen=True)
class Counterexample:
    """An instance at which a claim is wrong.

    Parameters
    ----------
    at
        The instance.
    claimed, exact
        Both values.
    confirmed
        Whether the exact one was found again coordinate by coordinate; None where it was not
        tried.
    tried
        How many instances were tried before.
    """

    at: Instance
    claimed: str
    exact: str
    confirmed: bool | None
    tried: int

    @property
    def sizes(self) -> dict[str, Any]:
        """Sizes, parameters and covariances; what is not n or d as text."""
        found: dict[str, Any] = {"n": self.at.n, "d": self.at.d}
        found |= {k: str(v) for k, v in self.at.scalars.items() if k not in found}
        for name, matrix in self.at.matrices.items():
            found[name] = [[str(v) for v in row] for row in matrix.tolist()]
        return found


def counterexample(question: Question, settings: Settings) -> Counterexample | None:
    """The simplest instance at which the claim is wrong, if one is found.

    Places where the optimum is not unique, or where the claim is undefined, do not count.
    """
    for tried, at in enumerate(places(question), 1):
        if tried % 100 == 0:
            settings.progress("looking for a counterexample", tried, MOST)
        both = values(question, at)
        if both is not None and differ(*both):
            claimed, exact = both
            return Counterexample(
                at,
                _written(question, claimed, at),
                written(question, exact),
                confirmed(question, at),
                tried,
            )
    return None


def holes(question: Question) -> tuple[int, Instance | None]:
    """At how many simple instances the claim has a value, and the first where it has none.

    Only those count where the optimum has one.
    """
    seen, hole = 0, None
    for tried, at in enumerate(islice(readable(question.design), MOST)):
        if tried >= LOOKED and seen:
            break
        try:
            question.exact_at(at)
        except (ZeroDivisionError, InputError, Irrational):
            continue
        try:
            question.claimed_at(at)
            seen += 1
        except ZeroDivisionError:
            hole = hole or at
    return seen, hole


def values(question: Question, at: Instance) -> tuple[Any, Any] | None:
    """The claimed and the exact value; None where one is undefined or not unique."""
    try:
        return question.claimed_at(at), question.exact_at(at)
    except (ZeroDivisionError, InputError, Irrational):
        return None


def places(question: Question) -> Iterator[Instance]:
    """Simple instances, then random ones."""
    yield from islice(readable(question.design), MOST)
    random = Random(0)
    for height in (9, 10**3):
        for n, d in ((2, 2), (3, 2), (5, 3), (7, 1), (2, 3)):
            at = defined_instance(question.design, n, d, random, height)
            if at is not None:
                yield at


def _written(question: Question, claimed: Any, at: Instance) -> str:
    """A claimed value; in roots where it is irrational."""
    if isinstance(claimed, flint.fmpq | flint.fmpq_mat):
        return written(question, claimed)
    expr = question.formula.expression
    if isinstance(expr, MatrixExpr) or expr.has(sympy.Trace):
        return str(claimed)
    table = {sympy.Symbol(k): sympy.Rational(str(v)) for k, v in at.scalars.items()}
    return str(expr.xreplace(table))


def written(question: Question, value: Any) -> str:
    """A number, or a matrix; a multiple of the identity by its factor."""
    if not isinstance(value, flint.fmpq_mat):
        return str(value)
    factor = value[0, 0]
    plain = not isinstance(question.formula.expression, MatrixExpr)
    if plain and value == EXACT.identity(value.nrows()) * factor:
        return str(factor)
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in value.tolist()) + "]"


def confirmed(question: Question, at: Instance) -> bool | None:
    """Whether coordinates give the derived optimum: its risk there, and no slope in any direction.

    In each direction the risk is a parabola, so that no slope in a basis of directions is enough.
    """
    predictor = question.file.predictor
    steps = question.file.steps
    if at.n * at.d > BRUTE // steps:
        return None
    plain = question.derivation.plain
    best = plain.minimum(at.scalars, at.matrices, EXACT)
    weight, risk = best.matrix(at), best.risk
    rows, columns = weight.nrows(), weight.ncols()
    drawn = random_matrix(Random(0), rows, 9, columns)
    for direction in (*_basis(rows, columns), drawn):
        start, along = (named(predictor.weights, w) for w in (weight, direction))
        try:
            line = risk_along(predictor, start, along, at)
        except ArithmeticError:  # a risk that is not rational
            return None
        value, slope, curvature = (*line, flint.fmpq(0), flint.fmpq(0))[:3]
        if value != risk or slope != 0 or curvature < 0:
            return False
    if question.quantity is Quantity.WEIGHT:
        scale = scalar_value(question.file.scale, at.scalars, EXACT)
        return bool(question.exact_at(at) * scale == weight)
    return bool(question.exact_at(at) == question.of_risk(risk, at))


def _basis(rows: int, columns: int) -> list[flint.fmpq_mat]:
    found = []
    for r in range(rows):
        for c in range(columns):
            unit = flint.fmpq_mat(rows, columns)
            unit[r, c] = 1
            found.append(unit)
    return found
