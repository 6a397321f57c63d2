"""What a claim or a derivation comes to, written out: formulas, their terms, steps, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sympy

from theory.text.latex import latex


@dataclass(frozen=True)
class Formula:
    """``left = right``, or another relation, in LaTeX without dollar signs.

    ``note`` is what the formula holds for, to stand after it.
    """

    left: str
    right: str
    relation: str = "="
    note: str = ""

    @property
    def latex(self) -> str:
        note = rf" \quad {self.note}" if self.note else ""
        return f"{self.left} {self.relation} {self.right}{note}"


@dataclass(frozen=True)
class Step:
    """One step of a derivation: what was done, and the formula it led to (LaTeX)."""

    text: str
    latex: str


@dataclass(frozen=True)
class Account:
    """A claim or a derivation, ready to be shown.

    Parameters
    ----------
    formulas
        The results.
    where
        The abbreviations they use.
    steps, conditions
        How they came about and what they rest on; empty for a claim.
    sections
        Titles of further accounts, each with a function that derives it when it is asked for.

    Examples
    --------
    >>> import theory
    >>> print(theory.statement("corollary1").derived.formulas[0].latex)
    W^\\star = \\frac{1}{d + n + 1}\\, I
    """

    formulas: tuple[Formula, ...]
    where: tuple[Formula, ...] = ()
    steps: tuple[Step, ...] = ()
    conditions: tuple[str, ...] = ()
    sections: tuple[tuple[str, Callable[[], Account]], ...] = ()


def where(definitions: Iterable[tuple[sympy.Expr, sympy.Expr]]) -> tuple[Formula, ...]:
    """Abbreviations with their meaning.

    >>> where([(sympy.Symbol("M"), sympy.Symbol("d"))])[0].latex
    'M = d'
    """
    return tuple(Formula(latex(name), latex(meaning)) for name, meaning in definitions)
