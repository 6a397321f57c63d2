"""Groups of examples: those of one have one law, and they follow each other in the prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy

from theory.designs.combinations import Combination, combined, scalar
from theory.errors import InputError
from theory.scalars.symbols import n

COMBINATIONS, SCALARS = ("features", "task"), ("label_scale", "noise")


@dataclass(frozen=True)
class Group:
    """Examples of a prompt that have one law.

    Parameters
    ----------
    name
        Its name; the only group of a design has none.
    count
        How many examples it has, an expression in ``n``, ``d`` and parameters.
    features, task
        Linear combinations.
    label_scale, noise
        Scalars; ``noise`` is a standard deviation.
    """

    name: str
    count: sympy.Expr
    features: Combination
    task: Combination
    label_scale: sympy.Expr
    noise: sympy.Expr


@dataclass(frozen=True)
class Share:
    """What a design says of a group: its name, its count, and what it has of its own.

    Of the rest the other examples' count is None; whatever else is None is as in the design.

    Examples
    --------
    >>> from theory.designs.combinations import vector
    >>> Share("half", n / 2, features=vector("q")).count
    n/2
    """

    name: str
    count: sympy.Expr | None = None
    features: Combination | None = None
    task: Combination | None = None
    label_scale: sympy.Expr | None = None
    noise: sympy.Expr | None = None

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and self.name):
            raise InputError(f"a group needs a name, got {self.name!r}")
        for role in ("count", *SCALARS):
            value = getattr(self, role)
            if value is not None:
                found = scalar(f"the {role} of the group {self.name!r}", value)
                object.__setattr__(self, role, found)
        for role in COMBINATIONS:
            value = getattr(self, role)
            if value is not None:
                combined(f"the {role} of the group {self.name!r}", value)

    def mapped(
        self,
        combination: Callable[[Combination], Combination],
        scalar: Callable[[sympy.Expr], sympy.Expr],
    ) -> Share:
        """The same with its combinations, and its count and scalars, changed."""
        changed: dict[str, Any] = {}
        for role in COMBINATIONS:
            if (value := getattr(self, role)) is not None:
                changed[role] = combination(value)
        for role in ("count", *SCALARS):
            if (value := getattr(self, role)) is not None:
                changed[role] = scalar(value)
        return replace(self, **changed)


def completed(shares: Sequence[Share], whole: Group) -> tuple[Group, ...]:
    """The groups, with counts that add up to n and what all examples have; else the whole.

    >>> from theory.designs.combinations import vector
    >>> whole = Group("", n, vector("e"), vector("b"), sympy.Integer(1), sympy.Integer(0))
    >>> found = completed([Share("first", sympy.Symbol("k")), Share("rest")], whole)
    >>> [(group.name, group.count, group.features) for group in found]
    [('first', k, e), ('rest', -k + n, e)]
    """
    if not shares:
        return (whole,)
    rest = n - sympy.Add(*(share.count for share in shares if share.count is not None))
    return tuple(
        Group(
            share.name,
            rest if share.count is None else share.count,
            share.features or whole.features,
            share.task or whole.task,
            whole.label_scale if share.label_scale is None else share.label_scale,
            whole.noise if share.noise is None else share.noise,
        )
        for share in shares
    )


def check(shares: Sequence[Share]) -> None:
    """Raise :class:`~theory.errors.InputError` unless names differ and one group is the rest.

    >>> check([Share("first"), Share("rest")])
    Traceback (most recent call last):
    ...
    theory.errors.InputError: the groups first and rest have no count; expected exactly one without
    """
    names = [share.name for share in shares]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"the group {name!r} is given twice")
    rest = [share.name for share in shares if share.count is None]
    if shares and len(rest) != 1:
        found = f"the groups {' and '.join(rest)} have no count" if rest else "every group has one"
        raise InputError(f"{found}; expected exactly one without")
