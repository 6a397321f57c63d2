"""Places where more than one weight is optimal: a least risk has a value there as well.

Formulas of an optimum are derived where it is unique. Where it is not, the least risk need not be
their value, and what is claimed of it is looked at there by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import sympy

from theory.designs.instance import Instance
from theory.scalars.arithmetic import EXACT, fraction
from verify.instances import is_defined
from verify.judge.question import Question
from verify.judge.regular import is_zero_at, must_not_vanish

LOOKED, FOUND = 60, 12
"""Readable instances beside which such places are sought, and how many of them are enough."""


def singular_places(question: Question) -> Iterator[Instance]:
    """The simplest places where the optimum is not unique; none for what is not of least risks.

    >>> from theory.language.files.reading import parse_design
    >>> from theory.language.gallery import text
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> design = text("isotropic-noiseless").replace('features = "e"', 'features = "(7*u - 2)*e"')
    >>> file = parse_design(design + "[parameters]\\nu = [0, 1]")
    >>> (one,) = questions(file, claim_of(file, risk="d"))
    >>> print(next(singular_places(one)))
    n = 1, d = 1, u = 2/7
    """
    factors = must_not_vanish(question) if question.of_least_risks else ()
    if factors:
        yield from islice(_sought(question, factors), FOUND)


def _sought(question: Question, factors: tuple[sympy.Expr, ...]) -> Iterator[Instance]:
    seen = []
    for near in islice(question.readable(), LOOKED):
        for factor in factors:
            for at in (near, *_moved(near, factor)):
                if at not in seen and is_zero_at(factor, at) and is_defined(at):
                    seen.append(at)
                    yield at


def _moved(near: Instance, factor: sympy.Expr) -> Iterator[Instance]:
    """Places at which one parameter is another one, such that a factor is zero."""
    design = near.design
    if near.matrices:
        return
    values = {sympy.Symbol(k): sympy.Rational(str(v)) for k, v in near.scalars.items()}
    for parameter in design.parameters:
        symbol = parameter.symbol
        others = factor.xreplace({k: v for k, v in values.items() if k != symbol})
        if others.free_symbols != {symbol} or not others.is_polynomial(symbol):
            continue
        for root in sympy.Poly(others, symbol).ground_roots():
            if root in parameter:
                number = EXACT.number(fraction(root))
                yield replace(near, scalars={**near.scalars, parameter.name: number})
