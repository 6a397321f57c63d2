"""What a claim or a derivation comes to: formulas, their terms, steps, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

import sympy

from theory.text.latex import latex
from theory.text.rows import Mathematics, Prose, Row, row

RELATIONS = r",\quad "
"""What separates the relations of a list in one line of LaTeX."""


@dataclass(frozen=True)
class Formula:
    """``left = right``, or another relation, which is LaTeX.

    Parameters
    ----------
    note
        What the formula holds for, to stand after it.
    meaning
        What the left side stands for, to stand before its value.
    """

    left: Mathematics
    right: Mathematics
    relation: str = "="
    note: Mathematics = ""
    meaning: Mathematics = ""

    @property
    def value(self) -> Mathematics:
        """The right side, with what it means and holds for."""
        meaning = (self.meaning, " = ") if self.meaning else ()
        note = (r" \quad ", self.note) if self.note else ()
        return row(*meaning, self.right, *note) if meaning or note else self.right

    @property
    def row(self) -> Row:
        """All of it, side by side."""
        return row(self.left, f" {self.relation} ", self.value)

    @property
    def latex(self) -> str:
        return latex(self.row)


@dataclass(frozen=True)
class Step:
    """One step of a derivation: what was done, and the formulas it led to."""

    text: Prose
    formulas: tuple[Formula | Mathematics, ...] = ()

    @property
    def latex(self) -> str:
        """Its formulas in one line of LaTeX."""
        return latex_line(self.formulas)


def step(text: Prose, *formulas: Formula | Mathematics) -> Step:
    """A step with its formulas.

    >>> step("Solved", Formula("x", sympy.Integer(2)), "y > 0").latex
    'x = 2,\\\\quad y > 0'
    """
    return Step(text, formulas)


def latex_line(formulas: Iterable[Formula | Mathematics]) -> str:
    """Formulas in one line of LaTeX."""
    return RELATIONS.join(f.latex if isinstance(f, Formula) else latex(f) for f in formulas)


@dataclass(frozen=True)
class Exposition:
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
        Titles of further expositions, each with a function that derives it when it is asked for.

    Examples
    --------
    >>> import theory
    >>> print(theory.statement("corollary1").derived.formulas[0].latex)
    W^\\star = \\frac{1}{d + n + 1}\\, I
    """

    formulas: tuple[Formula, ...]
    where: tuple[Formula, ...] = ()
    steps: tuple[Step, ...] = ()
    conditions: tuple[Prose, ...] = ()
    sections: tuple[tuple[str, Callable[[], Exposition]], ...] = ()

    def of(self, what: Mathematics, relation: str = "") -> Formula | None:
        """The first formula of a quantity; of those with that relation, where one is given."""
        found = (f for f in self.formulas if f.left == what and relation in ("", f.relation))
        return next(found, None)

    @staticmethod
    def joined(parts: Iterable[Exposition]) -> Exposition:
        """Several in one, each kind of what they hold in order."""
        held = zip(*(vars(one).values() for one in parts), strict=True)
        return Exposition(*map(tuple, map(chain.from_iterable, held)))


def beyond(formulas: Iterable[Formula], known: Iterable[Formula]) -> tuple[Formula, ...]:
    """Those that have another left side than all that are known.

    >>> beyond([Formula("a", "b")], [Formula("a", "c")])
    ()
    """
    names = {one.left for one in known}
    return tuple(one for one in formulas if one.left not in names)


def where(definitions: Iterable[tuple[sympy.Expr, sympy.Expr]]) -> tuple[Formula, ...]:
    """Abbreviations with their meaning.

    >>> where([(sympy.Symbol("M"), sympy.Symbol("d"))])[0].latex
    'M = d'
    """
    return tuple(Formula(name, meaning) for name, meaning in definitions)
