"""The section of a design file that says how query, features, task and labels are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from theory.designs.combinations import Combination
from theory.designs.design import IDENTITY
from theory.designs.groups import Share
from theory.language.files.declarations import Declarations
from theory.language.files.document import Document
from theory.language.files.section import section
from theory.language.formulas.combinations import combination
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.scalars.symbols import i

COMBINATIONS = {"query": False, "features": True, "task": True, "query_task": False}
"""Of each combination, whether it is one of the examples' and may use their index."""
SCALARS = {"label_scale": True, "noise": True, "query_label_scale": False, "query_noise": False}
"""Of each scalar, the same."""
REQUIRED = ("query", "features", "task")
OWN = {"task": "query_task", "label_scale": "query_label_scale", "noise": "query_noise"}
"""What the query has of its own, in place of the examples'."""


def prompt_of(
    document: Document, declared: Declarations, groups: Sequence[Share] = ()
) -> dict[str, Any]:
    """The combinations and scalars of ``[prompt]``, by the names that a design has for them.

    Where all ``groups`` have features of their own, those missing are the rest's.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    found = section(document, "prompt", required=True)
    found.only((*COMBINATIONS, *SCALARS))
    values: dict[str, Any] = {}
    if groups and all(group.features is not None for group in groups):
        values["features"] = next(group.features for group in groups if group.count is None)
    for role in REQUIRED:
        if role not in found.table and role not in values:
            raise found.missing(role, 'a linear combination in quotes, such as "q"')
    for role in found.table:
        tree = found.formula(role)
        if role in COMBINATIONS:
            values[role] = combination(tree, vector_scope(role, declared, bool(groups)))
        else:
            values[role] = scalar(tree, scalar_scope(role, declared, SCALARS[role], bool(groups)))
    for role, own in OWN.items():
        if role in values and own not in values and i in _symbols(values[role]):
            raise Unreadable(
                found.value(role),
                f"found i in {role}, and no {own}; expected {own} in {found.title}, since the "
                "query has no index",
            )
    return values


def scalar_scope(
    role: str, declared: Declarations, indexed: bool = False, alike: bool = False
) -> Scope:
    """What a scalar may use: sizes and parameters, and the index where it is the examples'.

    Where examples are ``alike`` in their groups it may not use the index.
    """
    barred = dict.fromkeys(declared.covariances, f"it is a matrix, and {role} is a scalar")
    vectors = [v for v, _ in (*declared.prompt, *declared.example)] + list(declared.means)
    barred |= dict.fromkeys(vectors, f"it is a vector, and {role} is a scalar")
    return _scope(role, declared, indexed, alike, {}, barred)


def vector_scope(role: str, declared: Declarations, alike: bool = False) -> Scope:
    """What a combination may use: also vectors and covariances."""
    fresh = [v for v, _ in declared.example]
    known = dict.fromkeys(declared.covariances, Meaning.MATRIX)
    known |= dict.fromkeys([*(v for v, _ in declared.prompt), *declared.means], Meaning.VECTOR)
    barred = {}
    if role == "features":
        known |= dict.fromkeys(fresh, Meaning.VECTOR)
    else:
        barred = dict.fromkeys(fresh, "it is drawn afresh for each example")
    return _scope(role, declared, COMBINATIONS[role], alike, known, barred)


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
    reasons = {
        IDENTITY: "the identity has no name in a design",
        "i": without,
        **barred,
    }
    return Scope(role, dict.fromkeys(scalars, Meaning.SCALAR) | known, reasons)


def _symbols(value: Combination | sympy.Expr) -> frozenset[sympy.Symbol]:
    return value.symbols if isinstance(value, Combination) else value.free_symbols
