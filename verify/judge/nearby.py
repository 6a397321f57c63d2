"""Which formula, one simple slip away from a wrong claim, would be right."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import flint
import sympy

from theory.designs.instance import Instance
from theory.errors import InputError, Irrational, TheoryError
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.slips import slips
from theory.language.formulas.tree import Tree, names
from theory.language.formulas.values import Rationals, value
from theory.limits.leading import Regime
from verify.judge.counterexample import UNDEFINED
from verify.judge.equality import differ, equality
from verify.judge.limits import order
from verify.judge.question import Question
from verify.judge.regular import excused, poles

SIZES = ((3, 2), (5, 3), (2, 1))
HEIGHT = 9
SECONDS = 2.0
"""How long slips are tried."""
MOST = 3
"""How many are told."""


@dataclass(frozen=True)
class Nearby:
    """A formula one slip away that is right."""

    slip: str
    text: str
    latex: str
    how: str


def nearby(question: Question, regime: Regime | None = None, seed: int = 0) -> tuple[Nearby, ...]:
    """Formulas one slip away that are exact, or right to leading order in a regime.

    Examples
    --------
    >>> from theory.language.gallery.designs import isotropic_noiseless as design
    >>> from theory.language.files.reading import DesignFile
    >>> from theory.language.formulas.claims import claim_formula
    >>> from theory.language.formulas.quantities import Quantity
    >>> claim = claim_formula(Quantity.RISK, parse("d - n*d/(n + d)"), design)
    >>> [found.text for found in nearby(Question(Quantity.RISK, claim, DesignFile(design)))]
    ['d - n*d/(n + d + 1)']
    """
    found: list[Nearby] = []
    fits = _exactly(question, seed) if regime is None else _in_regime(question, regime)
    deadline = time.monotonic() + SECONDS
    for words, tree in slips(question.formula.tree, question.names):
        if time.monotonic() > deadline or len(found) == MOST:
            break
        one = _checked(question, words, tree, regime) if fits(tree) else None
        if one is not None and one.latex not in {known.latex for known in found}:
            found.append(one)
    return tuple(found)


def _exactly(question: Question, seed: int) -> Callable[[Tree], bool]:
    """Whether a formula has the exact values at a few random instances."""
    places = list(_places(question, seed))

    def fits(tree: Tree) -> bool:
        if not places:
            return False
        if question.design.means and slipped(question, tree) is None:
            return False  # vectors and matrices in each other's place have no value
        for at, exact in places:
            try:
                if differ(question.claimed_at(at, tree), exact):
                    return False
            except (ZeroDivisionError, Irrational, TypeError, ValueError, OverflowError):
                return False
        return True

    return fits


def _places(question: Question, seed: int) -> Iterator[tuple[Instance, Any]]:
    random = Random(seed)
    for n, d in SIZES:
        at = question.drawn(n, d, random, HEIGHT)
        if at is not None:
            try:
                yield at, question.exact_at(at)
            except UNDEFINED:
                continue


def _in_regime(question: Question, regime: Regime) -> Callable[[Tree], bool]:
    """Whether a formula is near the exact value at a large size of the regime."""
    places = order(question, regime).places
    if not places or question.exact is None:
        return lambda _: False
    values, _ = places[-1]
    table = {sympy.Symbol(name): at for name, at in values.items()}
    scalars = {name: flint.fmpq(int(at.p), int(at.q)) for name, at in values.items()}
    exact = question.exact.xreplace(table)

    def claimed(tree: Tree) -> Any:
        if names(tree) <= scalars.keys():
            try:
                return sympy.Rational(str(value(tree, Rationals(scalars))))
            except Irrational:
                pass
        changed = slipped(question, tree)
        found = None if changed is None else changed.claimed
        return sympy.nan if found is None else found.xreplace(table)

    def fits(tree: Tree) -> bool:
        try:
            return bool(abs(float(claimed(tree) / exact) - 1) < 1e-2)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return False

    return fits


def _checked(question: Question, words: str, tree: Tree, regime: Regime | None) -> Nearby | None:
    """The formula, if it is right for sure, and has a value wherever the exact quantity has."""
    changed = slipped(question, tree)
    if changed is None or not {*poles(changed)} <= {*excused(question)}:
        return None
    if regime is None:
        found = equality(changed)
        right, how = found.equal, found.how
    else:
        how = f"right to leading order in the limit {regime.name}"
        try:
            right = order(changed, regime).right
        except TheoryError:
            return None
    return Nearby(words, printed(tree), changed.latex, how) if right else None


def slipped(question: Question, tree: Tree) -> Question | None:
    """The question with another formula, read anew from its text; None where it is none."""
    try:
        return question.with_formula(parse(printed(tree)))
    except InputError:
        return None
