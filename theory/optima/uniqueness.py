"""What must not vanish, so that an optimum is unique, and is not seen not to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

import sympy

from theory.designs.counts import whole_symbols
from theory.designs.design import Design, ranges_of
from theory.designs.domain import ABOVE, Condition
from theory.designs.narrowed import is_seen
from theory.scalars.rational import factored
from theory.scalars.signs import Ranges
from theory.scalars.symbols import i, n
from theory.scalars.whole import is_never_zero

LONG = 2_000
"""Operations in an expression that is not factored any more."""
SYSTEM = sympy.Symbol(r"\det H")
"""Stands for the determinant of a system that is too long to show."""


def may_be_zero_in(
    design: Design, exprs: Iterable[sympy.Expr], constants: Iterable[str] = ()
) -> tuple[sympy.Expr, ...]:
    """The factors of expressions, also in ``i``, that are not seen to be other than zero.

    >>> from theory.language.gallery.designs import rag
    >>> may_be_zero_in(rag, [n * (n - 2)])
    (n - 2,)
    """
    ranges = {**ranges_of(design), i: (sympy.Integer(1), n)}
    ranges |= {sympy.Symbol(c): (sympy.Integer(0), sympy.oo) for c in constants}
    settled = (one.xreplace(design.settled) for one in exprs)
    return may_be_zero(settled, ranges, whole_symbols(design), design.domain)


def may_be_zero(
    exprs: Iterable[sympy.Expr],
    ranges: Ranges,
    whole: Set[sympy.Symbol],
    domain: Iterable[Condition] = (),
) -> tuple[sympy.Expr, ...]:
    """The factors of expressions in symbols of these ranges, some of them whole numbers.

    Without those that are seen to be other than zero, also by conditions on the symbols.

    >>> one, oo = sympy.Integer(1), sympy.oo
    >>> may_be_zero([(n + 1) * (n - 2) * (2 * n - 1)], {n: (one, oo)}, {n})
    (n - 2,)
    >>> may_be_zero([n - 2], {n: (one, oo)}, {n}, [Condition(4 - 2 * n, "> 0")])
    ()
    """
    domain = tuple(domain)
    found = (factor for one in exprs for factor in _factors(one))
    said = {
        factor for one in domain if one.relation != ABOVE for factor in _factors(one.expression)
    }
    return tuple(
        factor
        for factor in dict.fromkeys(found)
        if not {factor, sympy.expand(-factor)} & said
        and not any(is_seen(one, ranges, domain, True) for one in (factor, -factor, factor**2))
        and not is_never_zero(factor, whole)
    )


def _factors(expr: sympy.Expr) -> Iterator[sympy.Expr]:
    if expr.count_ops() > LONG:
        yield SYSTEM
        return
    top, _ = sympy.fraction(factored(expr))
    for factor in sympy.Mul.make_args(top):
        base, _ = factor.as_base_exp()
        if not base.is_number:
            yield base.primitive()[1]
