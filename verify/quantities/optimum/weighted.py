"""Claims about sample weights and their least risk: how they behave at every instance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import flint
from hypothesis import strategies as st

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import Irrational
from theory.optima.sample_weights.form import NumericForm
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared, Property
from verify.instances import is_defined
from verify.judge.question import Question
from verify.judge.target_weights import OfOmega, OfWeights, form_at
from verify.strategies import rationals

Check = Callable[[Question, Instance, st.DataObject, Any, NumericForm], Compared]


def of_sample_weights(subject: Any, places: st.SearchStrategy[Instance]) -> dict[str, Property]:
    """That no sample weights do better than is claimed, and equal ones no better than PGD."""
    found = {}
    for q in subject.questions:
        checks: tuple[Check, ...] = ()
        if isinstance(q.target, OfWeights):
            checks = (no_better, bounded)
        elif isinstance(q.target, OfOmega) and q.target.kind is not None:
            checks = (best,)
        for check in checks:
            name = f"{check.__name__.replace('_', ' ')} ({q.quantity.value})"
            found[name] = Property(places, partial(_where_rational, check, q))
    return found


def no_better(
    question: Question, at: Instance, data: st.DataObject, claimed: Any, numbers: NumericForm
) -> Compared:
    """Drawn sample weights, of any size, do no better than the claimed least risk."""
    other = _risk(numbers, _drawn(at, data))
    return Compared("other sample weights do better", at, other, claimed, other >= claimed)


def best(
    question: Question, at: Instance, data: st.DataObject, claimed: Any, numbers: NumericForm
) -> Compared:
    """Drawn sample weights do no better than those claimed."""
    own, other = (_risk(numbers, w) for w in (claimed.entries(), _drawn(at, data)))
    return Compared("other sample weights do better", at, other, own, other >= own)


def bounded(
    question: Question, at: Instance, data: st.DataObject, claimed: Any, numbers: NumericForm
) -> Compared:
    """Between the noise of the query's label and the best risk of equal weights."""
    floor, equal = scalar_value(question.noise, at.scalars, EXACT), numbers.uniform()
    what = "the least risk over sample weights leaves its bounds"
    return Compared(what, at, f"{floor} to {equal}", claimed, floor <= claimed <= equal)


def _where_rational(
    check: Check, question: Question, at: Instance, data: st.DataObject
) -> Iterator[Compared]:
    """Beside the claimed value, and the form in the sample weights, where they are rational."""
    if not is_defined(at):
        return
    target = question.target
    assert isinstance(target, OfWeights | OfOmega) and target.kind is not None
    try:
        claimed, numbers = question.claimed_at(at), form_at(target.kind, at)
    except (ZeroDivisionError, Irrational):
        return
    if isinstance(claimed, flint.fmpq | flint.fmpq_mat):
        yield check(question, at, data, claimed, numbers)


def _drawn(at: Instance, data: st.DataObject) -> list[Any]:
    drawn = rationals(Fraction(-2), Fraction(2))
    return [EXACT.number(data.draw(drawn)) for _ in range(at.n)]


def _risk(numbers: NumericForm, weights: Sequence[Any]) -> Any:
    """The risk of sample weights with their best common factor."""
    along = sum((c * w for c, w in zip(numbers.linear, weights, strict=True)), flint.fmpq(0))
    square = numbers.value(weights) - numbers.constant + 2 * along
    return numbers.constant - along**2 / square if square != 0 else numbers.constant
