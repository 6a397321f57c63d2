"""The law of a random scalar, as far as moments know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import factorial

import sympy

from theory.designs.combinations import scalar
from theory.designs.domain import ABOVE, STRICTLY, Condition, holds
from theory.errors import InputError, Underivable, UnknownName
from theory.scalars.told import told

Arguments = tuple[sympy.Expr, ...]
MOMENTS = "moments"
"""The family of laws of which nothing else is known."""
MOST = 8
"""The most moments by which a law is given."""


@dataclass(frozen=True)
class _Family:
    """What laws of one name have in common; all of it from their arguments.

    Parameters
    ----------
    arguments
        How they are written.
    least, most
        How many there are.
    expected
        What they have to satisfy, in words.
    conditions, moment
        The same as formulas, and ``E s^k`` for k from 1 on.
    low
        What is at most the least value.
    """

    arguments: str
    least: int
    most: int
    expected: str
    conditions: Callable[[Arguments], tuple[Condition, ...]]
    moment: Callable[[Arguments, int], sympy.Expr]
    low: Callable[[Arguments], sympy.Expr]


def _uniform(ends: Arguments, order: int) -> sympy.Expr:
    a, b = ends
    return sympy.Add(*(a**j * b ** (order - j) for j in range(order + 1))) / (order + 1)


def _hankel(given: Arguments) -> tuple[Condition, ...]:
    """The leading minors of ``m_(i + j)``, which no law has negative."""
    moments = (sympy.Integer(1), *given)
    minors = (
        sympy.Matrix(k, k, lambda a, b: moments[a + b]).det(method="berkowitz")
        for k in range(2, len(given) // 2 + 2)
    )
    return tuple(Condition(sympy.expand(minor), ABOVE) for minor in minors)


def _given(moments: Arguments, order: int) -> sympy.Expr:
    if order > len(moments):
        raise Underivable(
            f"the moment of order {order} of a random scalar is needed, and its law gives those "
            f"up to {len(moments)}"
        )
    return moments[order - 1]


def _exponential(rate: Arguments, order: int) -> sympy.Expr:
    return factorial(order) / rate[0] ** order


_MINUS = -sympy.oo
FAMILIES = {
    "uniform": _Family(
        *("a, b", 2, 2, "two ends, the lower one first"),
        lambda at: (Condition(at[1] - at[0], ABOVE),),
        _uniform,
        lambda at: at[0],
    ),
    "exponential": _Family(
        *("rate", 1, 1, "a positive rate"),
        lambda at: (Condition(at[0], STRICTLY),),
        _exponential,
        lambda at: sympy.Integer(0),
    ),
    "bernoulli": _Family(
        *("p", 1, 1, "a probability from 0 to 1"),
        lambda at: (Condition(at[0], ABOVE), Condition(1 - at[0], ABOVE)),
        lambda at, order: at[0],
        lambda at: sympy.Integer(0),
    ),
    MOMENTS: _Family(
        *("m1, m2, m3, m4", 1, MOST, "moments that some law has, m2 >= m1^2 among others"),
        _hankel,
        _given,
        lambda at: _MINUS,
    ),
}
"""Laws by name."""


@dataclass(frozen=True)
class Law:
    """A law of real numbers, all of whose moments that are needed are finite.

    Parameters
    ----------
    family
        ``uniform`` between two ends, ``exponential`` of a rate, ``bernoulli`` of a probability
        (1 with this probability, else 0), or ``moments``: any law with these first moments.
    arguments
        Expressions in parameters.

    Raises
    ------
    InputError
        Where there is no such family, or no such law in it.

    Examples
    --------
    >>> Law("uniform", (0, sympy.Symbol("s"))).moment(2)
    s**2/3
    >>> Law("bernoulli", (2,))
    Traceback (most recent call last):
    ...
    theory.errors.InputError: found bernoulli(2); expected a probability from 0 to 1
    >>> Law("moments", (1, 0))
    Traceback (most recent call last):
    ...
    theory.errors.InputError: found moments(1, 0); expected moments that some law has, \
m2 >= m1^2 among others
    """

    family: str
    arguments: Arguments

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise UnknownName("law", self.family, FAMILIES)
        given = tuple(scalar(f"an argument of {self.family}", value) for value in self.arguments)
        object.__setattr__(self, "arguments", given)
        family = FAMILIES[self.family]
        if not family.least <= len(given) <= family.most:
            expected = f"{self.family}({family.arguments})"
            raise InputError(f"found {len(given)} arguments in {self}; expected {expected}")
        if not all(holds(one.relation, one.expression) for one in self.conditions):
            raise InputError(self.problem)
        known = self.family == MOMENTS and all(value.is_Rational for value in given)
        if known and recurrence(given) is None:
            raise InputError(self.problem)

    def __str__(self) -> str:
        arguments = ", ".join(map(told, self.arguments))
        return f"{self.family}({arguments})"

    @property
    def problem(self) -> str:
        """What is wrong with it where there is no such law, in words."""
        return f"found {self}; expected {FAMILIES[self.family].expected}"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What its arguments have to satisfy."""
        return FAMILIES[self.family].conditions(self.arguments)

    @property
    def low(self) -> sympy.Expr:
        """A lower bound of its values; minus infinity where none is known.

        >>> Law("exponential", (1,)).low
        0
        """
        return FAMILIES[self.family].low(self.arguments)

    def moment(self, order: int) -> sympy.Expr:
        """``E s^order``, exactly.

        Raises :class:`~theory.errors.Underivable` where the law does not say it.

        >>> [Law("exponential", (1,)).moment(k) for k in range(4)]
        [1, 1, 2, 6]
        """
        if order == 0:
            return sympy.Integer(1)
        return FAMILIES[self.family].moment(self.arguments, order)

    def mapped(self, changed: Callable[[sympy.Expr], sympy.Expr]) -> Law:
        """The same with changed arguments."""
        return replace(self, arguments=tuple(map(changed, self.arguments)))


def recurrence(moments: Arguments) -> tuple[list[sympy.Expr], list[sympy.Expr]] | None:
    """The recurrence of orthogonal polynomials of a law, from rational moments ``m_1, m_2, ...``.

    Monic ones: ``p_(k+1) = (t - a_k) p_k - b_k p_(k-1)``. Returns the a and the b (from b_1 on), as
    many as moments say; there is one more a where the law has no more than so many values. None
    where no law has these moments.

    >>> recurrence((sympy.Integer(0), sympy.Integer(1), sympy.Integer(0), sympy.Integer(3)))
    ([0, 0], [1, 2])
    """
    before, here = [sympy.Integer(0)] * (len(moments) + 1), [sympy.Integer(1), *moments]
    a, b = [here[1]], list[sympy.Expr]()
    for k in range(1, len(moments) // 2 + 1):
        last = b[-1] if b else 0
        after = [
            here[at + 1] - a[-1] * here[at] - (last * before[at] if k > 1 else 0)
            for at in range(len(here) - 1)
        ]
        norm = after[k] / here[k - 1]
        if norm < 0 or (norm == 0 and any(after[k:])):
            return None
        if norm == 0:
            break
        b.append(norm)
        if k + 1 < len(after):
            a.append(after[k + 1] / after[k] - here[k] / here[k - 1])
        before, here = here, after
    return a, b
