"""A design beside the claim in its regime: the exact optimum, and how the claim compares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy

from theory.algebra.definitions import expanded
from theory.designs.design import Design
from theory.designs.predictors import Predictor
from theory.errors import Underivable
from theory.limits.leading import Comparison, Regime, compare
from theory.optima.derivation import Derivation, derive
from theory.optima.sample_size import effective_sample_size
from theory.risks.claim import Claim
from theory.risks.per_example import PerExample, per_example
from theory.risks.population import population_risk
from theory.scalars.rational import is_zero


@dataclass(frozen=True)
class Variant:
    """A design, its exact optimum, and how the claim compares with it in the regime.

    Parameters
    ----------
    design
        The design.
    derivation
        Its exact optimum.
    moments
        The same, grouped by what one example and two examples contribute.
    weight, risk
        How the claimed weight and risk compare with the exact ones.
    sample_size
        The effective sample size n', exactly.
    """

    design: Design
    derivation: Derivation
    moments: PerExample
    weight: Comparison
    risk: Comparison
    sample_size: sympy.Expr

    @property
    def right(self) -> bool:
        """Whether the claim is right to leading order."""
        return self.weight.right and self.risk.right


@cache
def variant_of(design: Design, predictor: Predictor, claim: Claim, regime: Regime) -> Variant:
    """Derive the exact optimum of a design and compare a claim with it.

    Raises :class:`~theory.errors.Underivable` where its examples do not enter the risk alike.
    """
    found = derive(design, predictor)
    (weight,) = predictor.weights
    moments = per_example(population_risk(design, predictor), weight)
    for grouped, plain in ((moments.weight, found.weight), (moments.risk, found.risk)):
        if not is_zero(grouped.subs(moments.table) - plain):
            raise Underivable(f"the optimum of {design.name} does not group by examples")
    return Variant(
        design,
        found,
        moments,
        compare(expanded(claim.weight, claim.definitions), found.weight, regime),
        compare(expanded(claim.risk, claim.definitions), found.risk, regime),
        effective_sample_size(found.risk, moments.second_moment),
    )
