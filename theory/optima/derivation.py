"""From a design and a predictor to the optimum, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import sympy

from theory.algebra import symbolic
from theory.algebra.definitions import Definitions
from theory.algebra.sums import summed
from theory.algebra.whitening import WEIGHT, Whitening
from theory.algebra.words import Letter
from theory.designs.design import Design, ranges_of
from theory.designs.predictors import Predictor
from theory.errors import Underivable
from theory.optima.minimisation import Optimum, minimise
from theory.risks.population import population_risk
from theory.text.account import Step
from theory.text.latex import RELATIONS, design_latex, equation, latex


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
    steps, conditions
        How it came about and what it rests on.
    whitening
        The coordinates in which it is written, if any.
    """

    weight: sympy.Expr
    risk: sympy.Expr
    definitions: Definitions
    plain: Optimum
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]
    whitening: Whitening | None = None


@cache
def derive(design: Design, predictor: Predictor, whitening: Whitening | None = None) -> Derivation:
    """Derive the optimal weight and risk of a predictor with one d x d weight.

    Where no formula is found, the weight is a symbol of its own, given by the stationarity
    equation in the steps, and ``plain.at`` solves that at each instance. Raises
    :class:`~theory.errors.Underivable` for a predictor with more than one weight.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> derive(designs.isotropic_noiseless, predictors.pgd).weight
    1/(d + n + 1)
    """
    if len(predictor.weights) != 1:
        raise Underivable(f"{predictor.name} has more than one weight; only pgd has a closed form")
    (weight,) = predictor.weights
    if whitening is not None:
        return _whitened(derive(design, predictor), weight, ranges_of(design), whitening)
    taken = frozenset([*(p.name for p in design.parameters), *design.covariances])
    polynomial, sums = summed(population_risk(design, predictor), taken)
    plain = replace(minimise(polynomial, weight, ranges_of(design), mean_square=True), sums=sums)
    drawn = Step("The design", design_latex(design))
    return Derivation(
        plain.weight,
        plain.risk,
        _definitions(plain),
        plain,
        (drawn, *plain.steps),
        plain.conditions,
    )


def _whitened(
    found: Derivation,
    weight: Letter,
    ranges: dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]],
    whitening: Whitening,
) -> Derivation:
    """The same optimum in the coordinates in which a covariance is the identity."""
    plain, drawn = found.plain, found.steps[0]
    white = minimise(whitening.apply(plain.polynomial, weight), WEIGHT, ranges, mean_square=True)
    unwhitened = whitening.unwhitened(white.weight)
    names = whitening.definitions
    root = latex(whitening.root)
    steps = (
        drawn,
        plain.steps[0],
        Step(
            "Whitened coordinates",
            RELATIONS.join(
                [f"V = {root} W {root}", *(equation(name, meaning) for name, meaning in names)]
            ),
        ),
        Step("The risk in whitened coordinates", white.steps[0].latex),
        *white.steps[1:-1],
        Step("Back in the original coordinates", equation("W^\\star", unwhitened)),
        white.steps[-1],
        Step(
            "The same optimum without roots or inverses of covariances, from the stationarity "
            "equation in the original coordinates; it also holds where a covariance is singular",
            equation("W^\\star", plain.weight),
        ),
    )
    return Derivation(
        unwhitened,
        white.risk,
        (*names, *_definitions(white)),
        plain,
        steps,
        (
            *white.conditions,
            rf"${latex(sympy.Symbol(whitening.covariance))} \succ 0$ for the whitened form; "
            "the form without roots does not need it",
        ),
        whitening,
    )


def _definitions(optimum: Optimum) -> Definitions:
    named = ((name, symbolic.scalar(meaning)) for name, meaning in optimum.abbreviations)
    return (*named, *optimum.sums.definitions)
