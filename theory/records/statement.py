"""What every statement on trial has, whatever it is about.

A statement is one frozen record. Its class says what it is about and how that is derived; as what
it is on trial, :mod:`verify.witnesses` says.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy

from theory.expositions.names import OPTIMAL_RISK
from theory.records.evaluated import CLAIMED, Evaluated, valued, weight_formula
from theory.records.grid import Evaluations, over
from theory.text.formulas import Exposition, Formula
from theory.text.provenance import Provenance
from theory.text.sheets import Sheet, Shown


@dataclass(frozen=True)
class Evaluation(Evaluated):
    """A statement at concrete sizes.

    Parameters
    ----------
    risk
        The exact optimal risk (the derived one): a Fraction for exact input, else a float.
    weight
        The optimal weight: a d x d array of Fractions or floats, or the factor w of ``w I`` where
        the design is isotropic.
    claimed
        The paper's expression for the risk, at the same sizes.
    """

    risk: Any
    weight: Any
    claimed: Any

    def formulas(self) -> Iterable[Formula]:
        yield valued(OPTIMAL_RISK, self.risk)
        yield weight_formula(self.weight)
        if self.claimed is not None:
            yield valued(CLAIMED, self.claimed)


@dataclass(frozen=True, repr=False)
class Statement(Shown):
    """One statement of the paper, to be put on trial.

    Parameters
    ----------
    id, title
        The name on the command line, and a line for lists and reports.
    says
        The statement in words and LaTeX, in our own phrasing.
    provenance
        What of it is stated in the paper and what is reconstructed.
    assumptions
        What it assumes, one sentence each.

    Examples
    --------
    >>> import theory
    >>> theory.statement("corollary1").risk
    d*(d + 1)/(d + n + 1)
    """

    id: str
    title: str
    says: str
    provenance: Provenance
    assumptions: tuple[str, ...]

    kind: ClassVar[str]
    """What kind of statement this is, for lists of them."""

    evaluate: ClassVar[Callable[..., Any]]
    """The statement at given sizes; keyword-only. Every kind says what it takes and returns."""

    def over(self, **values: Any) -> Evaluations:
        """Its values where some arguments of ``evaluate`` take several: a table that can be drawn.

        Raises :class:`~theory.errors.InputError` where none does, or they are too many.

        >>> import theory
        >>> theory.statement("theorem2").over(n=[10, 20], d=5, alpha="1/5", sigma=0).plot()
        <plot of exact, claimed over n>
        """
        return over(self.name, self.evaluate, values)

    @property
    @abstractmethod
    def example(self) -> dict[str, Any]:
        """Arguments of ``evaluate``, for the documentation: small and exact."""

    @property
    @abstractmethod
    def claimed(self) -> Exposition:
        """The claim on trial."""

    @property
    @abstractmethod
    def derived(self) -> Exposition:
        """What the engine derives in its place, with steps and conditions."""

    @property
    def weight(self) -> sympy.Expr | None:
        """The derived optimal weight; the factor w of ``w I`` where the design is isotropic.

        None where the statement is about no one optimum, or its weight has no formula.
        """
        return None

    @property
    def risk(self) -> sympy.Expr | None:
        """The derived optimal risk, where the statement is about one and it has a formula."""
        return None

    @property
    def limit(self) -> sympy.Expr | None:
        """The claimed leading-order expression; None for a statement about exact values."""
        return None

    @property
    def name(self) -> str:
        """What lists call it: its id; a claim of a file is named after file and claim."""
        return self.id

    @property
    def worded(self) -> bool:
        """Whether somebody wrote down in words what it says and assumes."""
        return True

    @property
    def origin(self) -> str:
        """Where it comes from, in one line."""
        return f"provenance: {self.provenance.value}"

    def __repr__(self) -> str:
        return f"<{self.name}: {self.title} [{self.provenance.value}]>"

    def sheet(self) -> Sheet:
        claimed = self.claimed
        return Sheet(
            f"{self.name}: {self.title} [{self.provenance.value}]",
            (
                ("claimed", (*claimed.formulas, *claimed.where)),
                ("derived", self.derived.formulas),
                ("where", self.derived.where),
            ),
        )
