"""Witness: the claim beside what the engine derives in its place, for all sizes at once."""

from __future__ import annotations

from typing import Any

from theory.designs.descriptions import describe
from theory.designs.instance import Instance
from theory.records.theorem import Theorem
from theory.scalars.rational import factored
from theory.text.formulas import latex_line
from theory.text.latex import condition_latex, latex
from verify.judge.counterexample import Counterexample
from verify.judge.judge import Answer, Judged, Judgement, judge
from verify.judge.limits import Order
from verify.judge.numbers import finite, numbers
from verify.judge.table import table
from verify.judge.terms import WrongTerm
from verify.outcome.verdict import JUDGED, Finding, Verdict
from verify.settings import Settings

NAME = "derivation"
Data = dict[str, Any]


def judged_claim(record: Theorem, settings: Settings) -> Finding:
    """Judge the claim: exact, right in a limit, refuted, or undecided with the reason.

    A claim that is made without a limit and is right in one only is refuted as it stands; the
    judgement, which is in the data with all that it rests on, says where it is right.
    """
    judged = judge(record.file, record.claim, settings)
    if settings.brief:  # one of many slips, of which nobody reads more than the verdict
        return Finding(NAME, verdict_of(judged), "judged", examined=len(judged.answers))
    answers = judged.answers
    about = [f"{a.question.key}: " if len(answers) > 1 else "" for a in answers]
    return Finding(
        NAME,
        verdict_of(judged),
        "; ".join(f"{name}{a.why}" for name, a in zip(about, answers, strict=True)),
        examined=sum(a.equality.examined + 2 * len(a.orders) for a in answers),
        data={JUDGED: data_of(judged, settings.at), "table": _at_sizes(judged)},
    )


def _at_sizes(judged: Judged) -> list[Data]:
    """What is claimed or right in a limit, the risk rather than the weight, at a few sizes."""
    last = judged.answers[-1]
    right = (one.regime for one in last.orders if one.right)
    regime = judged.claim.limit or next(right, None)
    return [] if regime is None else table(last.question, regime)


def verdict_of(judged: Judged) -> Verdict:
    """What a judgement says of the claim as it was made."""
    match judged.judgement:
        case Judgement.EXACT | Judgement.PROVED:
            return Verdict.HOLDS
        case Judgement.LIMIT:
            return Verdict.REFUTED if judged.claim.limit is None else Verdict.HOLDS
        case Judgement.REFUTED:
            return Verdict.REFUTED
        case Judgement.UNDECIDED:
            return Verdict.UNDECIDED


def data_of(judged: Judged, at: Instance | None) -> Data:
    """What a report says of a judged claim, besides what it says of every statement.

    Exact numbers are strings. ``at`` are numbers at which errors are shown.
    """
    first = _decisive(judged)
    parts = {a.question.key: _part(a) for a in judged.answers}
    return {
        "judgement": judged.judgement.value,
        "why": {a.question.key: a.why for a in judged.answers},
        "difference": parts[first.question.key]["difference"],
        "rate": parts[first.question.key]["rate"],
        "counterexample": _place(first.counterexample),
        "nearby": [
            {"slip": one.slip, "formula": one.text, "latex": one.latex, "how": one.how}
            for one in first.nearby
        ],
        "errors": [error for a in judged.answers for error in _errors(a, at)],
        "parts": parts,
    }


def _part(answer: Answer) -> Data:
    """What a report says of one formula."""
    rates = [_order(one) for one in answer.orders]
    return {
        "claim": answer.question.latex,
        "judgement": answer.judgement.value,
        "why": answer.why,
        "difference": _difference(answer),
        # that of the regime that matters most
        "rate": min(rates, key=lambda one: not one["right"], default=None),
        "rates": rates,
        "counterexample": _place(answer.counterexample),
    }


def _decisive(judged: Judged) -> Answer:
    """The answer that the verdict rests on."""
    return next(a for a in judged.answers if a.judgement is judged.judgement)


def _difference(answer: Answer) -> str | None:
    found = answer.equality.difference
    return None if found is None else latex(factored(found))


def _order(one: Order) -> Data:
    """How the relative error falls in a regime."""
    error, comparison = one.comparison.error, one.comparison
    return {
        "limit": one.regime.name,
        "regime": latex_line(one.regime.formulas),
        "right": one.right,
        "relative_error": "0" if error is None else latex(error.expression),
        "power": None if error is None else str(error.power),
        "coefficient": None if error is None else latex(error.coefficient),
        "exact": latex(comparison.exact.expression),
        "claimed": latex(comparison.claimed.expression),
        "seen": one.seen,
        "where": [condition_latex(condition) for condition in one.where],
        "term": None if one.wrong is None else _term(one.wrong),
    }


def _term(wrong: WrongTerm) -> Data:
    return {
        "text": wrong.text,
        "claimed": latex(wrong.claimed.expression),
        "exact": "0" if wrong.exact is None else latex(wrong.exact.expression),
    }


def _place(found: Counterexample | None) -> Data | None:
    if found is None:
        return None
    return {
        "sizes": found.sizes,
        "claimed": found.claimed,
        "exact": found.exact,
        "confirmed": found.confirmed,
    }


def _errors(answer: Answer, at: Instance | None) -> list[Data]:
    """Actual errors: at the numbers given, and along a limit."""
    quantity, found = answer.question.key, list[Data]()
    if at is not None:
        here = numbers(answer.question, at)
        both = {"claimed": here.claimed, "exact": here.exact}
        shown = {key: value for key, value in both.items() if value is not None}
        error = {"relative_error": here.error, **({"why": here.why} if here.why else {})}
        found.append({"quantity": quantity, "limit": None, "at": describe(at), **shown, **error})
    for one in answer.orders:
        found += (
            {
                "quantity": quantity,
                "limit": one.regime.name,
                "at": {k: str(v) for k, v in point.items()},
                "relative_error": finite(value),
            }
            for point, value in one.places
        )
    return found
