"""Instances at which a design is looked at: random exact ones, and cases for sampled prompts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

import sympy

from theory.arithmetic import FLOATING
from theory.design import Design, Parameter
from theory.instance import Instance, instance
from theory.values import scalar_value
from theory.words import i
from verify.cases import Case, spread
from verify.instances import random_instance
from verify.settings import Level, Settings

TRIES = 20
UNBOUNDED = ("1/2", "1", "2", "3/2", "5/2", "1/3")
"""Values tried for a parameter whose range has no upper end, above the lower one."""


def coefficients(design: Design) -> Iterator[sympy.Expr]:
    """The coefficients of a design."""
    for combination in (design.query, design.features, design.task, design.task_of_query):
        yield from (term.coefficient for term in combination.terms)
    yield from (design.label_scale, design.noise)
    yield from (design.label_scale_of_query, design.noise_of_query)


def is_defined(at: Instance) -> bool:
    """Whether every coefficient of the design is a real number at an instance."""
    scalars = {k: FLOATING.number(v) for k, v in at.scalars.items()}
    for expr in coefficients(at.design):
        for index in range(1, at.n + 1) if expr.has(i) else (0,):
            try:
                value = scalar_value(expr, {**scalars, "i": index}, FLOATING)
            except (ZeroDivisionError, TypeError):
                return False
            if isinstance(value, complex) or not abs(value) < float("inf"):
                return False
    return True


def drawn(design: Design, n: int, d: int, random: Random, height: int) -> Instance | None:
    """A random exact instance at which all coefficients are defined; None if none was found."""
    for _ in range(TRIES):
        at = random_instance(design, n, d, random, height)
        if is_defined(at):
            return at
    return None


def cases(design: Design, settings: Settings) -> list[Case]:
    """Where prompts are sampled and models are trained."""
    sizes = [("small", 8, 3), ("fewer examples than features", 3, 4)]
    if settings.level is Level.FULL:
        sizes.append(("larger", 40, 20))
    found = []
    for name, n, d in sizes:
        at = _case(design, n, d, settings.seed)
        if at is not None:
            found.append(Case(name, at))
    return found


def _case(design: Design, n: int, d: int, seed: int) -> Instance | None:
    covariances = spread(design, d, seed)
    for unbounded in UNBOUNDED:
        scalars = {p.name: float(_inside(p, Fraction(unbounded))) for p in design.parameters}
        at = instance(design, n=n, d=d, scalars=scalars, covariances=covariances)
        if is_defined(at):
            return at
    return None


def _inside(parameter: Parameter, step: Fraction) -> Fraction:
    """Two fifths of the way up a bounded range, a step into any other."""
    low, high = parameter.low, parameter.high
    if low.is_finite and high.is_finite:
        return Fraction(str(low)) + (Fraction(str(high)) - Fraction(str(low))) * Fraction(2, 5)
    if low.is_finite:
        return Fraction(str(low)) + step
    return Fraction(str(high)) - step if high.is_finite else step
