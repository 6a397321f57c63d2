"""What parameters have to satisfy: what a design says, and that its coefficients are real."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import sympy

from theory.errors import InputError
from theory.scalars.powers import varies
from theory.scalars.rational import is_zero
from theory.scalars.signs import Ranges, is_nonnegative, is_positive
from theory.scalars.symbols import i, n
from theory.scalars.told import told

ABOVE = r"\ge 0"
STRICTLY = "> 0"
NOT_ZERO = r"\ne 0"
WRITTEN = {ABOVE: ">=", STRICTLY: ">", NOT_ZERO: "!="}
"""The relations as plain text."""

_AFTER = sympy.Dummy("m")
"""The examples after the one of index i: ``n = i + m``."""
_INDICES = {i: (sympy.Integer(1), sympy.oo), _AFTER: (sympy.Integer(0), sympy.oo)}


@dataclass(frozen=True)
class Condition:
    """What has to hold of parameters, sizes, or an example's index.

    Parameters
    ----------
    expression
        Of sizes, parameters and the example's index.
    relation
        What it has to be, in LaTeX; where it holds the example's index, for each example.
    """

    expression: sympy.Expr
    relation: str

    def __str__(self) -> str:
        """In plain text, without minus signs.

        >>> print(Condition(n - sympy.Symbol("k"), ABOVE))
        n >= k
        """
        return _written(self)


@cache  # said of thousands of places at which it does not hold
def _written(one: Condition) -> str:
    sides: list[list[sympy.Expr]] = [[], []]
    for term in sympy.Add.make_args(one.expression):
        negative = term.as_coeff_Mul()[0].is_negative
        sides[bool(negative)].append(-term if negative else term)
    left, right = (told(sympy.Add(*side)) for side in sides)
    return f"{left} {WRITTEN[one.relation]} {right}"


def conditions(coefficients: Iterable[sympy.Expr], ranges: Ranges) -> tuple[Condition, ...]:
    """What is under a root or below a fraction, where its sign is not seen from the ranges.

    >>> alpha = sympy.Symbol("alpha")
    >>> root = sympy.sqrt(1 - alpha**2)
    >>> found = conditions([root], {alpha: (sympy.Integer(0), sympy.oo)})
    >>> [(one.expression, one.relation) for one in found]
    [(1 - alpha**2, '\\\\ge 0')]
    >>> conditions([root], {alpha: (sympy.Integer(0), sympy.Integer(1))})
    ()
    """
    return unseen((one for c in coefficients for one in _needed(c)), ranges)


def unseen(needed: Iterable[Condition], ranges: Ranges) -> tuple[Condition, ...]:
    """The conditions that are not seen to hold over the ranges, each once."""
    return tuple(one for one in dict.fromkeys(needed) if not _is_seen(one, ranges))


def check(role: str, coefficient: sympy.Expr) -> None:
    """Raise :class:`~theory.errors.InputError` where a coefficient divides by zero in any prompt.

    >>> check("noise", 1 / (i - 1))
    Traceback (most recent call last):
    ...
    theory.errors.InputError: noise divides by zero for the first example, i = 1
    """
    for one in _needed(coefficient):
        for index, which in ((sympy.Integer(1), "first example, i = 1"), (n, "last, i = n")):
            if one.relation != ABOVE and is_zero(one.expression.subs(i, index)):
                raise InputError(f"{role} divides by zero for the {which}")


def holds(relation: str, value: sympy.Expr) -> bool:
    """Whether a number is what a condition wants; true of what is no number yet.

    >>> holds(ABOVE, sympy.Integer(0)), holds(STRICTLY, sympy.Integer(0))
    (True, False)
    """
    if not value.is_number:
        return True
    if not value.is_real:
        return False
    return bool({ABOVE: value >= 0, STRICTLY: value > 0, NOT_ZERO: sympy.Ne(value, 0)}[relation])


def _needed(coefficient: sympy.Expr) -> Iterator[Condition]:
    for part in sympy.preorder_traversal(coefficient):
        if not part.is_Pow or part.base.is_number:
            continue
        if varies(part):
            lowest = part.exp.subs(n, i + _AFTER)
            if not is_nonnegative(lowest, _INDICES):
                yield Condition(part.base, NOT_ZERO)
        elif part.exp.is_integer:
            if part.exp.is_negative:
                yield Condition(part.base, NOT_ZERO)
        else:
            yield Condition(part.base, STRICTLY if part.exp.is_negative else ABOVE)


def _is_seen(one: Condition, ranges: Ranges) -> bool:
    """Whether it is seen to hold for all sizes, examples and parameters in their ranges."""
    ranges = {**_INDICES, **ranges}
    expr = one.expression.subs(n, i + _AFTER) if one.expression.has(i) else one.expression
    # what is under an inner root is a condition of its own
    for part in expr.atoms(sympy.Pow):
        if part.exp == sympy.Rational(1, 2):
            inner = sympy.Dummy("root")
            expr, ranges[inner] = expr.xreplace({part: inner}), (sympy.Integer(0), sympy.oo)
    if one.relation == ABOVE:
        return is_nonnegative(expr, ranges)
    if is_positive(expr, ranges):
        return True
    return one.relation == NOT_ZERO and is_positive(-expr, ranges)
