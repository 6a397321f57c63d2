"""Whether a design is defined at an instance: its conditions hold, its coefficients are real."""

from __future__ import annotations

from collections.abc import Callable

from theory.algebra.values import scalar_value
from theory.designs import domain
from theory.designs.combinations import scalar
from theory.designs.computed import DIGITS
from theory.designs.instance import Instance
from theory.errors import InputError
from theory.scalars.arithmetic import FLOATING, covariance
from theory.scalars.symbols import i
from theory.scalars.told import told

LOOKED = 500
"""Of how many first examples, and of how many last ones, coefficients are looked at."""


def undefined(at: Instance) -> str | None:
    """Why the design is not defined at an instance, in words; None where it is.

    A condition on its parameters does not hold, or a coefficient is no real number.

    >>> from theory.designs.instance import instance
    >>> from theory.language.gallery import shipped
    >>> design = shipped("noisy-retrieval").design
    >>> at = instance(design, n=2, d=1, scalars={"alpha": 0, "k": 0.5, "sigma": 0})
    >>> print(undefined(at))
    the coefficient alpha*((-i + k + 1/2)/sqrt((-i + k + 1/2)^2) + 1)/2 of example 1 is no real \
number
    """
    return unsatisfied(at) or unreal(at)


def _at_test(at: Instance, problem: Callable[[Instance], str | None]) -> str | None:
    """A problem of the law at test at an instance, where there is one."""
    if at.design.test is None:
        return None
    try:
        found = problem(at.at_test)
    except InputError as error:
        return str(error)
    return None if found is None else f"at test {found}"


def unsatisfied(at: Instance) -> str | None:
    """A condition on the parameters or counts that does not hold at an instance, in words."""
    for one in at.design.promised:
        value = at.value(one.expression)
        value = round(value, DIGITS) if isinstance(value, float) else value
        if not domain.holds(one.relation, scalar("a condition", value)):
            return f"{one} does not hold"
    try:
        _ = at.rows, at.laws
    except InputError as error:
        return str(error)
    return _indefinite(at) or _at_test(at, unsatisfied)


def _indefinite(at: Instance) -> str | None:
    """A covariance that follows from others and has a negative eigenvalue, in words."""
    for one in at.design.defined:
        if not one.is_evident:
            try:
                covariance(one.name, at.matrices[one.name], at.d, at.arithmetic)
            except InputError as error:
                return f"{error}, where {one!r}"
    return None


def unreal(at: Instance) -> str | None:
    """A coefficient of the design that is no real number at an instance, in words."""
    first = range(1, min(at.n, LOOKED) + 1)
    examples = (*first, *range(max(len(first), at.n - LOOKED) + 1, at.n + 1))
    for expr in at.design.coefficients:
        for index in examples if expr.has(i) else (0,):
            try:
                value = scalar_value(expr, {**at.scalars, "i": index}, FLOATING)
            except (ZeroDivisionError, TypeError):
                value = float("nan")
            except OverflowError:  # a real number, beyond floating point
                continue
            if isinstance(value, complex) or not abs(value) < float("inf"):
                which = f"{told(expr)} of example {index}" if index else told(expr)
                return f"the coefficient {which} is no real number"
    return _at_test(at, unreal)
