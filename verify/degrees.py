"""Degree bounds, read off the words before any moment is taken.

Every expectation is a sum over the index of each inner space of a word, so its degree in ``n`` and
``d`` is at most the number of such sums; and every Gaussian letter brings one factor of its
covariance, so the degree in their entries is at most the number of Gaussian letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from theory.design import Design
from theory.predictors import Predictor
from theory.prompt import Words, read
from theory.words import Space


@dataclass(frozen=True)
class Degrees:
    """Bounds on the degree of a risk: in n, in d, in Gaussian factors."""

    n: int
    d: int
    gaussians: int


@cache
def risk_degrees(design: Design, predictor: Predictor) -> Degrees:
    """Bounds for ``E (label - prediction)^2`` with the weights held fixed.

    A d-sum beside a weight does not count towards ``d`` when the weight is a multiple of the
    identity: it is the same sum as its neighbour's.

    >>> from theory import designs, predictors
    >>> risk_degrees(designs.isotropic_noiseless, predictors.pgd)
    Degrees(n=2, d=4, gaussians=8)
    """
    prompt = read(design, Words())
    residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
    weights = set(predictor.weights)

    def most(space: Space) -> int:
        return 2 * max(
            sum(f.rows == space and f.letter not in weights for trace in m for f in trace.word)
            for m in residual.terms
        )

    from theory.words import D, N

    gaussians = 2 * max(
        sum(f.letter.is_gaussian for trace in m for f in trace.word) for m in residual.terms
    )
    return Degrees(most(N), most(D), gaussians)
