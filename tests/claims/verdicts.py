"""What is wrong with a verdict, as far as is known by other routes."""

from __future__ import annotations

from random import Random

from tests.claims.drawn import Drawn
from tests.claims.truth import Unknown, fails, places, right_far_out, signs_far_out
from theory.designs.instance import Instance
from theory.errors import TheoryError
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.quantities import Quantity
from theory.limits.leading import Regime
from verify.judge.judge import Answer, Judgement
from verify.judge.question import Question

LOOKED, SMALL = 3, 6
"""Places at which a claim is looked at, and the largest ``n d`` of a counterexample that is."""
HELD = (Judgement.EXACT, Judgement.PROVED)
Known = tuple[bool | None, str]
"""Whether a claim is right, None where that is not known; and what is wrong with the verdict."""


def known_of(answer: Answer, drawn: Drawn, random: Random) -> Known:
    """What is known of a formula, beside the verdict on it."""
    limit = drawn.given["limit"]
    if limit is not None:
        return _in_limit(answer, answer.question.file.limit(str(limit)), drawn, random)
    truth, judged = _at_places(answer.question, drawn, random), answer.judgement
    if judged in HELD and truth is False:
        return truth, "it holds, and fails at a place"
    if judged is Judgement.REFUTED:
        return False, _of_refutation(answer, truth)
    if judged is Judgement.LIMIT:
        return truth, "it is exact" if truth else _of_limits(answer, random)
    return truth, ""


def _at_places(question: Question, drawn: Drawn, random: Random) -> bool | None:
    """False where it fails at a place; True where it is right by construction, and does not."""
    seen: list[bool | None] = []
    for at in places(question, random, LOOKED):
        seen.append(_fails(question, at))
        if True in seen or (drawn.right and False in seen):
            break
    return False if True in seen else True if drawn.right and False in seen else None


def _fails(question: Question, at: Instance) -> bool | None:
    try:
        return fails(question, at)
    except (Unknown, ArithmeticError, TheoryError):
        return None


def _of_refutation(answer: Answer, truth: bool | None) -> str:
    """Whether its counterexample is none.

    What is right where the optimum is unique may be wrong elsewhere, which has to be seen there.
    """
    question, found = answer.question, answer.counterexample
    if found is None:
        return "it is refuted, and right" if truth else "it is refuted without a counterexample"
    at = found.at
    large = at.n * at.d * question.file.steps > SMALL
    known = not (large or question.quantity is Quantity.TEST_RISK)
    fails = _fails(question, at) if known else None
    if truth and not fails:
        return "it is refuted, and right"
    return f"it does not fail at {at}" if fails is False else ""


def _of_limits(answer: Answer, random: Random) -> str:
    """Whether it is not right in a limit in which it is said to be."""
    question = answer.question
    for one in answer.orders:
        right = one.regime.name in answer.right_in
        if right and _leads(question, one.regime, random) is False:
            return f"it is not right in {one.regime.name}"
    return ""


def _leads(question: Question, regime: Regime, random: Random) -> bool | None:
    """Whether a claim is right to leading order."""
    if question.claimed is None or question.exact is None:
        return None
    return right_far_out(question.claimed, question.exact, regime, random)


def _in_limit(answer: Answer, regime: Regime, drawn: Drawn, random: Random) -> Known:
    """The same of a claim in a limit."""
    question, judged = answer.question, answer.judgement
    if judged is Judgement.UNDECIDED:
        return drawn.right, ""
    if question.relation is not Comparator.EQUAL:
        truth = _ordered(question, regime, random)
    else:
        truth = drawn.right or _leads(question, regime, random)
    if truth is False and judged is not Judgement.REFUTED:
        return truth, "it holds in the limit, and does not"
    if truth and judged is Judgement.REFUTED and "but wrong in" not in answer.why:
        return truth, "it is refuted in the limit, and right"
    return truth, ""


def _ordered(question: Question, regime: Regime, random: Random) -> bool | None:
    """Whether a bound holds far out."""
    if question.claimed is None or question.exact is None:
        return None
    gap = question.relation.gap(question.exact, question.claimed)
    signs = signs_far_out(gap, regime, random)
    if len(signs) != 1:
        return None
    return {1: True, -1: False, 0: not question.relation.is_strict}[signs.pop()]
