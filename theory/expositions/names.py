"""What optima are called, which names a design has taken, and in what its numbers are sorted."""

from __future__ import annotations

from collections.abc import Callable

import sympy

from theory.designs.design import Design
from theory.scalars.rational import tidy
from theory.scalars.symbols import d, n

OPTIMAL_WEIGHT, OPTIMAL_RISK = sympy.MatrixSymbol("W_star", d, d), sympy.Symbol("L_star")
RISK_AT_TEST, LEAST_AT_TEST = sympy.symbols("L_test L_test_star")


def taken_by(design: Design) -> set[str]:
    """Names of a file's own."""
    vectors = (v for v, _ in (*design.prompt, *design.example))
    return {*(s.name for s in design.symbols), *vectors, *design.means}


def tidied_for(design: Design) -> Callable[[sympy.Expr], sympy.Expr]:
    """How moments are written: in powers of a parameter that is bounded, where there is one."""
    by = next((p.symbol for p in design.parameters if p.high.is_Rational), n)
    return lambda value: tidy(value, by, {})
