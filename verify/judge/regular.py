"""Where an optimum is one: what must not vanish there, and is not seen not to.

A formula of an optimum is that of a stationary point, which is the only one where a determinant is
not zero. Where it is zero the formula, once cancelled, may have a value that no optimum has: labels
that are zero at some parameter predict nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from theory.designs.design import ranges_of
from theory.designs.narrowed import is_seen
from theory.scalars.rational import factored
from theory.scalars.symbols import i, n
from verify.judge.question import Question

LONG = 2_000
"""Operations in an expression that is not factored any more."""
SYSTEM = sympy.Symbol(r"\det H")
"""Stands for the determinant of a system that is too long to show."""


def must_not_vanish(question: Question) -> tuple[sympy.Expr, ...]:
    """Factors that are zero where the optimum is not unique, less those that never are.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("isotropic-noiseless")
    >>> [must_not_vanish(one) for one in questions(file, claim_of(file, risk="d"))]
    [()]
    """
    ranges = {**ranges_of(question.design), i: (sympy.Integer(1), n)}
    sides = (question.target, *([] if question.other is None else [question.other]))
    found: dict[sympy.Expr, None] = {}
    for side in sides:
        for regular in side.regular:
            for factor in _factors(regular.xreplace(question.design.settled)):
                domain = question.design.domain
                if not any(is_seen(sign * factor, ranges, domain, True) for sign in (1, -1)):
                    found[factor] = None
    return tuple(found)


def _factors(expr: sympy.Expr) -> Iterator[sympy.Expr]:
    if expr.count_ops() > LONG:
        yield SYSTEM
        return
    top, _ = sympy.fraction(factored(expr))
    for factor in sympy.Mul.make_args(top):
        base, _ = factor.as_base_exp()
        if not base.is_number:
            yield base
