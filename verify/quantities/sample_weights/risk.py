"""The risk of given sample weights beside ``W = I``, from the engine's polynomial."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import flint

from theory.algebra.values import scalar_value
from theory.algebra.words import D
from theory.designs.design import Design
from theory.designs.predictors import wpgd
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from verify.quantities.sample_weights.place import SizedVariant

Weights = Sequence[flint.fmpq]


def risk(at: SizedVariant, weights: Weights) -> flint.fmpq:
    """The exact risk of sample weights, or of a filter where lengths are averaged over."""
    design = at.variant.design
    if not at.variant.lengths:
        return _of_prompt(design, weights, at.d, at.sigma)
    prompts = (weights[:length][::-1] for length in range(1, at.size + 1))
    risks = (_of_prompt(design, omega, at.d, at.sigma) for omega in prompts)
    return sum(risks, flint.fmpq(0)) / at.size


def equal_risk(at: SizedVariant) -> flint.fmpq:
    """The least risk of equal weights, from the parabola through three of them."""
    zero, one, two = (risk(at, [flint.fmpq(w)] * at.size) for w in range(3))
    curvature = (two - 2 * one + zero) / 2
    slope = one - zero - curvature
    return zero - slope**2 / (4 * curvature)


def _of_prompt(design: Design, weights: Weights, d: int, sigma: Fraction) -> flint.fmpq:
    """The engine's polynomial at ``W = I`` and given sample weights."""
    squares = [w * w for w in weights]
    powers = {1: weights, 2: squares}
    total = flint.fmpq(0)
    for coefficient, sums in _compiled(design, len(weights), d, sigma):
        value = coefficient
        for order, entries in sums:
            pairs = zip(powers[order], entries, strict=True)
            value *= sum((w * e for w, e in pairs), flint.fmpq(0))
        total += value
    return total


Compiled = list[tuple[flint.fmpq, list[tuple[int, list[flint.fmpq]]]]]


@cache
def _compiled(design: Design, count: int, d: int, sigma: Fraction) -> Compiled:
    """Coefficients, with the sums over the examples that each one multiplies."""
    found: Compiled = []
    scalars = {"n": count, "d": d, "sigma": EXACT.number(sigma)}
    for monomial, c in population_risk(design, wpgd).terms.items():
        coefficient = scalar_value(c, scalars, EXACT)
        sums = []
        for trace in monomial:
            if trace.word[0].rows == D:
                coefficient *= d  # tr W and tr W W' at W = I
                continue
            letters = [f.letter for f in trace.word]
            entries = [flint.fmpq(1)] * count
            for a in letters:
                if a.entry is not None:
                    values = (
                        scalar_value(a.entry, {**scalars, "i": at}, EXACT)
                        for at in range(1, count + 1)
                    )
                    entries = [e * value for e, value in zip(entries, values, strict=True)]
            sums.append((sum(a.entry is None for a in letters), entries))
        found.append((coefficient, sums))
    return found
