"""From a design and a predictor to the optimum, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

import sympy

from theory.algebra import symbolic
from theory.algebra.definitions import Definitions
from theory.algebra.sums import summed
from theory.algebra.whitening import WEIGHT, Whitening
from theory.algebra.words import Letter
from theory.designs.design import Design, ranges_of
from theory.designs.predictors import Predictor
from theory.errors import Underivable
from theory.optima import exposition
from theory.optima.minimisation import combine, minimise
from theory.optima.optimum import Optimum
from theory.risks.population import population_risk
from theory.text.formulas import Step
from theory.text.rows import Prose


@dataclass(frozen=True)
class Derivation:
    """What the engine finds for a design and a predictor.

    Parameters
    ----------
    weight, risk
        The optimum as SymPy expressions, in whitened notation where the record asks for it.
    definitions
        The abbreviations they use.
    plain
        The optimum without roots of covariances, from which numbers are computed.
    white, whitening
        The optimum in whitened coordinates, and how they are whitened, where the record asks for
        it.
    """

    design: Design
    weight: sympy.Expr
    risk: sympy.Expr
    definitions: Definitions
    plain: Optimum
    white: Optimum | None = None
    whitening: Whitening | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """How it came about."""
        return exposition.steps(self.design, self.plain, self.white, self.whitening)

    @cached_property
    def conditions(self) -> tuple[Prose, ...]:
        """What it rests on."""
        return exposition.conditions(self.plain, self.white, self.whitening)


@cache
def derive(design: Design, predictor: Predictor, whitening: Whitening | None = None) -> Derivation:
    """Derive the optimal weight and risk of a predictor with one d x d weight, or with scalars.

    Where no formula is found, the weight is a symbol of its own, given by the stationarity
    equation in the steps, and ``plain.at`` solves that at each instance. Raises
    :class:`~theory.errors.Underivable` for a predictor with more than one weight that is no number.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> derive(designs.isotropic_noiseless, predictors.pgd).weight
    1/(d + n + 1)
    """
    if len(predictor.weights) != 1 and not predictor.scalars:
        raise Underivable(f"{predictor.name} has more than one weight; only pgd has a closed form")
    if whitening is not None:
        (weight,) = predictor.weights
        return _whitened(derive(design, predictor), weight, ranges_of(design), whitening)
    taken = frozenset([*(p.name for p in design.parameters), *design.matrices])
    polynomial, sums = summed(population_risk(design, predictor), taken)
    if predictor.scalars:
        plain = combine(polynomial, predictor.weights)
    else:
        (weight,) = predictor.weights
        plain = minimise(polynomial, weight, ranges_of(design))
    plain = replace(plain, sums=sums)
    return Derivation(design, plain.weight, plain.risk, _definitions(plain), plain)


def _whitened(
    found: Derivation,
    weight: Letter,
    ranges: dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]],
    whitening: Whitening,
) -> Derivation:
    """The same optimum in the coordinates in which a covariance is the identity."""
    inside = whitening.apply(found.plain.polynomial, weight)
    white = minimise(inside, WEIGHT, ranges)
    names = (*whitening.definitions, *_definitions(white))
    unwhitened = whitening.unwhitened(white.weight)
    return Derivation(found.design, unwhitened, white.risk, names, found.plain, white, whitening)


def _definitions(optimum: Optimum) -> Definitions:
    named = ((name, symbolic.scalar(meaning)) for name, meaning in optimum.abbreviations)
    return (*named, *optimum.sums.definitions)
