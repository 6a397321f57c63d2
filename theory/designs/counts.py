"""What has to be a whole number: how many examples there are of each group, and ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy

from theory.designs.design import Design
from theory.scalars.symbols import d, i, n
from theory.scalars.whole import is_whole


def whole_symbols(design: Design) -> frozenset[sympy.Symbol]:
    """Sizes, an example's index, and the parameters that are whole numbers."""
    return frozenset({n, d, i, *(p.symbol for p in design.parameters if p.whole)})


def counts(design: Design) -> tuple[sympy.Expr, ...]:
    """Counts of examples, in training and at test, and ranks, that are not seen to be whole.

    >>> from theory.language.gallery import shipped
    >>> counts(shipped("partly-retrieved").design), counts(shipped("mixture").design)
    ((), ())
    """
    whole = whole_symbols(design)
    return tuple(one for one in dict.fromkeys(_all(design)) if not is_whole(one, whole))


def is_tied(design: Design) -> bool:
    """Whether more has to be whole than sizes, or satisfied: not all values then have prompts."""
    return bool(counts(design) or design.domain) or any(p.whole for p in design.parameters)


def are_whole(design: Design, values: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
    """Whether counts and parameters are whole where they have to be.

    >>> from theory.language.gallery import shipped
    >>> k = sympy.Symbol("k")
    >>> [are_whole(shipped("partly-retrieved").design, {k: sympy.Rational(v, 2)}) for v in (2, 3)]
    [True, False]
    """
    whole = [p.symbol for p in design.parameters if p.whole]
    return all(one.xreplace(dict(values)).is_integer for one in (*counts(design), *whole))


def _all(design: Design) -> Iterator[sympy.Expr]:
    yield from (share.count for share in design.examples if share.count is not None)
    if design.test is not None:
        yield design.test.examples
        yield from map(design.test.put, counts(design.test.design))
    yield from design.ranks.values()
