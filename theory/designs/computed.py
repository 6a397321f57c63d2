"""The matrices of an instance that follow from those that are given, and what these have to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any

import numpy as np
import sympy

from theory.algebra.values import scalar_value
from theory.designs.covariances import HALF, pieces, power_name
from theory.designs.design import Design
from theory.errors import InputError
from theory.scalars.arithmetic import FLOATING, Arithmetic, Exact

PROJECTED = 1e-10
"""How far from its square a floating projection may be, for each of its rows."""
DIGITS = 12
"""Decimals to which a condition on parameters is looked at in floating point."""


def followed(design: Design) -> dict[str, tuple[str, Fraction]]:
    """The matrices that follow from those given, by name; of powers, what they are powers of."""
    found = {one.name: (one.name, Fraction(1)) for one in design.defined}
    for name in sorted(design.inverted | design.rooted):
        signs = (1, -1) if name in design.inverted else (1,)
        sizes = (Fraction(1), HALF) if name in design.rooted else (Fraction(1),)
        parts = (sign * size for sign in signs for size in sizes if sign * size != 1)
        found |= {power_name(name, part): (name, part) for part in parts}
    return found


def computed(
    design: Design,
    scalars: Mapping[str, Any],
    given: Mapping[str, Any],
    root: Callable[[str], Any],
    arithmetic: Arithmetic,
) -> dict[str, Any]:
    """The matrices that are given, by name, and those that follow from them.

    Raises :class:`~theory.errors.Irrational` for a root that is not known in exact arithmetic, and
    :class:`~theory.errors.InputError` where there is no inverse.
    """
    one, matrices = arithmetic.identity(int(scalars["d"])), dict(given)

    def part(name: str, exponent: Fraction) -> Any:
        base = root(name) if exponent.denominator == 2 else given[name]
        if exponent > 0:
            return base
        try:
            return arithmetic.solve(base, one)
        except ZeroDivisionError:
            raise InputError(f"{name} has no inverse, and the design takes it") from None

    def power(name: str, exponent: Fraction) -> Any:
        factors = (matrices[power_name(name, p)] for p in pieces(exponent))
        return reduce(mul, factors)

    def number(expr: sympy.Expr) -> Any:
        return scalar_value(expr, scalars, arithmetic)

    def outer(left: str, right: str) -> Any:
        return matrices[left] * arithmetic.transpose(matrices[right])

    for key, (name, exponent) in followed(design).items():
        if key != name:
            matrices[key] = part(name, exponent)
    for defined in design.defined:
        matrices[defined.name] = defined.value(power, number, one, outer)
    return matrices


def rank_at(name: str, rank: sympy.Expr, scalars: Mapping[str, Any]) -> int:
    """The rank that a projection has at sizes and parameters, a whole number from 0 to d.

    Raises :class:`~theory.errors.InputError` where it is no such number.

    >>> rank_at("P", sympy.Symbol("d") - 1, {"d": 3})
    2
    """
    size = int(scalars["d"])
    value = scalar_value(rank, scalars, FLOATING)
    found = whole(value)
    if found is None or not 0 <= found <= size:
        raise InputError(
            f"the projection {name} has rank {rank} = {value:g}; expected a whole number from 0 to "
            f"d = {size}"
        )
    return found


def check_projection(name: str, value: Any, rank: int | None, arithmetic: Arithmetic) -> None:
    """Raise :class:`~theory.errors.InputError` unless a covariance is what is said of it."""
    gap, trace = arithmetic.plain(value * value - value), arithmetic.plain(arithmetic.trace(value))
    exact = isinstance(arithmetic, Exact)
    if np.abs(gap).max() > (0 if exact else PROJECTED * len(gap)):
        raise InputError(
            f"{name} must be a projection, {name}*{name} = {name}; got a matrix that is none"
        )
    found = round(trace)
    if rank is not None and found != rank:
        raise InputError(f"{name} must be a projection of rank {rank}, got one of rank {found}")


def whole(value: Any) -> int | None:
    """A whole number; None for any other. In floating point one to so many digits."""
    value = round(value, DIGITS) if isinstance(value, float) else value
    return int(value) if value == int(value) else None
