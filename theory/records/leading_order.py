"""Statements about an optimal weight and risk that are claimed to leading order in a regime."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy

from theory.algebra import symbolic
from theory.designs.design import Design
from theory.designs.predictors import pgd
from theory.errors import InputError, UnknownName
from theory.expositions.leading_order import WrittenLimit, error_of
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.limits.leading import Regime
from theory.optima.derivation import derive
from theory.optima.leading_order import Variant, variant_of
from theory.records.arguments import named_instance
from theory.records.derived import Derived
from theory.records.optima import Optima
from theory.records.theorem import Theorem, as_claim
from theory.risks.claim import Claim
from theory.risks.per_example import LEAST_RISK
from theory.scalars.symbols import n
from theory.text.formulas import Exposition, Formula, latex_line, where
from theory.text.latex import latex
from theory.text.rows import row

ANISOTROPIC = "Any covariances: the exact optimum, of which the paper says nothing"


@dataclass(frozen=True, repr=False)
class LimitStatement(Theorem):
    """A claim to leading order of the paper, beside close designs about which it says nothing.

    Parameters
    ----------
    variants
        Close designs for which the claim is compared too, without being made.
    general
        The design with general covariances, for ``evaluate``.

    Examples
    --------
    >>> import theory
    >>> theory.statement("theorem2").evaluate(n=40, d=20, alpha=0, sigma=0).risk
    Fraction(420, 61)
    """

    variants: tuple[Design, ...]
    general: Design

    @property
    def regime(self) -> Regime:
        """The limit in which the claim is made."""
        assert self.claim.limit is not None
        return self.claim.limit

    @cached_property
    def leading(self) -> Claim:
        """The claimed leading terms of weight and risk."""
        found = as_claim(self.claim)
        assert found is not None
        return found

    @property
    def designs(self) -> tuple[Design, ...]:
        """The design and its variants."""
        return (self.design, *self.variants)

    def variant(self, design: Design) -> Variant:
        """What is derived for the design or one of its variants; computed once."""
        return variant_of(design, pgd, self.leading, self.regime)

    @cached_property
    def derived(self) -> Exposition:
        found = self.variant(self.design)
        moments, written = found.moments, self._written
        multiplier = self.regime.leading(found.sample_size / n)
        return Exposition(
            (
                Formula(OPTIMAL_WEIGHT, symbolic.whole(moments.weight)),
                Formula(OPTIMAL_RISK, LEAST_RISK),
                Formula(
                    row(r"\lim_{d \to \infty} ", OPTIMAL_RISK, " / d"),
                    found.risk.exact.coefficient,
                ),
                Formula(error_of(OPTIMAL_RISK), found.risk.relative_error, r"\sim"),
                Formula(r"\lim_{d \to \infty} n' / n", multiplier.coefficient),
            ),
            written.where(moments),
            (*written.steps(found), *map(written.variant_step, map(self.variant, self.variants))),
            (
                *found.derivation.conditions,
                "the limits are for $d \\to \\infty$ with "
                f"${latex_line(self.regime.formulas)}$ and "
                f"${', '.join(map(latex, self.regime.constants))} > 0$ fixed",
            ),
            ((ANISOTROPIC, self._anisotropic),),
        )

    @property
    def _written(self) -> WrittenLimit:
        return WrittenLimit(self.leading.definitions, self.design.parameters[0].symbol, self.regime)

    def _anisotropic(self) -> Exposition:
        """The same design with general covariances, of which the paper says nothing."""
        found = derive(self.general, pgd)
        return Exposition(
            (Formula(OPTIMAL_RISK, found.risk),),
            where(found.definitions),
            found.steps,
            found.conditions,
        )

    @property
    def example(self) -> dict[str, Any]:
        return {"n": 40, "d": 20, **{p.name: 0 for p in self.design.parameters}}

    def effective_sample_size(self, design: Design | None = None) -> sympy.Expr:
        """The n' at which isotropic independent data have the same relative risk, exactly.

        >>> import theory
        >>> n, d = sympy.symbols("n d")
        >>> found = theory.statement("theorem2").effective_sample_size()
        >>> sympy.cancel(found.subs({"alpha": 0, "sigma": 0}))
        n
        """
        return self.variant(design or self.design).sample_size

    def evaluate(
        self,
        *,
        n: Any = None,
        d: Any = None,
        sigma_x: Any = None,
        sigma_beta: Any = None,
        variant: str | None = None,
        **values: Any,
    ) -> Optima:
        """The exact optimum and the claimed risk at given sizes.

        Exact (Fractions) for exact input, floats otherwise. With covariances ``sigma_x`` and
        ``sigma_beta`` (d x d) the optimum is that of the anisotropic design, for which the paper
        claims nothing. ``variant`` names one of the variants.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> from fractions import Fraction
        >>> found = theory.statement("theorem2").evaluate(
        ...     n=40, d=20, alpha=Fraction(2, 5), sigma=0
        ... )
        >>> round(float(found.risk), 3), round(float(found.claimed), 3)
        (2.879, 2.128)
        """
        covariances = {
            name: value
            for name, value in (("sigma_x", sigma_x), ("sigma_beta", sigma_beta))
            if value is not None
        }
        if covariances and variant is not None:
            raise InputError(f"{self.id}: give covariances or a variant, not both")
        if covariances:
            general = Derived.of(self.general)
            at = named_instance(self.general, self.id, n=n, d=d, **values, **covariances)
            return general.optima_at(at)
        by_name = {design.name: design for design in self.designs}
        if variant is not None and (not isinstance(variant, str) or variant not in by_name):
            raise UnknownName(f"variant of {self.id}", str(variant), by_name)
        design = self.design if variant is None else by_name[variant]
        at = named_instance(design, self.id, n=n, d=d, **values)
        if design == self.design:
            return self.optima_at(at)
        found = Derived.of(design).optima_at(at)
        return replace(found, claimed=at.arithmetic.plain(self.claimed_risk_at(at)))
