"""Degree bounds, read off the words before any moment is taken.

Every expectation is a sum over the index of each inner space of a word, so its degree in ``n`` and
``d`` is at most the number of such sums. Every Gaussian letter brings one factor of its covariance,
and every two of them one covariance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from theory.design import IDENTITY, Design
from theory.predictors import Predictor
from theory.prompt import Words, read
from theory.words import D, Factor, Kind, N


@dataclass(frozen=True)
class Degrees:
    """Bounds on the degree of a risk.

    Parameters
    ----------
    n, d
        In the sizes. A d-sum beside a weight does not count: where it matters the weight is a
        multiple of the identity, and it is the same sum as its neighbour's.
    gaussians
        In factors of covariances.
    matrices
        In matrices, once the covariance that is whitened by has become the identity.
    """

    n: int
    d: int
    gaussians: int
    matrices: int


@cache
def risk_degrees(design: Design, predictor: Predictor, whitened: str | None = None) -> Degrees:
    """Bounds for ``E (label - prediction)^2`` with the weights held fixed.

    >>> from theory import designs, predictors
    >>> risk_degrees(designs.independent, predictors.pgd, "Sigma_x")
    Degrees(n=2, d=4, gaussians=8, matrices=3)
    """
    prompt = read(design, Words())
    residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
    weights = set(predictor.weights)

    def most(count: Callable[[Factor], int]) -> int:
        """Of the squared residual: twice the most in one of its terms."""
        return 2 * max(sum(count(f) for trace in m for f in trace.word) for m in residual.terms)

    def halves(factor: Factor) -> int:
        a = factor.letter
        if not a.is_gaussian:
            return 0 if a.kind is Kind.ONES else 2
        ends = (a.row_covariance, a.column_covariance)
        return sum(c is not None and c.name != whitened for c in ends)

    return Degrees(
        n=most(lambda f: f.rows == N and f.letter not in weights),
        d=most(lambda f: f.rows == D and f.letter not in weights),
        gaussians=most(lambda f: f.letter.is_gaussian),
        matrices=(most(halves) + 1) // 2,
    )


def sizes_are_free(design: Design) -> bool:
    """Whether ``d`` cannot occur in a coefficient: no Gaussian has the covariance I.

    A closed loop over d without a letter needs one.
    """
    return all(c != IDENTITY for _, c in (*design.prompt, *design.example))
