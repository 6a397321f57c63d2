"""A claim about a design as a record: the same statement, whoever makes it, from a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import sympy

from theory.designs.instance import Instance
from theory.language.files.claims import UNNAMED, Claimed
from theory.language.files.reading import DesignFile
from theory.records.derived import Derived
from theory.records.derived_written import assumptions
from theory.records.statement import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.risks.claim import Claim
from theory.text.account import Account, Formula, where
from theory.text.latex import latex, weight_latex


@dataclass(frozen=True, repr=False)
class Theorem(Derived):
    """What is claimed of a design, beside all that is derived from it.

    Build it with :meth:`of_claim`.

    Parameters
    ----------
    claim
        The claimed optimal weight or risk, exact or to leading order in a limit.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> file = shipped("mahankali-2023")
    >>> print(Theorem.of_claim(file, file.claims[0]).claimed.formulas[0].latex)
    W^\\star = \\frac{1}{d + n + \\sigma^{2} + 1}\\, I
    """

    claim: Claimed

    kind: ClassVar[str] = "claims"

    @classmethod
    def of_claim(cls, file: DesignFile, claim: Claimed) -> Theorem:
        """The record of a claim about the design of a file, in the words that the file has."""
        words = file.words
        return cls(
            id=file.design.name,
            title=words.title or file.design.title,
            says=words.says or (claim.source and f"Claimed: {claim.source}."),
            provenance=words.provenance,
            assumptions=words.assumptions or assumptions(file.design),
            file=file,
            claim=claim,
        )

    @property
    def name(self) -> str:
        return self.id if self.claim.name == UNNAMED else f"{self.id}:{self.claim.name}"

    @cached_property
    def claimed(self) -> Account:
        relation = "=" if self.claim.limit is None else r"\sim"
        formulas = []
        if self.claim.weight is not None:
            shown = weight_latex(self.claim.weight.shown)
            formulas.append(Formula(OPTIMAL_WEIGHT, shown, relation))
        if self.claim.risk is not None:
            formulas.append(Formula(OPTIMAL_RISK, latex(self.claim.risk.shown), relation))
        if self.claim.excess is not None:
            less = self.design.noise_of_query**2
            shown = rf"\left({latex(less)}\right)" if less.is_Add else latex(less)
            left = OPTIMAL_RISK if less == 0 else f"{OPTIMAL_RISK} - {shown}"
            formulas.append(Formula(left, latex(self.claim.excess.shown), relation))
        return Account(
            tuple(formulas), where((one.symbol, one.expression) for one in self.claim.where)
        )

    def claimed_risk_at(self, at: Instance) -> Any:
        """The claimed risk in the instance's arithmetic; None where none is claimed, or not there.

        A claimed excess counts with the noise of the query's label.
        """
        claim = self.claim.risk or self.claim.excess
        if claim is None:
            return None
        noise = self.design.noise_of_query**2 if self.claim.risk is None else sympy.Integer(0)
        try:
            return Claim(sympy.Integer(0), claim.expression + noise).risk_at(at)
        except (ZeroDivisionError, TypeError):
            return None

    @property
    def limit(self) -> sympy.Expr | None:
        """The claimed leading-order risk; None for a claim of exact values."""
        risk = self.claim.risk
        return None if self.claim.limit is None or risk is None else risk.expression


def as_claim(claimed: Claimed) -> Claim:
    """A claim of a file as SymPy expressions, with its abbreviations as definitions.

    >>> from theory.language.gallery import shipped
    >>> as_claim(shipped("li-2024/theorem2").claims[0]).definitions
    ((kappa, alpha**2*d + 1),)
    """
    assert claimed.weight is not None and claimed.risk is not None  # of a weight and its risk
    where = tuple((one.symbol, one.expression) for one in claimed.where)
    return Claim(claimed.weight.shown, claimed.risk.shown, where)
