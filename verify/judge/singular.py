"""Places where more than one weight is optimal: a least risk has a value there as well.

Formulas of an optimum are derived where it is unique. Where it is not, the least risk need not be
their value, and what is claimed of it is looked at there by itself. So it is where a covariance is
singular, or fixed vectors are zero or dependent: an inverse that a formula no longer shows may have
cancelled in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from random import Random

import sympy

from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from theory.scalars.arithmetic import EXACT, fraction
from theory.scalars.symbols import d, n
from verify.instances import MOST_N, is_defined
from verify.judge.question import Question
from verify.judge.regular import is_zero_at, must_not_vanish

LOOKED, FOUND = 60, 12
"""Readable instances beside which such places are sought, and how many of each kind are enough."""
FARTHEST = 10**4
"""The largest size at which one is sought."""
DRAWN, HEIGHT = 4, 2
"""Random instances made singular as well, at which nothing else is zero, and their numbers."""


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
    if not question.of_least_risks:
        return
    factors = must_not_vanish(question)
    if factors:
        yield from islice(_sought(question, factors), FOUND)
    if question.design.covariances or question.design.means:
        simple = islice(question.readable(), LOOKED)
        yield from islice(filter(is_defined, _degenerate(question.design, simple)), FOUND)
        random, sizes = Random(0), ((n, d) for n in range(1, MOST_N + 1) for d in (2, 3))
        found = (question.drawn(*size, random, HEIGHT) for size in sizes)
        drawn = islice((at for at in found if at is not None), DRAWN)
        yield from filter(is_defined, _degenerate(question.design, drawn))


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
    sizes = (Parameter(s.name, sympy.Integer(1), sympy.Integer(FARTHEST), True) for s in (n, d))
    for parameter in (*design.parameters, *sizes):
        symbol = parameter.symbol
        others = factor.xreplace({k: v for k, v in values.items() if k != symbol})
        if others.free_symbols != {symbol} or not others.is_polynomial(symbol):
            continue
        for root in sympy.Poly(others, symbol).ground_roots():
            if root in parameter:
                number = EXACT.number(fraction(root))
                moved = replace(near, scalars={**near.scalars, parameter.name: number})
                at = {n: moved.n, d: moved.d, symbol: int(root)}
                yield replace(moved, n=at[n], d=at[d])


def _degenerate(design: Design, beside: Iterable[Instance]) -> Iterator[Instance]:
    """Places at which one matrix is another one: zero, of rank one, or like the first vector."""
    known = {*design.inverted, *(one.name for one in design.projections)}
    for near in beside:
        corner = EXACT.diagonal([int(k == 0) for k in range(near.d)])
        roots = {name: near.roots[name] for name in design.covariances}
        means = {name: near.matrices[name].entries() for name in design.means}
        given = {name: value for name, value in near.scalars.items() if name not in ("n", "d")}

        same = partial(instance, design, n=near.n, d=near.d, scalars=given)
        for name in (name for name in roots if name not in known):
            for root in (corner * 0, *[corner] * (near.d > 1)):
                yield same(roots={**roots, name: root}, means=means)
        for name in means:
            yield same(roots=roots, means={**means, name: [0] * near.d})
        if len(means) > 1:
            yield same(roots=roots, means=dict.fromkeys(means, next(iter(means.values()))))
