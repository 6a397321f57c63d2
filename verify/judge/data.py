"""What came of a claim as plain data: what a report holds, and what is printed."""

from __future__ import annotations

from typing import Any

from theory.designs.descriptions import describe
from theory.designs.instance import Instance
from theory.scalars.rational import factored
from theory.text.formulas import latex_line
from theory.text.latex import condition_latex as written
from theory.text.latex import latex
from verify.judge.counterexample import Counterexample
from verify.judge.judge import Answer, Judged
from verify.judge.limits import Order
from verify.judge.numbers import finite, numbers
from verify.judge.terms import WrongTerm

Data = dict[str, Any]


def data_of(judged: Judged, at: Instance | None) -> Data:
    """What a report says of a judged claim, besides what it says of every statement.

    Exact numbers are strings. ``at`` are numbers at which errors are shown.
    """
    first = _decisive(judged)
    return {
        "judgement": judged.judgement.value,
        "why": {a.question.key: a.why for a in judged.answers},
        "difference": _difference(first),
        "rate": _rate(first),
        "counterexample": _place(first.counterexample),
        "nearby": [
            {"slip": one.slip, "formula": one.text, "latex": one.latex, "how": one.how}
            for one in first.nearby
        ],
        "errors": [error for a in judged.answers for error in _errors(a, at)],
        "parts": {
            a.question.key: {
                "claim": a.question.latex,
                "judgement": a.judgement.value,
                "why": a.why,
                "difference": _difference(a),
                "rate": _rate(a),
                "rates": [_order(one) for one in a.orders],
                "counterexample": _place(a.counterexample),
            }
            for a in judged.answers
        },
    }


def _decisive(judged: Judged) -> Answer:
    """The answer that the verdict rests on."""
    return next(a for a in judged.answers if a.judgement is judged.judgement)


def _difference(answer: Answer) -> str | None:
    found = answer.equality.difference
    return None if found is None else latex(factored(found))


def _rate(answer: Answer) -> Data | None:
    """How the relative error falls in the regime that matters most."""
    orders = sorted(answer.orders, key=lambda one: not one.right)
    return _order(orders[0]) if orders else None


def _order(one: Order) -> Data:
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
        "where": [written(condition) for condition in one.where],
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
