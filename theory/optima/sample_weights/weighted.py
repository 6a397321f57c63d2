"""The optimum of WPGD under any design: equal weights, a quadratic form, or both together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy

from theory.algebra.sums import total
from theory.algebra.values import scalar_value
from theory.designs.design import Design, ranges_of
from theory.designs.instance import Instance
from theory.errors import Irrational, Underivable
from theory.optima.equivalence.assumptions import examples_are_alike
from theory.optima.sample_weights import joint
from theory.optima.sample_weights.form import QuadraticForm, quadratic_form
from theory.optima.sample_weights.grouped import GroupForm, group_form
from theory.optima.sample_weights.optimum import OptimalWeights, optimal_weights
from theory.scalars.arithmetic import FLOATING, Exact
from theory.scalars.rational import compiled, factored, is_zero


@dataclass(frozen=True)
class Equal:
    """Equal sample weights are optimal, so WPGD is no better than PGD.

    The risk is convex in the sample weights for given ``W``, and unchanged by permuting them where
    examples are alike; their mean is at least as good.
    """


@dataclass(frozen=True)
class InWeights:
    """Some optimal ``W`` is a multiple of the identity, and the sample weights minimise a form.

    Parameters
    ----------
    form
        The risk in the sample weights, with ``W = I``.
    best
        Its minimum as a formula, where one is known.
    """

    form: QuadraticForm
    best: OptimalWeights | None

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        """The diagonal part of the form: where it vanishes, sample weights need not be unique."""
        return (self.form.diagonal,)

    @property
    def risk(self) -> sympy.Expr | None:
        """The least risk without abbreviations; None where a sum in it has no closed form.

        >>> from theory.language.gallery import designs
        >>> weighted(designs.drifting).risk is None
        True
        """
        if self.best is None or self.form.sums.entries:
            return None
        try:
            sums = {name: _closed(meaning) for name, meaning in self.best.definitions}
        except Underivable:
            return None
        found = factored(self.best.risk.xreplace(sums))
        return None if found.has(sympy.Function) else found


def _closed(meaning: sympy.Expr) -> sympy.Expr:
    if not isinstance(meaning, sympy.Sum):
        return meaning
    ((index, low, high),) = meaning.limits
    return total(meaning.function, index, low, high)


NOT_UNIQUE = "the best sample weights are not unique"
"""Why they have no values, though the least risk has."""
WRITTEN_OUT = 3
"""Of how many groups the least risk is written out as one formula."""


@dataclass(frozen=True)
class InGroups:
    """Some optimal ``W`` is a multiple of the identity, and each group has one sample weight."""

    form: GroupForm

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        """The diagonal part of the form.

        Where examples of a group add nothing of their own, the group weighs the same however large
        it is: it must not be empty, and no combination of such groups may be without effect.
        """
        form = self.form
        if not any(map(is_zero, form.diagonal)):
            return form.diagonal
        both = zip(form.diagonal, form.counts, strict=True)
        return (*(count if is_zero(own) else own for own, count in both), form.system.det())

    @property
    def risk(self) -> sympy.Expr | None:
        """The least risk without abbreviations; None where there are many groups."""
        return self.form.risk if len(self.form.counts) <= WRITTEN_OUT else None


@dataclass(frozen=True)
class Together:
    """Weight and sample weights have to be found together, by iteration."""


Weighted = Equal | InWeights | InGroups | Together


@dataclass(frozen=True)
class Least:
    """The least risk of WPGD at an instance, and sample weights that have it.

    Parameters
    ----------
    risk
        In the instance's arithmetic, or a float.
    omega
        The sample weights, the first example's first; where there are groups, one for each.
    weight
        What they stand beside: a d x d matrix, or None for the identity.
    bound
        Whether the risk is only an upper bound of the least one.
    only
        Whether no other sample weights were seen to have the risk.
    """

    risk: Any
    omega: tuple[Any, ...]
    weight: Any = None
    bound: bool = False
    only: bool = True

    def of_examples(self, at: Instance) -> tuple[Any, ...]:
        """The sample weights, one for each example."""
        if not at.design.examples:
            return self.omega
        groups = zip(self.omega, at.rows.values(), strict=True)
        return tuple(w for w, rows in groups for _ in rows)


@cache
def weighted(design: Design) -> Weighted:
    """How the optimum of WPGD is found for a design.

    >>> from theory.language.gallery import designs
    >>> [type(weighted(one)).__name__ for one in (designs.rag, designs.drifting)]
    ['Equal', 'InWeights']
    """
    if examples_are_alike(design).holds:
        return Equal()
    try:
        if design.examples:
            return InGroups(group_form(design))
        form = quadratic_form(design)
    except Underivable:
        return Together()
    try:
        best = optimal_weights(form, ranges_of(design))
    except Underivable:
        best = None
    return InWeights(form, best)


EXACTLY, EXAMPLES = 500, 4000
"""Examples up to which sample weights are exact, and up to which they are computed at all."""
BITS = 50_000
"""How long the entries of a form may be together for exact weights, whose digits are as many."""


def least(found: InWeights | InGroups | Together, at: Instance) -> Least:
    """The least risk at an instance: exact where the form and the instance are.

    Where there are groups, of any size. Else in double precision for more than :data:`EXACTLY`
    examples, and where exact weights would have far too many digits. Raises ZeroDivisionError,
    which says why, where that does not tell the sample weights apart, or there are more than
    :data:`EXAMPLES` that are not in groups.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> least(weighted(designs.drifting), instance(designs.drifting, n=2, d=1)).risk
    10/17
    """
    if isinstance(found, InGroups):
        try:
            risk, omega, only = found.form.minimum(at.scalars, at.arithmetic)
        except Irrational:
            rounded = {k: FLOATING.number(v) for k, v in at.scalars.items()}
            risk, omega, only = found.form.minimum(rounded, FLOATING)
        return Least(risk, omega, only=only)
    if at.n > EXAMPLES:
        raise ZeroDivisionError(f"there are more than {EXAMPLES} examples, which differ")
    if isinstance(found, Together):
        reached = joint.minimise(at)
        every = tuple(map(float, reached.omega))
        if at.design.examples:  # equal within groups: one for each, any for an empty one
            every = tuple(every[rows[0]] if rows else 0.0 for rows in at.rows.values())
        return Least(reached.risk, every, reached.weight, bound=True)
    if isinstance(at.arithmetic, Exact) and at.n <= EXACTLY:
        try:
            scalars = {k: v for k, v in at.scalars.items() if k != found.form.size.name}
            numbers = found.form.at(at.n, scalars)
            if numbers.bits <= BITS:
                weights, only = numbers.minimiser()
                return Least(numbers.minimum(weights), tuple(weights), only=only)
        except Irrational:  # a root that is not rational here
            pass
    return _floating(found.form, at)


NEAR_SINGULAR = 1e-9
"""The least pivot of a matrix with ones on its diagonal that is told from zero."""
SLACK = 1e-9
"""How far, relative to the risk of zero, a risk may be out of its bounds by rounding."""


def _floating(form: QuadraticForm, at: Instance) -> Least:
    """In double precision, from entries that are rounded last; what rounding spoils is refused."""
    exact, numbers = isinstance(at.arithmetic, Exact), dict(at.scalars)
    try:
        scalars = form.sums.at(numbers, at.arithmetic)
    except Irrational:
        exact, numbers = False, {k: FLOATING.number(v) for k, v in numbers.items()}
        scalars = form.sums.at(numbers, FLOATING)

    def column(expr: sympy.Expr) -> np.ndarray:
        value = _entry(expr, scalars, exact)
        return np.array([value(k) for k in range(1, at.n + 1)], dtype=float)

    square = np.diag(column(form.diagonal))
    for later, earlier in form.pairs:
        below = np.tril(np.outer(column(later), column(earlier)))
        square = square + below + np.tril(below, -1).T
    linear, constant = column(form.linear), _entry(form.constant, scalars, exact)(0)
    sizes = np.sqrt(np.diag(square))
    if not (sizes > 0).all():
        raise ZeroDivisionError("in double precision some sample weight does not matter")
    try:
        lower = np.linalg.cholesky(square / np.outer(sizes, sizes))
    except np.linalg.LinAlgError as error:
        raise ZeroDivisionError(
            "double precision does not tell the sample weights apart"
        ) from error
    if np.diag(lower).min() ** 2 < NEAR_SINGULAR:
        raise ZeroDivisionError("double precision hardly tells the sample weights apart")
    from scipy.linalg import solve_triangular  # what is derived alone does without it

    half = solve_triangular(lower, linear / sizes, lower=True)
    omega = solve_triangular(lower.T, half) / sizes
    risk, equal = constant - half @ half, constant - linear.sum() ** 2 / square.sum()
    slack = SLACK * abs(constant)
    if not -slack <= risk <= equal + slack:
        raise ZeroDivisionError("double precision is not enough")
    return Least(float(risk), tuple(map(float, omega)))


def _entry(expr: sympy.Expr, scalars: Mapping[str, Any], exact: bool) -> Callable[[int], float]:
    """An expression at an example, computed exactly where it can be and rounded then."""
    ready = compiled(expr) if exact else None
    if ready is None:
        rounded = {name: FLOATING.number(value) for name, value in scalars.items()}
        return lambda k: float(scalar_value(expr, {**rounded, "i": k}, FLOATING))

    def exactly(k: int) -> float:
        found = ready({**scalars, "i": k})
        return int(found.p) / int(found.q)

    return exactly
