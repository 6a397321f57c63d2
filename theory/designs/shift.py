"""Another law at test: what is optimal under one law is used under this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import sympy

from theory.designs import groups
from theory.designs.combinations import Combination
from theory.designs.domain import Condition
from theory.designs.label import Label
from theory.scalars.symbols import i, n

EXAMPLES = "n"
"""The key of the number of examples."""
COMBINATIONS = ("query", *groups.COMBINATIONS, "query_task")
SCALARS = (*groups.SCALARS, *(f"query_{role}" for role in groups.SCALARS))
LABELS = ("label", "query_label")
ROLES = (*COMBINATIONS, *SCALARS, *LABELS)
"""What a test law may have of its own of a prompt."""

Law = TypeVar("Law")


@dataclass(frozen=True)
class Shift(Generic[Law]):
    """The law at test.

    Build it with :func:`theory.designs.law_at_test.with_law_at_test`.

    Parameters
    ----------
    design
        How prompts are drawn at test, with a number of examples ``n`` of its own.
    examples
        That number, in the sizes and parameters of the training law.
    given
        What was said to be other than in training, by key.
    """

    design: Law
    examples: sympy.Expr
    given: tuple[tuple[str, Combination | Label | sympy.Expr | str], ...]

    def put(self, expr: sympy.Expr) -> sympy.Expr:
        """A formula about prompts at test in the sizes of the training law."""
        return expr.subs(n, self.examples)

    def read(self, conditions: Iterable[Condition]) -> tuple[Condition, ...]:
        """Conditions on the law at test, also for its first example and its last, in these."""
        return tuple(
            replace(one, expression=self.put(one.expression.subs(i, index)))
            for one in conditions
            for index in ((sympy.Integer(1), n) if one.expression.has(i) else (i,))
        )
