"""The second moment of a loss: how much a sampled risk scatters, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial, identity
from theory.algebra.products import mean_product
from theory.algebra.words import ONE
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.designs.prompt import Words, read
from theory.errors import Underivable

MOST_TERMS = 400
"""Terms of a loss."""
LETTERS, WITH_COVARIANCES = 40, 24
"""Gaussian letters in a product of two of them: without covariances, and with some."""


def second_moment(predictor: Predictor, weights: Mapping[str, sympy.Expr], at: Instance) -> Any:
    """``E (y - prediction)^4`` at an instance, for a predictor whose free parameters are scalars.

    Raises :class:`~theory.errors.Underivable` where that takes too long.

    Examples
    --------
    >>> from theory.designs.instance import instance
    >>> from theory.designs.predictors import polynomial
    >>> from theory.language.gallery import designs
    >>> at = instance(designs.isotropic_noiseless, n=2, d=1)
    >>> second_moment(polynomial(1), {"c_0": sympy.Integer(0)}, at)  # E (x b)^4 = 3 * 3
    9
    """
    prompt = read(at.design, Words(at.design))
    numbers = {w.name: weights[w.name] * identity(ONE) for w in predictor.weights}
    residual = (prompt.label - predictor.predict(prompt, numbers)).trace()
    loss = residual * residual
    most = WITH_COVARIANCES if at.design.covariances else LETTERS
    if len(loss.terms) > MOST_TERMS or 2 * _length(loss) > most:
        raise Underivable("the exact variance of the loss takes too long to be derived")
    return at.values.scalar(mean_product(loss, loss))


def _length(polynomial: TracePolynomial) -> int:
    """The most Gaussian letters in a term."""
    return max(
        sum(f.letter.is_gaussian for trace in monomial for f in trace.word)
        for monomial in polynomial.terms
    )
