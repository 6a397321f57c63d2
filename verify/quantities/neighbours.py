"""Records with one slip in them, as the grammar makes slips in a claim that is text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from itertools import islice
from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.errors import InputError
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.slips import slips
from theory.language.formulas.writing import written

LOOKED = 48
"""How many slips are made of each formula, the commonest first."""
SHOWN = 60
"""Of formulas that are longer only what was changed is told, with a number."""


def spread(made: Iterable[Any], most: float) -> list[Any]:
    """About so many of the first :data:`LOOKED`, evenly spread.

    >>> spread(range(100), 4)
    [0, 12, 24, 36]
    """
    looked = list(islice(made, LOOKED))
    return looked[:: max(1, int(len(looked) / most))]


def neighbours(record: Any, fields: Mapping[str, str], most: float) -> Iterator[tuple[str, Any]]:
    """Records that differ from one by a slip in one of these fields, each with what was changed.

    Parameters
    ----------
    fields
        Which of its fields, and what they are called: formulas in SymPy, polynomials in words,
        members of an enumeration, sets of sizes, and tuples and tables of such.

    Examples
    --------
    >>> from theory.optima.curvature.hessian import InvariantHessian
    >>> n, d = sympy.symbols("n d")
    >>> found = neighbours(InvariantHessian(n, n, n + d), {"identity": "at I"}, most=9)
    >>> [what for what, _ in found][:2]
    ['at I = -d + n (a sign)', 'at I = d + n^2 (n -> n^2)']
    """
    for field, called in fields.items():
        for what, changed in slipped(getattr(record, field), most):
            yield f"{called}{what}", replace(record, **{field: changed})


def slipped(value: Any, most: float) -> Iterator[tuple[str, Any]]:
    """The neighbours of what stands in a field of a record, as :func:`neighbours`."""
    match value:
        case Enum():
            for other in type(value):
                if other is not value:
                    yield f" = {other.value}", other
        case sympy.FiniteSet():
            for size in value:
                yield f" without {size}", value - sympy.FiniteSet(size)
            yield f" with {max(value) + 1}", value + sympy.FiniteSet(max(value) + 1)
        case sympy.MatrixExpr():
            return
        case sympy.Expr():
            yield from _formulas(value, most)
        case MatrixPolynomial():
            yield from _polynomials(value, most)
        case Mapping():
            for name, part in value.items():
                for what, changed in slipped(part, most):
                    yield f" {name}{what}", {**value, name: changed}
        case (sympy.Symbol() as name, meaning):
            for what, changed in slipped(meaning, most):
                yield f" {name}{what}", (name, changed)
        case tuple():
            for at, part in enumerate(value):
                own = isinstance(part, tuple) and isinstance(part[0], sympy.Symbol)
                for what, changed in slipped(part, most):
                    others = (*value[:at], changed, *value[at + 1 :])
                    yield what if own else f" ({at + 1}){what}", others


def _formulas(expr: sympy.Expr, most: float) -> Iterator[tuple[str, sympy.Expr]]:
    """Rational formulas one slip away from a rational one; traces are scalars like others."""
    traces = {sympy.Symbol(f"tr_{t.arg}"): t for t in expr.atoms(sympy.Trace)}
    plain = expr.xreplace({t: name for name, t in traces.items()})
    names = dict.fromkeys(sorted(s.name for s in plain.free_symbols), Meaning.SCALAR)
    seen = {plain}
    for words, tree in spread(slips(parse(written(plain)), names), most):
        try:
            changed = scalar(tree, Scope("a slip", names))
        except InputError:
            continue
        roots = (p.exp.is_Rational and not p.exp.is_Integer for p in changed.atoms(sympy.Pow))
        if changed not in seen and not any(roots):
            shown = printed(tree)
            what = f" = {shown} ({words})" if len(shown) <= SHOWN else f": {words} ({len(seen)})"
            seen.add(changed)
            yield what, changed.xreplace(traces)


def _polynomials(value: MatrixPolynomial, most: float) -> Iterator[tuple[str, MatrixPolynomial]]:
    """A slip in a coefficient, and the transpose."""
    for word, traces in value.terms.items():
        for monomial, coefficient in traces.terms.items():
            for what, changed in slipped(coefficient, most):
                other = TracePolynomial({**traces.terms, monomial: changed})
                of = "".join(map(repr, (*monomial, *word))) or "I"
                yield (
                    f", {of}{what}",
                    MatrixPolynomial(value.rows, value.cols, {**value.terms, word: other}),
                )
    if value.rows == value.cols and value.mT != value:
        yield " transposed", value.mT
