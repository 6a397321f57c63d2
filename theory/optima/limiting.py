"""The derived optimum to leading order, in the regimes that a design names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy

from theory.designs.design import Design
from theory.designs.domain import Condition
from theory.designs.predictors import Predictor, pgd
from theory.errors import Underivable
from theory.limits.leading import Leading, Regime
from theory.optima.derivation import derive


@dataclass(frozen=True)
class Limit:
    """Leading terms of the optimal weight, as a multiple of I, and of the optimal risk.

    Of several steps there are as many ``weights``, the coefficients; with fixed vectors they are
    the numbers that the weight has in the span of I and of outer products. ``where`` is what has to
    hold for it, besides the ranges. ``next`` is the leading term of what the risk is above or below
    its own, of several steps only; None as well where nothing is left.
    """

    regime: Regime
    weights: tuple[Leading, ...]
    risk: Leading
    where: tuple[Condition, ...] = ()
    next: Leading | None = None

    @property
    def weight(self) -> Leading:
        """The weight of one step."""
        (only,) = self.weights
        return only


@cache
def limit_of(
    design: Design,
    regime: Regime,
    scale: sympy.Expr = sympy.Integer(1),
    predictor: Predictor = pgd,
) -> Limit:
    """The limit of a design's optimum in a regime; ``scale`` is that of the prediction.

    Raises :class:`~theory.errors.Underivable` where covariances are left, a sum over the examples
    has no closed form, a leading term cannot be found, or n does not stay at least one.

    >>> from theory.language.gallery import designs
    >>> from theory.language.gallery.regimes import proportional
    >>> limit_of(designs.rag, proportional).weight.expression
    nu/(d*(a**2 + nu*s + nu + 1))
    """
    regime.check()
    found = derive(design, predictor).plain
    optimum = found.value
    if optimum is None:
        raise Underivable(
            "the optimum depends on covariances or on several fixed vectors, and what becomes of "
            "them is not said"
        )
    used = frozenset().union(*(e.free_symbols for e in (optimum.value, *optimum.at)))
    if any(name in used for name, _ in found.sums.entries):
        raise Underivable("a sum over the examples has no closed form, so its limit is not taken")
    if optimum.value == 0 or 0 in optimum.at:
        raise Underivable("the optimal weight or risk is zero, and has no leading term")
    weights = tuple(weight / scale for weight in optimum.at)
    # numbers in a span solve the equation wherever they are defined
    unique = () if found.span is not None else (optimum.determinant,)
    for one in unique:
        regime.leading(one)
    risk = regime.leading(optimum.value)
    gap = optimum.value - risk.expression
    left = predictor.scalars and not regime.vanishes(gap)
    where = regime.excluded(*weights, optimum.value, *unique, *([gap] if left else []))
    leading = tuple(map(regime.leading, weights))
    return Limit(regime, leading, risk, where, regime.leading(gap) if left else None)
