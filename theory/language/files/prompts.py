"""The section of a design file that says how query, features, task and labels are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from theory.designs import random_scalars
from theory.designs.combinations import Combination
from theory.designs.design import IDENTITY
from theory.designs.groups import Share
from theory.designs.label import FEATURES, ROLES, TASK, Label
from theory.language.files.declarations import Declarations
from theory.language.files.document import Document
from theory.language.files.section import Section, at_place, section
from theory.language.formulas.combinations import combination
from theory.language.formulas.labels import label
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.scalars.symbols import i

COMBINATIONS = {"query": False, "features": True, "task": True, "query_task": False}
"""Of each combination, whether it is one of the examples' and may use their index."""
SCALARS = {"label_scale": True, "noise": True, "query_label_scale": False, "query_noise": False}
"""Of each scalar, the same."""
LABELS = {"label": True, "query_label": False}
"""Of each label, the same."""
REQUIRED = ("query", "features", "task")
OWN = {"task": "query_task", "label_scale": "query_label_scale", "noise": "query_noise"}
OWN |= {"label": "query_label"}
"""What the query has of its own, in place of the examples'."""


def prompt_of(
    document: Document, declared: Declarations, groups: Sequence[Share] = ()
) -> dict[str, Any]:
    """The combinations and scalars of ``[prompt]``, by the names that a design has for them.

    Where all ``groups`` have features of their own, those missing are the rest's.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    found = section(document, "prompt", required=True)
    found.only((*COMBINATIONS, *SCALARS, *LABELS))
    values: dict[str, Any] = {}
    if groups and all(group.features is not None for group in groups):
        values["features"] = next(group.features for group in groups if group.count is None)
    for role in found.table:
        values[role] = value_of(found, role, declared, bool(groups))
    if "label" in values and not any(
        TASK in values[one].vectors for one in LABELS.keys() & values.keys()
    ):
        values.setdefault("task", values.get("query"))  # no label has one
    for role in REQUIRED:
        if role not in values:
            raise found.missing(role, 'a linear combination in quotes, such as "q"')
    fresh = {one.name for one in declared.random if one.per_example}
    fresh |= {v for v, _ in declared.example}
    for role, own in OWN.items():
        if role not in values or own in values:
            continue
        each = sorted(_names(values[role]) & fresh)
        if i.name in _names(values[role]) or each:
            what, why = ("i", "has no index") if not each else (each[0], "is none of the examples")
            raise Unreadable(
                found.value(role),
                f"found {what} in {role}, and no {own}; expected {own} in {found.title}, since the "
                f"query {why}",
            )
    return values


def value_of(found: Section, role: str, declared: Declarations, alike: bool) -> Any:
    """The combination or scalar of a section at a key."""
    tree = found.formula(role)
    value: Combination | Label | sympy.Expr
    if role in LABELS:
        value = label(tree, vector_scope(role, declared, alike))
        factors = [term.coefficient for term in value.terms]
        factors += [term.coefficient for one in value.combinations for term in one.terms]
    elif role in COMBINATIONS:
        value = combination(tree, vector_scope(role, declared, alike))
        factors = [term.coefficient for term in value.terms]
    else:
        value = scalar(tree, scalar_scope(role, declared, SCALARS.get(role, False), alike))
        factors = [value]
    with at_place(found.value(role)):
        ranges = {p.symbol: (p.low, p.high) for p in declared.parameters}
        random_scalars.check(declared.random, factors, ranges, ranges.keys())
    return value


def scalar_scope(
    role: str, declared: Declarations, indexed: bool = False, alike: bool = False
) -> Scope:
    """What a scalar may use: sizes and parameters, and the index where it is the examples'.

    Where examples are ``alike`` in their groups it may not use the index.
    """
    barred = dict.fromkeys(declared.covariances.names, f"it is a matrix, and {role} is a scalar")
    vectors = [v for v, _ in (*declared.prompt, *declared.example)] + list(declared.means)
    barred |= dict.fromkeys(vectors, f"it is a vector, and {role} is a scalar")
    return _scope(role, declared, indexed, alike, {}, barred)


def vector_scope(role: str, declared: Declarations, alike: bool = False) -> Scope:
    """What a combination may use: also vectors and covariances; a label, what they make as well."""
    of_examples = (COMBINATIONS | LABELS)[role]
    known = dict.fromkeys(declared.covariances.names, Meaning.MATRIX)
    known |= dict.fromkeys([*(v for v, _ in declared.prompt), *declared.means], Meaning.VECTOR)
    fresh, barred = [v for v, _ in declared.example], {}
    if of_examples:
        known |= dict.fromkeys(fresh, Meaning.VECTOR)
    else:
        barred = dict.fromkeys(fresh, "it is drawn afresh for each example")
    if role in LABELS:
        barred |= {} if of_examples else {FEATURES: "those of the query are called query"}
        roles = ROLES - barred.keys() - declared.kinds.keys()
        known |= dict.fromkeys(sorted(roles), Meaning.VECTOR)
    return _scope(role, declared, of_examples, alike, known, barred)


def _scope(
    role: str,
    declared: Declarations,
    indexed: bool,
    alike: bool,
    known: dict[str, Meaning],
    barred: dict[str, str],
) -> Scope:
    own = ["i"] if indexed and not alike else []
    scalars = ["n", "d", *own, *(p.name for p in declared.parameters)]
    without = f"{role} belongs to the query, which has no index"
    if alike:
        without = "the examples of a group are alike"
    for one in declared.random:
        if role not in (*COMBINATIONS, *SCALARS, *LABELS):
            barred[one.name] = "it is random"
        elif one.per_example and not indexed:
            barred[one.name] = "it is drawn afresh for each example"
        else:
            scalars.append(one.name)
    reasons = {
        IDENTITY: "the identity has no name in a design",
        "i": without,
        **barred,
    }
    return Scope(role, dict.fromkeys(scalars, Meaning.SCALAR) | known, reasons)


def _names(value: Combination | Label | sympy.Expr) -> set[str]:
    """Those of the vectors and scalars that it holds."""
    if isinstance(value, sympy.Expr):
        return {s.name for s in value.free_symbols}
    return {*value.vectors, *(s.name for s in value.symbols)}
