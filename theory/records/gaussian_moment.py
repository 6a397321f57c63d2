"""Statements about moments of Gaussian vectors and matrices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from theory.errors import InputError, UnknownName
from theory.records.evaluated import Evaluated, valued
from theory.records.identities import DerivedMoment, Moment, Point, derive_moment
from theory.records.statement import Structural
from theory.scalars.arithmetic import (
    EXACT,
    Arithmetic,
    arithmetic_for,
    covariance,
    entries,
    is_exact,
    size_argument,
)
from theory.text.account import Account, Formula, where
from theory.text.rows import Mathematics


@dataclass(frozen=True)
class MomentEvaluation(Evaluated):
    """A moment at concrete sizes and matrices.

    Parameters
    ----------
    moment
        The derived moment: a d x d array of Fractions or floats, or one number.
    claimed
        The claimed expression at the same place; None where nothing is claimed.
    expected
        What the moment is of.
    """

    moment: Any
    claimed: Any
    expected: Mathematics = field(repr=False)

    def formulas(self) -> Iterable[Formula]:
        yield valued(self.expected, self.moment)
        if self.claimed is not None and not np.array_equal(self.moment, self.claimed):
            yield valued(r"\text{claimed}", self.claimed)


@dataclass(frozen=True)
class MomentStatement(Structural):
    """One or several moments of Gaussian vectors and matrices.

    Parameters
    ----------
    moments
        What is claimed of each.

    Examples
    --------
    >>> import theory
    >>> [m.name for m in theory.statement("lemma7").moments]
    ['norm', 'sixth']
    """

    moments: tuple[Moment, ...]

    kind: ClassVar[str] = "moment"

    @cached_property
    def derivations(self) -> tuple[DerivedMoment, ...]:
        """What the engine derives, in the order of the moments; computed once."""
        return tuple(map(derive_moment, self.moments))

    @property
    def claimed(self) -> Account:
        formulas = tuple(Formula(m.expected(), m.claim) for m in self.moments)
        return Account(formulas, self._where())

    @cached_property
    def derived(self) -> Account:
        formulas = tuple(
            Formula(m.expected(), found.expression)
            for m, found in zip(self.moments, self.derivations, strict=True)
        )
        return Account(
            formulas,
            self._where(),
            tuple(step for found in self.derivations for step in found.steps),
            tuple(dict.fromkeys(c for found in self.derivations for c in found.conditions)),
        )

    def _where(self) -> tuple[Formula, ...]:
        return tuple(formula for m in self.moments for formula in where(m.definitions))

    @property
    def example(self) -> dict[str, Any]:
        moment = self.moments[-1]
        given: dict[str, Any] = {p: 3 for p in moment.parameters if p != "d"}
        for k, a in enumerate((*moment.covariances, *moment.fixed)):
            symmetric = a in moment.covariances
            given[a.name.lower()] = [[2, 1], [1, 3]] if symmetric else [[1, k], [0, k + 1]]
        return given if moment.fixed or moment.covariances else {"d": 4, **given}

    def evaluate(self, **values: Any) -> MomentEvaluation:
        """A moment, derived and claimed, at given sizes and matrices.

        Of several moments it is the one whose arguments are given. Matrices are named in lower case
        (``sigma`` for the covariance ``Sigma``, ``w`` for ``W``), and so are the sizes ``n`` and
        ``d`` and the order ``k`` where they occur. The covariance defaults to the identity, and
        ``d`` to the size of the matrices. Exact (Fractions) for exact input: int, Fraction,
        Decimal, SymPy rationals, and arrays of them; floats otherwise.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("lemma7").evaluate(d=3, k=2).moment
        Fraction(15, 1)
        >>> theory.statement("lemma5").evaluate(sigma=[[2]], w=[[0.5]]).moment
        array([[6.]])
        """
        chosen = self._chosen(values)
        moment, found = self.moments[chosen], self.derivations[chosen]
        at = point(moment, **values)
        order, plain = moment.order(at), at.arithmetic.plain
        return MomentEvaluation(
            plain(found.at(at, order)),
            plain(moment.claimed_at(at)),
            moment.expected(order),
            at=at.told,
        )

    def _chosen(self, values: dict[str, Any]) -> int:
        known = {name for m in self.moments for name in (*needed(m), *optional(m))}
        for name in values:
            if name not in known:
                raise UnknownName(f"argument of {self.id}", name, known)
        fitting = [
            k for k, m in enumerate(self.moments) if set(values) <= {*needed(m), *optional(m)}
        ]
        if not fitting:
            takes = " or ".join(f"{m.name}: {', '.join(needed(m))}" for m in self.moments)
            raise InputError(f"{self.id} holds several moments, evaluated one at a time ({takes})")
        missing = {
            k: [
                p
                for p in needed(self.moments[k])
                if p not in values and not _implied(self.moments[k], p, values)
            ]
            for k in fitting
        }
        best = min(fitting, key=lambda k: len(missing[k]))
        if missing[best]:
            name = missing[best][0]
            raise InputError(f"{name} is missing: give {name}=...")
        return best


def needed(moment: Moment) -> tuple[str, ...]:
    """The arguments that have no default."""
    return (*moment.parameters, *(a.name.lower() for a in moment.fixed))


def optional(moment: Moment) -> tuple[str, ...]:
    """The arguments that have one."""
    return tuple(a.name.lower() for a in moment.covariances)


def _implied(moment: Moment, parameter: str, values: dict[str, Any]) -> bool:
    """Whether a size follows from a matrix."""
    return parameter == "d" and any(name not in moment.parameters for name in values)


def point(moment: Moment, **values: Any) -> Point:
    """Sizes and matrices of a moment, checked; matrices are named in lower case.

    >>> import theory
    >>> print(point(theory.statement("lemma5").moments[0], w=[[1, 2], [3, 4]]))
    d = 2, Sigma = [[1, 0], [0, 1]], W = [[1, 2], [3, 4]]
    """
    scalars = {p: size_argument(p, values[p]) for p in moment.parameters if p in values}
    letters = {a.name.lower(): a for a in (*moment.covariances, *moment.fixed)}
    given = {letters[name].name: v for name, v in values.items() if name in letters}
    for name, value in given.items():
        try:
            is_exact(value)
        except (TypeError, ValueError, RuntimeError) as error:
            raise InputError(f"{name}: {error}") from error
    arithmetic = arithmetic_for(list(given.values()))
    size = scalars.get("d")
    matrices = {}
    for a in letters.values():
        if a.name not in given:
            continue
        check = covariance if a in moment.covariances else square
        matrices[a.name] = check(a.name, given[a.name], size, arithmetic)
        size = len(arithmetic.plain(matrices[a.name]))
    if size is None:
        raise InputError("d is missing: give d=..., or a matrix")
    for a in moment.covariances:
        matrices.setdefault(a.name, arithmetic.identity(size))
    sizes = {p: size if p == "d" else scalars[p] for p in moment.parameters}
    return Point(sizes, {a.name: matrices[a.name] for a in letters.values()}, arithmetic)


def square(name: str, rows: Any, size: int | None, arithmetic: Arithmetic) -> Any:
    """A user's square matrix, of which nothing else is asked.

    >>> from fractions import Fraction
    >>> square("W", [[1, Fraction(1, 2)], [0, 1]], 2, EXACT)[0, 1]
    1/2
    """
    shape = "d x d" if size is None else f"{size} x {size}"
    array = entries(rows)
    square_shape = array.ndim == 2 and array.shape[0] == array.shape[1] > 0
    if not square_shape or (size is not None and len(array) != size):
        shown = " x ".join(map(str, array.shape)) or "a number"
        raise InputError(f"{name} must be a {shape} matrix, got {shown}")
    try:
        value = arithmetic.matrix(array)
    except OverflowError as error:
        raise InputError(f"{name} has an entry too large for floating point: {error}") from error
    if arithmetic is not EXACT and not np.isfinite(np.asarray(value)).all():
        raise InputError(f"{name} must be finite, got NaN or infinity")
    return value
