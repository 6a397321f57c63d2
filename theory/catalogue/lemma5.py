"""Lemma 5: the fourth moment of a Gaussian vector."""

from __future__ import annotations

from theory.catalogue.stated import stated
from theory.records.gaussian_moment import MomentStatement, claimed_moment

lemma5 = MomentStatement(
    **stated("lemma5"),
    moments=(
        claimed_moment(
            "fourth",
            "x*x'*W*x*x'",
            "Sigma*W*Sigma + Sigma*W'*Sigma + tr(W*Sigma)*Sigma",
            x="gaussian(d, 1, Sigma)",
            W="matrix(d, d)",
        ),
    ),
)
