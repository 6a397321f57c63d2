"""A design with another law at test, from what is other there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import Any

import sympy

from theory.designs import groups
from theory.designs.combinations import Combination, combined, scalar
from theory.designs.design import IDENTITY, Design
from theory.designs.domain import ABOVE, Condition, holds, unseen
from theory.designs.label import Label, labelled
from theory.designs.parameter import Parameter
from theory.designs.shift import COMBINATIONS, EXAMPLES, LABELS, ROLES, Shift
from theory.errors import InputError, UnknownName
from theory.scalars.signs import is_positive
from theory.scalars.symbols import d, n


def with_law_at_test(design: Design, **given: Any) -> Design:
    """The same design with another law at test.

    Keys are ``n``, the number of examples at test; names of parameters and of covariances, for what
    stands in their place; names of vectors, for their covariances; and ``query``, ``features``,
    ``task``, ``label_scale``, ``noise``, ``label`` and the query's own. What is missing is as it is
    here. A value of ``n`` or of a parameter is in parameters as they are here, and in ``d``; that
    of ``n`` may hold ``n`` as well. In what replaces a part of the prompt, ``n`` is that of the
    test.

    Raises :class:`~theory.errors.InputError` where a key names nothing, or a value is none.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> found = with_law_at_test(designs.rag_unit, n=2 * n, alpha=0).test
    >>> found.examples, found.design.features
    (2*n, (0)*q + e)
    """
    design = replace(design, test=None)
    parameters = {p.name: p for p in design.parameters if p.name not in ROLES}
    vectors = {v for v, _ in (*design.prompt, *design.example)} - {*ROLES}
    swapped = vectors | set(design.matrices) - {*ROLES}
    known = [EXAMPLES, *ROLES, *parameters, *design.matrices, *sorted(vectors)]
    for key in given:
        if key not in known:
            raise UnknownName("key at test", str(key), known)
    put = {key: _converted(key, value, key in swapped) for key, value in given.items()}
    replaced = {parameters[key].symbol: put[key] for key in put if key in parameters}
    covariances = {key: str(put[key]) for key in put if key in swapped}
    for key, value in covariances.items():
        if value not in (IDENTITY, *design.matrices):
            raise UnknownName(f"covariance of {key} at test", value, design.matrices)
    _check_symbols(design, put, replaced)
    _check_overridden(design, put)
    _check_definitions(design, {*covariances, *map(str, replaced)})

    def instead(name: str) -> str | None:
        found = covariances.get(name, name)
        return None if found == IDENTITY else found

    def drawn(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((v, covariances.get(v, covariances.get(c, c))) for v, c in pairs)

    def in_place(expr: sympy.Expr) -> sympy.Expr:
        return expr.subs(replaced, simultaneous=True)

    law = design.mapped(
        lambda c: c.mapped(in_place, instead),
        in_place,
        prompt=drawn(design.prompt),
        example=drawn(design.example),
        random=tuple(replace(one, law=one.law.mapped(in_place)) for one in design.random),
        parameters=tuple(_at_test(p, design, replaced) for p in design.parameters),
    )
    law = replace(law, **{key: value for key, value in put.items() if key in ROLES})
    return replace(design, test=Shift(law, put.get(EXAMPLES, n), tuple(put.items())))


def alone(design: Design) -> Design:
    """A design without another law at test, and without names that it has no use for.

    >>> from theory.language.gallery import designs
    >>> alone(with_law_at_test(designs.rag_unit, alpha=0).test.design).parameters[0].name
    'sigma'
    """
    terms = [term for c in design.combinations for term in c.terms]
    matrices = {m for term in terms for m in term.matrices}
    matrices |= {c for _, c in (*design.prompt, *design.example)}
    defined = tuple(one for one in design.defined if one.name in matrices)
    matrices |= {name for one in defined for name, _ in one.powers}
    projections = tuple(p for p in design.projections if p.name in matrices)
    vectors = {term.vector for term in terms}.union(*(one.vectors for one in defined))
    scalars = (
        *design.coefficients,
        *(group.count for group in design.groups),
        *(value for one in design.random for value in one.law.arguments),
        *(c for one in defined for c in one.coefficients),
        *(p.rank for p in projections if p.rank is not None),
    )
    used = {s for expr in scalars for s in expr.free_symbols}
    for p in reversed(design.parameters):
        if p.symbol in used:
            used |= {s for c in p.conditions for s in c.expression.free_symbols}
    return replace(
        design,
        parameters=tuple(p for p in design.parameters if p.symbol in used),
        covariances=tuple(c for c in design.covariances if c in matrices),
        projections=projections,
        defined=defined,
        means=tuple(m for m in design.means if m in vectors),
        test=None,
    )


def _converted(key: str, value: Any, names: bool) -> Any:
    """A value of the kind that its key takes."""
    what = f"{key} at test"
    if names:
        if not isinstance(value, str):
            raise InputError(f"{what} must be the name of a covariance, got {value!r}")
        return value
    if key in LABELS:
        return labelled(what, value)
    return combined(what, value) if key in COMBINATIONS else scalar(what, value)


def _check_symbols(
    design: Design, put: Mapping[str, Any], replaced: Mapping[sympy.Symbol, sympy.Expr]
) -> None:
    """What formulas may use; a prompt at test has one example at least."""
    symbols = {p.symbol for p in design.parameters}
    for key, value in put.items():
        if isinstance(value, str):
            continue
        if key in ROLES:
            of_vectors = isinstance(value, Combination | Label)
            used = value.symbols if of_vectors else value.free_symbols
            for symbol in sorted(used & replaced.keys(), key=str):
                raise InputError(
                    f"{key} at test holds {symbol}, in the place of which stands "
                    f"{replaced[symbol]} at test; write what is meant"
                )
            continue
        if key != EXAMPLES and n in value.free_symbols:
            raise InputError(
                f"{key} at test holds n, and prompts at test have another number of examples; "
                "give it a parameter of its own"
            )
        known = symbols | ({d, n} if key == EXAMPLES else {d})
        if value.free_symbols - known:
            wrong = str(min(value.free_symbols - known, key=str))
            raise UnknownName(f"parameter in {key} at test", wrong, map(str, known))
    examples = put.get(EXAMPLES, n)
    whole = not examples.is_number or examples.is_Integer
    ranges = {p.symbol: (p.low, p.high) for p in design.parameters}
    if not whole or is_positive(1 - examples, ranges):
        raise InputError(f"n at test must be a whole number from 1 on, got {examples}")


def _check_overridden(design: Design, put: Mapping[str, Any]) -> None:
    """What all groups of examples have of their own cannot be replaced for all of them."""
    for role in (*groups.COMBINATIONS, *groups.SCALARS):
        own = [share.name for share in design.examples if getattr(share, role) is not None]
        if role in put and design.examples and len(own) == len(design.examples):
            raise InputError(
                f"{role} at test is that of no example, since each group has one of its own; "
                "replace a parameter of it instead"
            )


def _check_definitions(design: Design, replaced: Set[str]) -> None:
    """What covariances are made of is the same at test; others may stand in their place."""
    held = {one.name: {name for name, _ in one.powers} for one in design.defined}
    for one in design.defined:
        held[one.name] |= {s.name for c in one.coefficients for s in c.free_symbols}
    for name, rank in design.ranks.items():
        held[name] = {s.name for s in rank.free_symbols}
    for name, parts in held.items():
        for key in sorted(parts & replaced):
            raise InputError(
                f"{key} at test is a part of what {name} is; give another covariance in the place "
                f"of {name}"
            )


def _at_test(
    parameter: Parameter, design: Design, replaced: Mapping[sympy.Symbol, sympy.Expr]
) -> Parameter:
    """A parameter under the law at test, where what stands for it has to be in its range.

    Conditions of the training law's parameters are those of what stands for them. Others, and ends
    that are formulas, are about training.
    """
    conditions = list(parameter.where)
    if parameter.symbol in replaced:
        if parameter.low.is_finite:
            conditions.append(Condition(parameter.symbol - parameter.low, ABOVE))
        if parameter.is_bounded:
            conditions.append(Condition(parameter.high - parameter.symbol, ABOVE))
    law = {n, d}.union(
        *(c.free_symbols for c in design.coefficients),
        *(group.count.free_symbols for group in design.groups),
    )
    about = (
        one
        for one in conditions
        if one.expression.free_symbols & replaced.keys() and one.expression.free_symbols <= law
    )
    put = [
        replace(one, expression=sympy.expand(one.expression.subs(replaced, simultaneous=True)))
        for one in about
    ]
    for one in put:
        if not holds(one.relation, one.expression):
            value = replaced.get(parameter.symbol, parameter.symbol)
            raise InputError(f"{parameter.name} must {parameter.range}, got {value} at test")
    ranges = {p.symbol: (p.low, p.high) for p in design.parameters}
    high = parameter.high if parameter.high.is_number else sympy.oo
    return replace(parameter, high=high, where=unseen(put, ranges))
