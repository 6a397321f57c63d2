"""A statement on trial, as one frozen record, and what the engine derives in its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import sympy

from theory.claims import Claim
from theory.derivation import Derivation, derive
from theory.design import Design
from theory.errors import InputError, UnknownName
from theory.instance import Instance, instance
from theory.latex import equation
from theory.predictors import Predictor
from theory.whitening import Whitening

OPTIMAL_WEIGHT, OPTIMAL_RISK = r"W^\star", r"L^\star"


class Provenance(Enum):
    """Where the content of a statement comes from; a reconstruction is never a quotation."""

    STATED = "stated"
    FORM_RECONSTRUCTED = "stated, form reconstructed"
    RECONSTRUCTED = "reconstructed"


@dataclass(frozen=True)
class Evaluation:
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

    def _repr_latex_(self) -> str:
        return f"${equation(OPTIMAL_RISK, _number(self.risk))}$"


def _number(value: Any) -> sympy.Expr:
    if isinstance(value, float):
        return sympy.Float(value)
    return sympy.Rational(value.numerator, value.denominator)


@dataclass(frozen=True)
class Statement:
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
    design, predictor
        What it is about.
    claim
        The claimed formulas.
    whitening
        The coordinates in which the claim is written, if any.

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
    design: Design
    predictor: Predictor
    claim: Claim
    whitening: Whitening | None = None

    @cached_property
    def derivation(self) -> Derivation:
        """What the engine derives; computed once."""
        return derive(self.design, self.predictor, self.whitening)

    @property
    def weight(self) -> sympy.Expr:
        """The derived optimal weight; the factor w of ``w I`` where the design is isotropic."""
        return self.derivation.weight

    @property
    def risk(self) -> sympy.Expr:
        """The derived optimal risk."""
        return self.derivation.risk

    @property
    def limit(self) -> sympy.Expr | None:
        """The claimed leading-order expression; None for a statement about exact values."""
        return None

    def instance(self, *, n: Any, d: Any = None, **values: Any) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case.

        >>> import theory
        >>> theory.statement("theorem1").instance(n=2, d=1, sigma=1).exact
        True
        """
        covariances = {name.lower(): name for name in self.design.covariances}
        scalars = {p.name for p in self.design.parameters}
        for name in values:
            if name not in scalars and name not in covariances:
                known = ["n", "d", *sorted(scalars), *covariances]
                raise UnknownName(f"argument of {self.id}", name, known)
        matrices = {covariances[k]: v for k, v in values.items() if k in covariances}
        numbers = {k: v for k, v in values.items() if k in scalars}
        return instance(self.design, n=n, d=d, scalars=numbers, covariances=matrices)

    def evaluate(self, *, n: Any, d: Any = None, **values: Any) -> Evaluation:
        """The exact optimum and the claimed risk at given sizes.

        Exact (Fractions) for exact input: int, Fraction, SymPy rationals, and arrays of them;
        floats otherwise. Covariances (``sigma_x``, ``sigma_beta``) default to the identity of
        size ``d``.

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

    def _repr_latex_(self) -> str:
        return f"${equation(OPTIMAL_RISK, self.risk)}$"
