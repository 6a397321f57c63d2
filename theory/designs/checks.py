"""What the parts of a design may hold: vectors, matrices and scalars that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import sympy

from theory.designs import groups
from theory.designs.combinations import Combination
from theory.designs.drawn import Drawn
from theory.designs.groups import Group
from theory.designs.label import ROLES, Label
from theory.errors import InputError, UnknownName
from theory.scalars.symbols import d, i, n


class DesignPart(NamedTuple):
    """A part of a design: what errors call it, and whether it is the examples' own."""

    role: str
    value: Combination | Label | sympy.Expr
    of_examples: bool = False


def check(design: Drawn) -> None:
    """Raise :class:`~theory.errors.InputError` where a part holds what a design does not know."""
    _check_query(design)
    parts = list(_parts(design))
    for part in parts:
        _check_vectors(design, part)
    for part in parts:
        _check_symbols(design, part)
    _check_parameters(design)


def _parts(design: Drawn) -> Iterator[DesignPart]:
    """All that is made of its vectors and scalars."""
    yield DesignPart("query", design.query)
    for group in design.groups:
        for role in (*groups.COMBINATIONS, *groups.SCALARS):
            yield DesignPart(_role(role, group), getattr(group, role), of_examples=True)
    yield DesignPart("query_task", design.task_of_query)
    yield DesignPart("query_label_scale", design.label_scale_of_query)
    yield DesignPart("query_noise", design.noise_of_query)
    if design.label is not None:
        yield DesignPart("label", design.label, of_examples=True)
    if design.label_of_query is not None:
        yield DesignPart("query_label", design.label_of_query)
    yield from (DesignPart(f"the rank of {name}", rank) for name, rank in design.ranks.items())
    yield from (DesignPart(one.name, c) for one in design.defined for c in one.coefficients)


def _role(role: str, group: Group) -> str:
    """What errors call a part of a group."""
    return f"{role} of the group {group.name!r}" if group.name else role


def _check_query(design: Drawn) -> None:
    """The query has a task and a label where those of the examples are no use to it."""
    fresh = {v for v, _ in design.example}
    if design.query_task is None and (own := sorted(design.task.vectors & fresh)):
        raise InputError(
            f"design {design.name!r}: the task holds {own[0]}, which each example has one of, "
            "and the query has none; give query_task"
        )
    if (
        design.query_label is None
        and design.label
        and (own := sorted(design.label.vectors & fresh))
    ):
        raise InputError(
            f"design {design.name!r}: the label holds {own[0]}, which each example has one of, "
            "and the query has none; give query_label"
        )


def _check_vectors(design: Drawn, part: DesignPart) -> None:
    """Vectors and matrices are known; what is drawn afresh belongs to examples."""
    value, allowed = part.value, {v for v, _ in design.prompt} | set(design.means)
    if isinstance(value, sympy.Expr):
        return
    allowed |= {v for v, _ in design.example} if part.of_examples else set()
    allowed |= ROLES if isinstance(value, Label) else set()
    for one in value.combinations if isinstance(value, Label) else (value,):
        for term in one.terms:
            if term.vector not in allowed:
                raise UnknownName(f"vector in {part.role}", term.vector, allowed)
            for factor in term.matrices:
                if factor not in design.matrices:
                    raise UnknownName(f"matrix in {part.role}", factor, design.matrices)


def _check_symbols(design: Drawn, part: DesignPart) -> None:
    """Scalars are known; what belongs to the query is not an example's own."""
    role, value = part.role, part.value
    symbols = value.free_symbols if isinstance(value, sympy.Expr) else value.symbols
    if i in symbols and design.examples and part.of_examples:
        raise InputError(
            f"design {design.name!r}: {role} depends on the example's index i, and the examples of "
            "a group are alike; make it one group, or leave out i"
        )
    scalars = {n, d, *(p.symbol for p in design.parameters)}
    own = {i} | {one.symbol for one in design.random if one.per_example}
    known = scalars | {one.symbol for one in design.random if not one.per_example}
    unknown = symbols - known - (own if part.of_examples else set())
    if unknown & own:
        what = f"{min(map(str, unknown & own))}, which is drawn for each example"
        what = "the example's index i" if i in unknown else what
        raise InputError(
            f"design {design.name!r}: {role} belongs to the query and cannot depend on {what}; "
            "give query_task, query_label_scale, query_label or query_noise"
        )
    for symbol in sorted(unknown, key=str):
        expected = sympy.Symbol(symbol.name)
        if expected in known | own:
            raise InputError(
                f"design {design.name!r}: {role} holds {sympy.srepr(symbol)}, which differs from "
                f"the {symbol} of the design; write {sympy.srepr(expected)}, and give signs as the "
                "range of a Parameter"
            )
        raise UnknownName(f"parameter in {role}", str(symbol), map(str, scalars))


def _check_parameters(design: Drawn) -> None:
    """Counts, ends and conditions are in sizes and parameters; ends in those that come before."""
    every = {n, d, *(p.symbol for p in design.parameters)}
    before = {n, d}
    held = [(_role("count", group), group.count, every) for group in design.groups]
    for p in design.parameters:
        held.append((f"the range of {p.name}", p.high, set(before)))
        held += [(f"a condition on {p.name}", c.expression, every) for c in p.where]
        before.add(p.symbol)
    for role, expr, known in held:
        if unknown := expr.free_symbols - known:
            raise UnknownName(f"parameter in {role}", min(map(str, unknown)), map(str, known))
