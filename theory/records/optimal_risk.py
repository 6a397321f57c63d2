"""Statements about an optimal weight and its risk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import sympy

from theory.algebra.whitening import Whitening
from theory.designs.design import Design
from theory.designs.instance import Instance, named_instance
from theory.designs.predictors import Predictor, pgd
from theory.errors import InputError
from theory.language.files.reading import DesignFile
from theory.optima.derivation import Derivation, derive
from theory.records.statement import OPTIMAL_RISK, OPTIMAL_WEIGHT, Evaluation, Statement
from theory.records.theorem import as_claim
from theory.risks.claim import Claim
from theory.text.account import Account, Formula, where
from theory.text.latex import latex, weight_latex


@dataclass(frozen=True, repr=False)
class OptimalRisk(Statement):
    """The optimal weight and risk of a predictor under a design.

    Parameters
    ----------
    design, predictor
        What it is about.
    claim
        The claimed formulas.
    whitening
        The coordinates in which the claim is written, if any.

    Examples
    --------
    >>> import theory
    >>> theory.statement("theorem1").design.name
    'independent'
    """

    design: Design
    predictor: Predictor
    claim: Claim
    whitening: Whitening | None = None

    kind: ClassVar[str] = "optimum"

    @classmethod
    def of(cls, id: str, file: DesignFile, whitening: Whitening | None = None) -> OptimalRisk:
        """The statement that a file makes of its design: its words and its one claim."""
        return cls(
            id=id,
            title=file.words.title,
            says=file.words.says,
            provenance=file.words.provenance,
            assumptions=file.words.assumptions,
            design=file.design,
            predictor=pgd,
            claim=as_claim(file.claims[0]),
            whitening=whitening,
        )

    @cached_property
    def derivation(self) -> Derivation:
        """What the engine derives; computed once."""
        return derive(self.design, self.predictor, self.whitening)

    @property
    def claimed(self) -> Account:
        return optimum_account(self.claim.weight, self.claim.risk, self.claim.definitions)

    @cached_property
    def derived(self) -> Account:
        found = self.derivation
        plain = optimum_account(found.weight, found.risk, found.definitions)
        return Account(plain.formulas, plain.where, found.steps, found.conditions)

    @property
    def weight(self) -> sympy.Expr:
        return self.derivation.weight

    @property
    def risk(self) -> sympy.Expr:
        return self.derivation.risk

    @property
    def limit(self) -> None:
        return None

    @property
    def example(self) -> dict[str, Any]:
        return {"n": 5, "d": 2, **{p.name: 1 for p in self.design.parameters}}

    def instance(self, *, n: Any = None, d: Any = None, **values: Any) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case.

        >>> import theory
        >>> theory.statement("theorem1").instance(n=2, d=1, sigma=1).exact
        True
        """
        return named_instance(self.design, self.id, n=n, d=d, **values)

    def evaluate(self, *, n: Any = None, d: Any = None, **values: Any) -> Evaluation:
        """The exact optimum and the claimed risk at given sizes.

        Exact (Fractions) for exact input: int, Fraction, Decimal, SymPy rationals, and arrays of
        them; floats otherwise. Covariances (``sigma_x``, ``sigma_beta``) default to the identity
        of size ``d``.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("corollary1").evaluate(n=40, d=20).risk
        Fraction(420, 61)
        """
        at = self.instance(n=n, d=d, **values)
        plain = at.arithmetic.plain
        try:
            weight, risk = self.optimum_at(at)
            return Evaluation(plain(risk), plain(weight), plain(self.claim.risk_at(at)))
        except ZeroDivisionError as error:
            raise InputError(
                f"the optimum of {self.id} is not unique at {at}: there is no signal and no noise"
            ) from error

    def optimum_at(self, at: Instance) -> tuple[Any, Any]:
        """The derived optimal weight and risk in the instance's own arithmetic."""
        return self.derivation.plain.at(at.scalars, at.matrices, at.arithmetic)


def optimum_account(
    weight: sympy.Expr, risk: sympy.Expr, definitions: tuple[tuple[sympy.Expr, sympy.Expr], ...]
) -> Account:
    """An optimal weight and risk as formulas.

    >>> optimum_account(sympy.Integer(1), sympy.Integer(2), ()).formulas[1].latex
    'L^\\\\star = 2'
    """
    return Account(
        (
            Formula(OPTIMAL_WEIGHT, weight_latex(weight)),
            Formula(OPTIMAL_RISK, latex(risk)),
        ),
        where(definitions),
    )
