"""A claim beside the exact value at the numbers that were given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import flint
import numpy as np
import sympy

from theory.designs.descriptions import ENTRIES, rows_in_a_line
from theory.designs.instance import Instance
from theory.errors import NotConverged
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.values import Floats, value
from theory.scalars.arithmetic import FLOATING
from theory.scalars.ratio import number
from theory.scalars.symbols import i
from verify.judge.counterexample import UNDEFINED, values, written
from verify.judge.question import Question

BITS = 10**4
"""How long the numerator and the denominator of a number may be that is written exactly."""
EXAMPLES = 1_000
"""For how many examples it is looked whether a formula holds."""
NO_NUMBER = (*UNDEFINED, NotConverged, OverflowError)


@dataclass(frozen=True)
class AtNumbers:
    """Both values at given numbers.

    Parameters
    ----------
    claimed, exact
        As text; a matrix by its rows, or None where it has many. None where one is undefined.
    error
        The relative error: (claimed - exact) / exact, for matrices that of the Frobenius norms of
        both; None where it is undefined, or beyond floating point.
    why
        Why there is none, in words.
    """

    claimed: str | None = None
    exact: str | None = None
    error: float | None = None
    why: str = ""


def numbers(question: Question, at: Instance) -> AtNumbers:
    """Claim and exact value at an instance: exactly where that can be had, else in floating point.

    Examples
    --------
    >>> from theory.language.files.reading import DesignFile
    >>> from theory.language.formulas.claims import claim_formula
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.gallery.designs import independent as design
    >>> from theory.designs.instance import instance
    >>> claim = claim_formula(Quantity.WEIGHT, parse("Sigma_x^-1/n"), design)
    >>> at = instance(design, n=2, d=1, scalars={"sigma": 0})
    >>> numbers(Question(Quantity.WEIGHT, claim, DesignFile(design)), at)
    AtNumbers(claimed='[[1/2]]', exact='[[1/4]]', error=1.0, why='')
    """
    found = _numbers(question, at)
    return found if found.error is not None else replace(found, why=_why(question, at, found))


def _why(question: Question, at: Instance, found: AtNumbers) -> str:
    """Why there is no relative error."""
    if question.is_free or question.held:
        return "the claim has no value at numbers alone"
    if found.exact is not None:
        return "the exact value is zero" if found.exact == "0" else "it is beyond floating point"
    sides = (question.claimed_at, question.exact_at) if at.exact else (question.target.number,)
    words = ("the claim has no value there", "more than one weight is optimal there")
    for side, no_value in zip(sides, words[-len(sides) :], strict=True):
        try:
            side(at)
        except ZeroDivisionError:
            return no_value
        except NO_NUMBER as error:
            return str(error)
    return "one of the two is zero or beyond floating point"


def _numbers(question: Question, at: Instance) -> AtNumbers:
    if question.is_free or question.held:
        return AtNumbers()
    if question.beside is not None:
        both = values(question, at) if at.exact else None
        return AtNumbers() if both is None else _scalars(*map(_number, both))
    if question.quantity is Quantity.OMEGA:
        return _of_omega(question, at)
    try:
        if not at.matrices and not question.design.covariances:
            return _of_scalars(question, at)
        both = values(question, at) if at.exact else None
        if both is None or not all(isinstance(v, flint.fmpq | flint.fmpq_mat) for v in both):
            return _in_floats(question, at.floating)
    except NO_NUMBER:
        return AtNumbers()
    claimed, exact = both
    if isinstance(exact, flint.fmpq):
        return _scalars(number(claimed), number(exact))
    error = _norms(*(FLOATING.matrix(v) for v in (claimed - exact, exact)))
    if at.d > ENTRIES:
        return AtNumbers(error=error)
    return AtNumbers(written(question, claimed), written(question, exact), error)


def _of_omega(question: Question, at: Instance) -> AtNumbers:
    """Sample weights with a common factor such that the last that is not zero is one."""
    both = values(question, at) if at.exact else None
    if both is None or not all(isinstance(v, flint.fmpq_mat) for v in both):
        return AtNumbers()
    claimed, exact = both
    error = _norms(*(FLOATING.matrix(v) for v in (claimed - exact, exact)))
    return AtNumbers(written(question, claimed), written(question, exact), error)


def _of_scalars(question: Question, at: Instance) -> AtNumbers:
    """Where there is no covariance, whatever the sizes are; a weight is the factor of I."""
    table = {sympy.Symbol(k): _number(v) for k, v in at.scalars.items()}
    exact = question.exact
    singular = any(_vanishes(one, at, table) for one in question.target.regular)
    if exact is None or singular:  # a sum without a closed form, or a formula that cancelled
        exact = _number(question.target.number(at))
    if at.exact:
        question.formula_at(at)  # where that divides by zero, the formula may have cancelled
    claimed = question.formula.expression
    return _scalars(*(sympy.sympify(e.xreplace(table), strict=True) for e in (claimed, exact)))


def _vanishes(expr: sympy.Expr, at: Instance, table: dict[sympy.Symbol, sympy.Expr]) -> bool:
    """Whether what must not is zero at these numbers, or for one of the first examples."""
    if i not in expr.free_symbols:
        return bool(expr.xreplace(table) == 0)
    every = range(1, min(at.n, EXAMPLES) + 1)
    return any(expr.xreplace({**table, i: sympy.Integer(k)}) == 0 for k in every)


def _scalars(claimed: sympy.Expr, exact: sympy.Expr) -> AtNumbers:
    if not all(v.is_finite and v.is_real for v in (claimed, exact)):
        return AtNumbers()
    error = None if exact == 0 else finite((claimed - exact) / exact)
    return AtNumbers(_text(claimed), _text(exact), error)


def _text(value: sympy.Expr) -> str:
    short = value.is_Rational and max(v.bit_length() for v in (int(value.p), int(value.q))) <= BITS
    return str(value if short else value.evalf(15))


def _in_floats(question: Question, at: Instance) -> AtNumbers:
    claimed = value(question.formula.tree, Floats.at(at))
    exact = question.target.number(at)
    if question.quantity is not Quantity.WEIGHT:
        return _scalars(_number(claimed), _number(exact))
    one = FLOATING.identity(at.d)
    claimed, exact = (v if np.ndim(v) else one * v for v in (claimed, exact))
    error = _norms(claimed - exact, exact)
    return (
        AtNumbers(_rows(claimed), _rows(exact), error)
        if at.d <= ENTRIES
        else AtNumbers(error=error)
    )


def _rows(matrix: np.ndarray) -> str:
    return rows_in_a_line([f"{v:.6g}" for v in row] for row in np.asarray(matrix))


def _norms(difference: Any, exact: Any) -> float | None:
    """The Frobenius norm of a difference over that of what is exact."""
    whole = float(np.linalg.norm(exact))
    return None if whole == 0 else finite(float(np.linalg.norm(difference)) / whole)


def _number(value: Any) -> sympy.Expr:
    if isinstance(value, (float, np.floating)):
        return sympy.Float(float(value))
    return number(value) if isinstance(value, flint.fmpq) else sympy.Integer(value)


def finite(value: Any) -> float | None:
    """A number in floating point; None where it is beyond floating point."""
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if isfinite(found) else None
