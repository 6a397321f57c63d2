"""The exact population risk ``L = E (label - prediction)^2`` as a polynomial in the weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from theory.algebra.moments import TooManyTerms
from theory.algebra.polynomials import TracePolynomial
from theory.algebra.products import MOST_TERMS, mean_product
from theory.designs.by_example import in_words
from theory.designs.design import Design
from theory.designs.predictors import Predictor
from theory.errors import InputError


@cache
def population_risk(design: Design, predictor: Predictor) -> TracePolynomial:
    """The risk as a polynomial in traces of the weights and covariances, for symbolic n and d.

    For a model with channels use :func:`channel_risk`. Raises :class:`~theory.errors.InputError`
    where it takes too many terms.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> population_risk(designs.isotropic_noiseless, predictors.pgd)
    d + -2*n tr(W) + (n*(d + n + 1)) tr(W W')
    """
    if predictor.channels:
        raise TypeError(f"{predictor.name} is a sum over channels: use channel_risk")
    prompt = in_words(design)
    residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
    try:
        return mean_product(residual, residual)
    except TooManyTerms as error:
        raise InputError(
            f"the risk of {predictor.name} under {design.name} has more than {MOST_TERMS:,} terms "
            "on the way; expected fewer steps, groups of examples, vectors or covariances"
        ) from error


@dataclass(frozen=True)
class ChannelRisk:
    """The risk of ``sum_k f_k``: ``constant + sum_k linear(k) + sum_{k,l} pair(k, l)``.

    The letters of channel k carry the suffix ``1``, those of channel l the suffix ``2``; shared
    letters carry none.
    """

    constant: TracePolynomial
    linear: TracePolynomial
    pair: TracePolynomial


@cache
def channel_risk(design: Design, predictor: Predictor) -> ChannelRisk:
    """The risk of a sum over channels, with one generic channel or pair of them written out."""
    prompt = in_words(design)
    label = prompt.label.trace()
    first, second = (
        predictor.predict(prompt, predictor.words(channel)).trace() for channel in "12"
    )
    return ChannelRisk(
        constant=mean_product(label, label),
        linear=mean_product(label, first) * -2,
        pair=mean_product(first, second),
    )
