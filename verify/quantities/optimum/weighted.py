"""Claims about sample weights: how the least risk over them has to behave at every instance."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import flint
from hypothesis import strategies as st

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import Irrational
from theory.optima.sample_weights.form import Numbers
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared, Property
from verify.instances import is_defined
from verify.judge.question import Question
from verify.judge.target import OfWeights
from verify.strategies import rationals


def of_sample_weights(subject: Any, places: st.SearchStrategy[Instance]) -> dict[str, Property]:
    """That no sample weights do better than is claimed, and equal ones no better than PGD."""
    asked = [q for q in subject.questions if isinstance(q.target, OfWeights)]
    return {
        f"{check.__name__} ({q.quantity.value})": Property(places, partial(check, q))
        for q in asked
        for check in (no_better, bounded)
    }


def no_better(question: Question, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """Drawn sample weights, of any size, do no better than the claimed least risk."""
    claimed, numbers = _at(question, at)
    if claimed is None or numbers is None:
        return
    drawn = [EXACT.number(data.draw(rationals(Fraction(-2), Fraction(2)))) for _ in range(at.n)]
    along = sum((c * w for c, w in zip(numbers.linear, drawn, strict=True)), flint.fmpq(0))
    square = numbers.value(drawn) - numbers.constant + 2 * along
    best = numbers.constant - along**2 / square if square != 0 else numbers.constant
    yield Compared("other sample weights do better", at, best, claimed, best >= claimed)


def bounded(question: Question, at: Instance, data: st.DataObject) -> Iterator[Compared]:
    """Between the noise of the query's label and the best risk of equal weights."""
    claimed, numbers = _at(question, at)
    if claimed is None or numbers is None:
        return
    floor, equal = scalar_value(question.noise, at.scalars, EXACT), numbers.uniform()
    what = "the least risk over sample weights leaves its bounds"
    yield Compared(what, at, f"{floor} to {equal}", claimed, floor <= claimed <= equal)


def _at(question: Question, at: Instance) -> tuple[Any, Numbers | None]:
    """The claimed risk and the form in the sample weights; None where they are not rational."""
    if not is_defined(at):
        return None, None
    target = question.target
    assert isinstance(target, OfWeights)
    try:
        claimed, numbers = question.claimed_at(at), target.numbers(at)
    except (ZeroDivisionError, Irrational):
        return None, None
    return (claimed, numbers) if isinstance(claimed, flint.fmpq) else (None, None)
