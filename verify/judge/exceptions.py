"""Orders that are strict but for an exception: signs of what may vanish where that holds."""

from __future__ import annotations

import sympy

from theory.designs.counts import whole_symbols
from theory.designs.design import ranges_of
from theory.designs.domain import ABOVE, Condition
from theory.designs.narrowed import is_seen
from theory.scalars.rational import factored
from theory.scalars.whole import is_whole
from verify.judge.question import Question


def is_seen_unless(gap: sympy.Expr, question: Question) -> bool:
    """Whether a difference is seen to be positive wherever the exception does not hold.

    Either it has factors of the exception, squared or with a sign of their own, and what is left
    is positive; or the exception is a whole number, which differs from zero by one at least.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> from theory.scalars.symbols import d, n
    >>> file = shipped("mahankali-2023")
    >>> (one,) = questions(file, claim_of(file, risk="< d + sigma^2 - 1", unless="n = 1"))
    >>> is_seen_unless(n - 1, one), is_seen_unless((n - 1)**2 / d, one), is_seen_unless(n - 2, one)
    (True, True, False)
    """
    assert question.unless is not None
    ranges, domain = ranges_of(question.design), question.design.domain

    def seen(expr: sympy.Expr, strictly: bool, *more: Condition) -> bool:
        return is_seen(expr, ranges, (*more, *domain), strictly)

    zero = question.unless.expression.xreplace(question.design.settled)
    if is_whole(zero, whole_symbols(question.design)):
        # of both signs those that it may have
        signs = [sign for sign in (1, -1) if not seen(-sign * zero, False)]
        if all(seen(gap, True, Condition(sign * zero - 1, ABOVE)) for sign in signs):
            return True
    excepted = {base for base, _ in sympy.factor_list(zero)[1]}
    top, bottom = sympy.fraction(factored(gap))
    constant, factors = sympy.factor_list(top)
    rest = constant / bottom
    for base, power in factors:
        if base not in excepted and -base not in excepted:
            rest *= base**power
        elif power % 2:
            sign = next((sign for sign in (1, -1) if seen(sign * base, False)), 0)
            rest *= sign
    return seen(rest, True)
