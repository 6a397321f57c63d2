"""Models compared with the gradient steps they contain, on trial."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from theory.designs.design import Design
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import Comparison
from theory.records.equal_predictors import Equivalence
from verify.verdict import Vacuous


@dataclass(frozen=True, eq=False)
class Subject:
    """A claim on trial.

    Parameters
    ----------
    designs
        Where the models are claimed to be no better than their steps.
    comparisons
        The models, and how they are claimed to split and to contain the step.
    exchangeable
        Designs under which uniform sample weights are claimed to be optimal.
    forms
        Families of weights of attention, and what is claimed of them.
    """

    designs: tuple[Design, ...]
    comparisons: tuple[Comparison, ...]
    exchangeable: tuple[Design, ...] = ()
    forms: tuple[Form, ...] = ()

    kind: ClassVar[str] = "equivalence"

    def __post_init__(self) -> None:
        if not (self.designs and self.comparisons):
            raise Vacuous("a claim about no design or no model says nothing")

    def values(self, random: Random) -> tuple[Any, ...]:
        """All of it: polynomials in normal form, which are equal where their values are."""
        return self.designs, self.comparisons, self.exchangeable, self.forms

    @staticmethod
    def of(statement: Equivalence) -> Subject:
        """The subject of a statement."""
        return Subject(
            statement.designs, statement.comparisons, statement.exchangeable, statement.forms
        )
