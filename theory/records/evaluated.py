"""Values at given numbers, which say what they are and at which numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from theory.designs.descriptions import ENTRIES
from theory.expositions.names import OPTIMAL_WEIGHT
from theory.scalars.arithmetic import is_number
from theory.text.formulas import Formula
from theory.text.rows import Mathematics, row
from theory.text.sheets import Sheet, Shown

CLAIMED = r"L_{\mathrm{claimed}}"
LONG = 24
"""Characters of a fraction up to which it is shown as it is."""


@dataclass(frozen=True)
class Evaluated(Shown):
    """A statement at concrete sizes.

    Parameters
    ----------
    at
        What was put for each name.
    """

    at: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False, compare=False)

    @abstractmethod
    def formulas(self) -> Iterable[Formula]:
        """Its values, each with what it is of."""

    def numbers(self) -> dict[str, Any]:
        """Its values that are numbers, or not known, by their names."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value is None or is_number(value)}

    def sheet(self) -> Sheet:
        place = ", ".join(f"{name} = {value}" for name, value in self.at.items())
        return Sheet("", (("", tuple(self.formulas())),), notes=(f"at {place}",) if place else ())


def number(value: Any) -> sympy.Expr:
    """A result as a SymPy number, for printing."""
    if isinstance(value, sympy.Expr):
        return value
    if isinstance(value, float):
        return sympy.Float(value)
    return sympy.Rational(value.numerator, value.denominator)


def rounded(value: Any) -> str:
    """A number with six digits.

    >>> rounded(Fraction(420, 61))
    '6.88525'
    """
    return f"{float(value):.6g}"


def valued(name: Mathematics, value: Any, times: str = "") -> Formula:
    """What a value is of, with the value: rounded as well where it is a fraction or irrational.

    ``times`` is notation for what the value is a multiple of.

    >>> valued("x", Fraction(1, 3)).latex
    'x = \\\\frac{1}{3} \\\\approx 0.333333'
    """
    if isinstance(value, np.ndarray) and value.ndim:
        rows = value.tolist()
        if len(rows) > ENTRIES:
            return Formula(name, rf"\text{{a {len(rows)} by {len(rows)} matrix}}")
        return Formula(name, sympy.ImmutableMatrix([[_short(v) for v in line] for line in rows]))
    shown = number(value)
    if isinstance(value, float):
        return Formula(name, rounded(value) + times)
    if len(str(shown)) > LONG:
        return Formula(name, rounded(shown) + times, r"\approx")
    if shown.is_Integer:
        return Formula(name, row(shown, times))
    sign = "=" if shown.is_Rational and Fraction(rounded(shown)) == shown else r"\approx"
    return Formula(name, row(shown, times, f" {sign} {rounded(shown)}", times))


def weight_formula(value: Any) -> Formula:
    """The optimal weight: a matrix, or the factor of the identity."""
    return valued(OPTIMAL_WEIGHT, value, "" if np.ndim(value) else r"\, I")


def _short(value: Any) -> sympy.Expr:
    shown = number(value)
    exact = shown.is_Rational and len(str(shown)) <= LONG
    return shown if exact else sympy.Float(float(shown), 6)
